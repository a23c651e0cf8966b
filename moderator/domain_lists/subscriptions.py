"""Which lists an owner subscribes to: a file beside the lists, kept by ``moderator lists add`` and ``drop``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from moderator.domain_lists.feed import UNREADABLE
from moderator.domain_lists.publish import write_published
from moderator.domain_lists.subscribe import Subscription
from moderator.errors import InputError, ListError, shown

__all__ = ["added", "name_of", "read_subscriptions", "subscribed_folder", "write_subscriptions"]

_FILE = "subscriptions.json"


def subscribed_folder(lists: Path) -> Path:
    """Where subscribed lists are kept, given the folder of all lists."""
    return lists / "subscribed"


def read_subscriptions(lists: Path) -> tuple[Subscription, ...]:
    """The subscriptions, in the order in which they were added; no file: none.

    Raises:
        ListError: The file cannot be read.
    """
    path = subscribed_folder(lists) / _FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[Subscription, ...])
    except FileNotFoundError:
        return ()
    except (OSError, *UNREADABLE):
        raise ListError(f"{shown(path)} cannot be read as a list of subscriptions; mend or remove it") from None


def write_subscriptions(lists: Path, subscriptions: Sequence[Subscription]) -> None:
    """Keeps the subscriptions, in one step.

    Raises:
        ListError: They cannot be written.
    """
    folder = subscribed_folder(lists)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ListError(f"{shown(folder)} cannot be made ({error.strerror}); name another folder") from error
    write_published(folder / _FILE, msgspec.json.format(msgspec.json.encode(tuple(subscriptions))) + b"\n")


def added(known: Sequence[Subscription], new: Subscription) -> tuple[Subscription, ...]:
    """The subscriptions with one more; one of the same name is replaced.

    Raises:
        InputError: Its address is no http or https one.
    """
    parts = urlsplit(new.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{shown(new.url)} is no http or https address of a list")
    return (*(one for one in known if one.name != new.name), new)


def name_of(url: str) -> str:
    """What a list is called when its owner says nothing: its host, dots as hyphens.

    >>> name_of("https://friend.example/lists/linkbacks.json")
    'friend-example'
    """
    return (urlsplit(url).hostname or "").removeprefix("www.").replace(".", "-")[:64]
