"""Making a list of one's own decisions for others: who sent spam, by author and by fingerprint. Pure but for writing.

What leaves the house: authors, counts, days and fingerprints. A host about which there is a single decision stays at
home unless the owner wants it published, for one decision is easily wrong and tells who wrote to whom.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from moderator.domain_lists.feed import MAX_PRINTS, FeedEntry, FeedHeader, written_feed
from moderator.domain_lists.formats import clean_author
from moderator.domain_lists.signature import public_key, sign
from moderator.errors import ListError, shown

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["DAYS", "EXPIRES", "OwnDecision", "entries_of", "host_list", "signed_feed", "write_published"]

DAYS = 90
"""Days of decisions that are published."""
EXPIRES = timedelta(days=14)
"""How long a list holds: a publisher that is gone should not be believed for ever."""
MIN_DECISIONS = 2
"""Decisions about an author from which it is published."""


class OwnDecision(NamedTuple):
    """What was decided about one linkback."""

    author: str
    """`Url.author` of its source: the host, and the author's folder where the host has several."""
    spam: bool
    at: datetime
    """When it was received, aware."""
    by_owner: bool = True
    """Whether the owner said so; else its page proved it."""
    wording: int | None = None
    """Fingerprint of what was sent; None: nothing was."""
    page: int | None = None
    """Fingerprint of its page's main text; None: not known."""
    decided_at: datetime | None = None
    """When it was decided, aware; None: when it was received."""


@dataclass(slots=True)
class _Tally:
    spam: int = 0
    ham: int = 0
    by_owner: int = 0
    last_seen: date = date.min
    wordings: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)


def entries_of(
    decisions: Iterable[OwnDecision], *, now: datetime, days: int = DAYS, min_decisions: int = MIN_DECISIONS
) -> list[FeedEntry]:
    """The entries of a list, by author.

    Args:
        decisions: In any order; those with an unusable author are left out.
        now: The end of the period, aware.
        days: Its length.
        min_decisions: How many there must be about an author.
    """
    tallies: dict[str, _Tally] = {}
    since = now - timedelta(days=days)
    for decision in decisions:
        author = clean_author(decision.author).removeprefix("www.")
        if not author or not since <= decision.at <= now:
            continue
        tally = tallies.setdefault(author, _Tally())
        tally.by_owner += decision.by_owner
        last = max(decision.at, decision.decided_at or decision.at)
        tally.last_seen = max(tally.last_seen, last.astimezone(UTC).date())
        if not decision.spam:
            tally.ham += 1
            continue
        tally.spam += 1
        tally.wordings.update(_print(decision.wording))
        tally.pages.update(_print(decision.page))
    return [
        FeedEntry(
            author=author,
            spam=tally.spam,
            ham=tally.ham,
            last_seen=tally.last_seen,
            sure=round(tally.by_owner / (tally.spam + tally.ham), 3),
            wordings=_most(tally.wordings),
            pages=_most(tally.pages),
        )
        for author, tally in sorted(tallies.items())
        if tally.spam + tally.ham >= min_decisions
    ]


def _print(fingerprint: int | None) -> tuple[str, ...]:
    return () if fingerprint is None else (f"{fingerprint & 0xFFFFFFFFFFFFFFFF:016x}",)


def _most(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda found: (-counts[found], found))[:MAX_PRINTS])


def signed_feed(
    entries: Iterable[FeedEntry],
    key: Ed25519PrivateKey,
    publisher: str,
    *,
    now: datetime,
    days: int = DAYS,
    since: date | None = None,
    increments: bool = False,
) -> bytes:
    """The file that subscribers fetch; the same entries, key and moment give the same bytes.

    Args:
        entries: What is published.
        key: The publisher's secret key.
        publisher: Its address, or what else it calls itself.
        now: The moment, aware.
        days: Length of the period that `entries` cover.
        since: Only entries of this day or later; None: all.
        increments: Whether the file's address answers ``?since=DAY``.
    """
    made_at = now.astimezone(UTC).replace(microsecond=0)
    header = FeedHeader(
        publisher, public_key(key), made_at, made_at + EXPIRES, days, since=since, increments=increments
    )
    if since is not None:
        entries = [entry for entry in entries if entry.last_seen >= since]
    data = written_feed(header, entries)
    return data + msgspec.json.encode({"signature": sign(key, data)}) + b"\n"


def host_list(entries: Iterable[FeedEntry], publisher: str, *, now: datetime) -> str:
    """The authors of nothing but spam as plain text, one a line, for other software."""
    lines = [f"# hosts that sent linkback spam to {publisher}, {now.astimezone(UTC):%Y-%m-%d}"]
    return "\n".join([*lines, *(entry.author for entry in entries if entry.spam and not entry.ham)]) + "\n"


def write_published(path: Path, data: bytes) -> None:
    """Puts a file in place in one step, so that nobody fetches half of it.

    Raises:
        ListError: It cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)  # it is there to be read by everybody
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ListError(f"{shown(path)} cannot be written ({error.strerror}); name another file") from error
