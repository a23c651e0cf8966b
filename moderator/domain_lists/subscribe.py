"""Subscribing to what others publish: fetched when it has changed, checked before it replaces what was there.

A list that cannot be fetched, whose signature does not hold, that is out of date, older than the one at hand, or has
shrunk or grown beyond reason is refused, and the last good one stays. How the network is reached is the caller's choice
(`moderator.linkcheck.list_download` goes through the guard).
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import msgspec

from moderator.domain_lists.feed import UNREADABLE, SignedFeed, written_feed
from moderator.domain_lists.reported import Reported, read_reported
from moderator.domain_lists.signature import is_signed_by
from moderator.errors import ListError, shown

__all__ = [
    "NAME",
    "Answer",
    "Fetch",
    "RefreshOutcome",
    "Subscribed",
    "Subscription",
    "known_since",
    "last_good",
    "public_key_of",
    "refresh_one",
]

MAX_BYTES = 64 * 2**20
"""Bytes of one list: 500,000 entries of 130."""
SHRUNK = 0.5
"""Of its entries the share that a list must keep from one refresh to the next."""
EXPLODED = 10
"""Times its former size from which a list is refused."""
NORMAL = 200
"""Entries below which a list may shrink and grow as it likes."""
_MOST_DAYS = 36_500
FULL_EVERY = timedelta(days=7)
"""How long only changes are asked for; a whole list then tells what its publisher took back."""
_LEFT_BEHIND = 3600.0
"""Seconds after which a file that a killed refresh has left is removed."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""What a subscription may be called: it names a folder."""


class Answer(NamedTuple):
    """What a publisher's server sent."""

    status: int
    body: bytes = b""
    etag: str = ""
    last_modified: str = ""


Fetch = Callable[[str, Mapping[str, str]], Answer]
"""Asks for an address with header fields; raises ListError where there is no answer."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One list that the owner subscribes to."""

    name: str
    """What the owner calls it: letters, digits, - and _."""
    url: str
    pinned: bool = False
    """Whether it is a friend's, trusted from the first day."""
    key: str = ""
    """The public key that must have signed it; empty: that of the first list that came."""


class RefreshOutcome(StrEnum):
    """How a refresh ended."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    """The last good list, if there was one, is still in place."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What became of one subscription."""

    subscription: Subscription
    outcome: RefreshOutcome
    entries: int = 0
    """Entries of the list in place."""
    skipped: int = 0
    problem: str = ""
    """Why it failed and what to do; empty: it did not."""


@dataclass(frozen=True, slots=True)
class _State:
    """What is remembered of the last good list."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    key: str = ""
    made_at: datetime | None = None
    full_at: datetime | None = None
    """When a whole list came last, and its address takes ``?since=``; None: it does not."""
    entries: int = 0
    known_since: dict[str, float] = field(default_factory=dict)
    """When each author was first seen in it, in seconds since 1970."""


def refresh_one(subscription: Subscription, folder: Path, fetch: Fetch, *, now: datetime) -> Subscribed:
    """Refreshes one list; whatever happens, there is a whole list in place or none.

    Args:
        subscription: The list.
        folder: Where subscriptions are kept, each in a folder of its name.
        fetch: Reaches the network.
        now: The moment, aware.

    Raises:
        ListError: The subscription's name is none.
        MissingExtraError: The list is signed, and ``cryptography`` is not installed.
    """
    home, state = _home(subscription, folder), _read_state(_home(subscription, folder))
    if state.url and state.url != subscription.url:
        state = _State(url=subscription.url)  # another address is another list; its key may be another, too
    since = _since(state, now)
    try:
        answer = fetch(_changes_since(subscription.url, since), _conditions(state))
        if answer.status == 304 and state.entries:
            return Subscribed(subscription, RefreshOutcome.UNCHANGED, state.entries)
        if answer.status != 200:
            raise ListError(f"its server answered {answer.status}; correct the address or try later")
        if len(answer.body) > MAX_BYTES:
            raise ListError(f"it has more than {MAX_BYTES >> 20} MB")
        reported = read_reported(answer.body)
        _check_signature(subscription, state, reported, now)
        part = reported.feed is not None and reported.feed.header.since is not None
        body = answer.body
        if part:
            body, reported = _merged(subscription, folder, reported, since)
        _check_size(state, len(reported.entries))
    except ListError as error:
        problem = f"list {subscription.name}: {error}"
        return Subscribed(subscription, RefreshOutcome.FAILED, state.entries, problem=problem)
    header = reported.feed.header if reported.feed else None
    moment = now.timestamp()
    fresh = replace(
        state,
        url=subscription.url,
        etag=answer.etag[:512],
        last_modified=answer.last_modified[:128],
        key=header.key if header else "",
        made_at=header.made_at if header else None,
        full_at=state.full_at if part else now if header and header.increments else None,
        entries=len(reported.entries),
        known_since={entry.author: state.known_since.get(entry.author, moment) for entry in reported.entries},
    )
    try:
        home.mkdir(parents=True, exist_ok=True)
        _clear(home, moment)
        # The list first: a crash between the two costs a full download, never a list that was not checked.
        _put(home / "list", body)
        _put(home / "state.json", msgspec.json.encode(fresh))
    except OSError as error:
        problem = f"list {subscription.name}: {shown(home)} cannot be written ({error.strerror})"
        return Subscribed(subscription, RefreshOutcome.FAILED, state.entries, problem=problem)
    return Subscribed(subscription, RefreshOutcome.UPDATED, len(reported.entries), reported.skipped)


def last_good(subscription: Subscription, folder: Path) -> Reported | None:
    """The list in place; None: none has come yet.

    Raises:
        ListError: It cannot be read.
    """
    path = _home(subscription, folder) / "list"
    try:
        return read_reported(path.read_bytes()) if path.exists() else None
    except OSError as error:
        raise ListError(f"list {subscription.name}: {shown(path)} cannot be read ({error.strerror})") from error


def public_key_of(subscription: Subscription, folder: Path) -> str:
    """The key that has signed the list in place; empty: it is not signed, or there is none."""
    return _read_state(_home(subscription, folder)).key


def known_since(subscription: Subscription, folder: Path) -> dict[str, float]:
    """When each author was first seen in the list, in seconds since 1970."""
    return _read_state(_home(subscription, folder)).known_since


def _home(subscription: Subscription, folder: Path) -> Path:
    if not NAME.fullmatch(subscription.name):
        raise ListError(f"list {shown(subscription.name)}: name it with letters, digits, - and _ only")
    return folder / subscription.name


def _since(state: _State, now: datetime) -> date | None:
    """From which day on changes are asked for; None: the whole list is."""
    if state.full_at is None or state.made_at is None or not timedelta() <= now - state.full_at < FULL_EVERY:
        return None
    return state.made_at.date()


def _changes_since(url: str, since: date | None) -> str:
    return url if since is None else f"{url}{'&' if '?' in url else '?'}since={since.isoformat()}"


def _merged(subscription: Subscription, folder: Path, changes: Reported, since: date | None) -> tuple[bytes, Reported]:
    """The list in place with what has changed since; what is too old now is left out."""
    feed, known = changes.feed, last_good(subscription, folder)
    if feed is None or known is None or since is None or feed.header.since is None or feed.header.since > since:
        raise ListError("it holds only changes that were not asked for; its address must give the whole list")
    oldest = (feed.header.made_at - timedelta(days=max(0, min(feed.header.days, _MOST_DAYS)))).date()
    by_author = {entry.author: entry for entry in (*known.entries, *changes.entries) if entry.last_seen >= oldest}
    header = replace(feed.header, since=None)
    entries = tuple(by_author.values())
    return written_feed(header, entries), Reported(entries, changes.skipped, replace(feed, header=header))


def _check_signature(subscription: Subscription, state: _State, reported: Reported, now: datetime) -> None:
    """Refuses a list that is not signed as it must be."""
    wanted = subscription.key or state.key
    if reported.feed is not None:
        _check_signed(reported.feed, wanted, state, now)
    elif wanted:
        raise ListError("it was signed and is not any more; ask its publisher, or add it anew")


def _check_size(state: _State, after: int) -> None:
    """Refuses a list that has shrunk or grown beyond reason."""
    before = state.entries
    if before > NORMAL and after < SHRUNK * before:
        raise ListError(f"it has shrunk from {before:,} to {after:,} entries; it may be cut: ask its publisher")
    if after > max(NORMAL, EXPLODED * before) and before:
        raise ListError(f"it has grown from {before:,} to {after:,} entries; ask its publisher, or add it anew")


def _check_signed(feed: SignedFeed, wanted: str, state: _State, now: datetime) -> None:
    header = feed.header
    if not is_signed_by(header.key, feed.signed, feed.signature):
        raise ListError("its signature does not hold; it was changed on its way, or is damaged")
    if wanted and header.key != wanted:
        raise ListError("it is signed by another key than before; ask its publisher, or add it anew")
    if header.expires <= now:
        raise ListError(f"it is out of date since {header.expires:%Y-%m-%d}; its publisher must make it anew")
    if state.made_at is not None and header.made_at < state.made_at:
        raise ListError("it is older than the one at hand; somebody sends an old copy")


def _conditions(state: _State) -> dict[str, str]:
    pairs = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in pairs.items() if value}


def _read_state(home: Path) -> _State:
    """What was remembered; where the record is damaged, what the list in place says of itself."""
    try:
        return msgspec.json.decode((home / "state.json").read_bytes(), type=_State)
    except (OSError, *UNREADABLE):
        pass
    try:
        found = read_reported((home / "list").read_bytes())
    except (OSError, ListError):
        return _State()
    header = found.feed.header if found.feed else None
    return _State(
        key=header.key if header else "", made_at=header.made_at if header else None, entries=len(found.entries)
    )


def _clear(home: Path, now: float) -> None:
    """Removes what refreshes that were killed have left."""
    for path in home.glob(".*-*"):
        with suppress(OSError):
            if path.stat().st_mtime < now - _LEFT_BEHIND:
                path.unlink()


def _put(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
