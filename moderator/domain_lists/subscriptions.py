"""Which lists an owner subscribes to: those of the settings, and a file beside the lists.

``moderator lists add`` and ``drop`` keep the file, and so does the moderation page. A list of the settings that was
dropped is remembered as such, since nobody but the owner writes settings.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from moderator.domain_lists.feed import UNREADABLE
from moderator.domain_lists.publish import write_published
from moderator.domain_lists.subscribe import NAME, Subscription
from moderator.errors import InputError, ListError, shown

__all__ = [
    "add_subscription",
    "all_subscriptions",
    "drop_subscription",
    "name_of",
    "problem_of",
    "read_subscriptions",
    "subscribed_folder",
]

_FILE = "subscriptions.json"
_DROPPED = "dropped.json"
_Read = TypeVar("_Read")


def subscribed_folder(lists: Path) -> Path:
    """Where subscribed lists are kept, given the folder of all lists."""
    return lists / "subscribed"


def read_subscriptions(lists: Path) -> tuple[Subscription, ...]:
    """The subscriptions of the file, in the order in which they were added; no file: none.

    Raises:
        ListError: The file cannot be read.
    """
    return _read(subscribed_folder(lists) / _FILE, tuple[Subscription, ...])


def all_subscriptions(lists: Path, configured: Sequence[Subscription] = ()) -> tuple[Subscription, ...]:
    """Every subscription: those of the settings that were not dropped, then those of the file.

    Args:
        lists: The folder of all lists.
        configured: Those of the settings; they win over one of the same name in the file.

    Raises:
        ListError: A file cannot be read.
    """
    dropped = _read(subscribed_folder(lists) / _DROPPED, tuple[str, ...])
    names = {one.name for one in configured}
    kept = [one for one in configured if one.name not in dropped]
    return (*kept, *(one for one in read_subscriptions(lists) if one.name not in names))


def add_subscription(lists: Path, new: Subscription) -> None:
    """Adds a subscription to the file; one of the same name is replaced, and is dropped no more.

    Raises:
        InputError: Its name or address is none.
        ListError: The file cannot be read or written.
    """
    if problem := problem_of(new):
        raise InputError(problem)
    _write(lists, _FILE, (*(one for one in read_subscriptions(lists) if one.name != new.name), new))
    dropped = _read(subscribed_folder(lists) / _DROPPED, tuple[str, ...])
    if new.name in dropped:
        _write(lists, _DROPPED, tuple(name for name in dropped if name != new.name))


def drop_subscription(lists: Path, name: str, configured: Sequence[Subscription] = ()) -> None:
    """Ends a subscription and forgets what it said.

    Raises:
        InputError: There is none of that name.
        ListError: A file cannot be read or written.
    """
    known = [one.name for one in all_subscriptions(lists, configured)]
    if name not in known:
        there = f"there are {', '.join(known)}" if known else "there is none at all"
        raise InputError(f"there is no subscription {shown(name)}; {there}")
    if any(one.name == name for one in configured):
        dropped = _read(subscribed_folder(lists) / _DROPPED, tuple[str, ...])
        _write(lists, _DROPPED, (*dropped, name))
    kept = tuple(one for one in read_subscriptions(lists) if one.name != name)
    _write(lists, _FILE, kept)
    shutil.rmtree(subscribed_folder(lists) / name, ignore_errors=True)


def problem_of(subscription: Subscription) -> str:
    """What is wrong with a subscription that somebody typed; empty: nothing."""
    parts = urlsplit(subscription.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"{shown(subscription.url)} is no http or https address of a list"
    if not NAME.fullmatch(subscription.name):
        return f"list {shown(subscription.name)}: name it with letters, digits, - and _ only"
    return ""


def _read(path: Path, kind: type[_Read]) -> _Read:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return kind()
    except (OSError, *UNREADABLE):
        raise ListError(f"{shown(path)} cannot be read; mend or remove it") from None


def _write(lists: Path, name: str, value: object) -> None:
    folder = subscribed_folder(lists)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ListError(f"{shown(folder)} cannot be made ({error.strerror}); name another folder") from error
    write_published(folder / name, msgspec.json.format(msgspec.json.encode(value)) + b"\n")


def name_of(url: str) -> str:
    """What a list is called when its owner says nothing: its host, dots as hyphens.

    >>> name_of("https://friend.example/lists/linkbacks.json")
    'friend-example'
    """
    return (urlsplit(url).hostname or "").removeprefix("www.").replace(".", "-")[:64]
