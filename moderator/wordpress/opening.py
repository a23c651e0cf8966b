"""Opens the queue that a word names: a file, a database URL or a site's address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from moderator.records import LABEL_DELAY
from moderator.tables.base import Source
from moderator.tables.opening import Table
from moderator.wordpress.live_queue import LiveQueue

__all__ = ["DATABASE_PASSWORD", "Login", "open_queue"]

DATABASE_PASSWORD = "MODERATOR_DATABASE_PASSWORD"  # noqa: S105 - the variable's name
"""The variable that holds a database's password, where its URL should not."""
Login = Callable[[str], tuple[str, str]]
"""Gives user and application password for a blog's address."""


def open_queue(
    word: str, login: Login, environment: Mapping[str, str], delay: timedelta = LABEL_DELAY
) -> Source | LiveQueue:
    """Opens a queue.

    Args:
        word: A path (``.xml`` is an export of WordPress), a database URL (``mysql+pymysql://...``) or a blog's
            address (``https://...``).
        login: Is asked for a blog's user and application password.
        environment: Where the database's password may stand.
        delay: How long after receipt an approved or spam row of WordPress counts as decided.

    Raises:
        InputError: The word makes no sense.
        QueueError: The queue cannot be opened.
        MissingExtraError: A package is not installed.
    """
    if word.lower().startswith(("http://", "https://")):
        from moderator.wordpress.http import RestClient, checked_address
        from moderator.wordpress.rest import WordPressSite

        address = checked_address(word)
        return WordPressSite(RestClient(address, login(address)), delay)
    if "://" in word:
        from moderator.wordpress.database import WordPressDatabase

        return WordPressDatabase(word, environment.get(DATABASE_PASSWORD, ""), delay)
    if word.endswith((".xml", ".xml.gz")):
        from moderator.wordpress.wxr import WxrExport

        return WxrExport(Path(word), delay)
    return Table(Path(word))
