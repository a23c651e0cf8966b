"""The service's memory, in one SQLite file."""

from __future__ import annotations

from pathlib import Path

from moderator.service.records import Mention
from moderator.service.store.engine import Database
from moderator.service.store.labels import Words
from moderator.service.store.mentions import Mentions
from moderator.service.store.outbox import News

__all__ = ["Store"]


def _nothing(mention: Mention, by_owner: bool) -> None:
    """Nobody wants to be told."""


class Store(Mentions, Words):
    """The service's database; safe to share among threads. Every method that writes is one transaction.

    Args:
        path: The SQLite file; made where it does not exist.
        news: What is to be told to the outside when a mention changes.

    Raises:
        StoreError: From every method, when the file cannot be used.
    """

    def __init__(self, path: Path, news: News = _nothing) -> None:
        self._database = Database(path)
        self._news = news

    def close(self) -> None:
        """Closes the file."""
        self._database.close()
