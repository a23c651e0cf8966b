"""A published list of decisions as bytes: JSON Lines with a header, one line for each author, and a signature.

What can stand in it is what the two records here have: no texts, no senders' addresses, no post of ours. The last line
signs every byte before it. Unknown fields are passed over, so that later versions can say more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from moderator.domain_lists.formats import clean_author
from moderator.errors import ListError

__all__ = ["FORMAT", "UNREADABLE", "FeedEntry", "FeedHeader", "SignedFeed", "entry_bytes", "read_feed", "written_feed"]

FORMAT = "moderator-linkback-reports"
"""What the header's ``format`` says; anything else is no feed."""
VERSION = 1
MAX_ENTRIES = 500_000
"""Entries that are read; a publisher with more is none of a person's blog."""
MAX_PRINTS = 8
"""Fingerprints of either sort that one entry may have."""
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading a stranger's JSON can raise."""
_PRINT = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class FeedHeader:
    """Who publishes, and for how long it holds."""

    publisher: str
    """The publisher's address or name."""
    key: str
    """Its public key; see `moderator.domain_lists.signature.public_key`."""
    made_at: datetime
    expires: datetime
    days: int
    """Decisions of so many days are in it."""
    format: str = FORMAT
    version: int = VERSION
    since: date | None = None
    """Only what has changed on this day or later is in it; None: all is."""
    increments: bool = False
    """Whether its address takes ``?since=DAY`` and answers with what has changed since."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """What a publisher decided about one author's linkbacks."""

    author: str
    """A host, with the author's folder where the host has several, as ``example.edu/~user``."""
    spam: int
    """Decisions that it was spam."""
    ham: int
    last_seen: date
    """The day of the last one, of its receipt or of the decision."""
    sure: float = 1.0
    """Share of the decisions that the owner made; the rest is spam that the page proved."""
    wordings: tuple[str, ...] = ()
    """Fingerprints of the wording of spam, 16 hexadecimal digits each."""
    pages: tuple[str, ...] = ()
    """Fingerprints of the main text of its pages."""


@dataclass(frozen=True, slots=True)
class SignedFeed:
    """A feed that was read."""

    header: FeedHeader
    entries: tuple[FeedEntry, ...]
    skipped: int
    """Lines that are no valid entry."""
    signed: bytes
    """What the signature covers."""
    signature: str
    """In Base64; empty: there is none."""


class _Signature(msgspec.Struct):
    signature: str


_HEADER = msgspec.json.Decoder(FeedHeader)
_ENTRY = msgspec.json.Decoder(FeedEntry)
_SIGNATURE = msgspec.json.Decoder(_Signature)
_ENCODE = msgspec.json.Encoder().encode


def entry_bytes(entry: FeedEntry) -> bytes:
    """One entry as a line."""
    return _ENCODE(entry) + b"\n"


def written_feed(header: FeedHeader, entries: Iterable[FeedEntry]) -> bytes:
    """A feed without its signature: what is to be signed."""
    return b"".join([_ENCODE(header) + b"\n", *map(entry_bytes, entries)])


def read_feed(data: bytes) -> SignedFeed:
    """Reads a feed; whether its signature holds is not looked at.

    Args:
        data: The file, a stranger's.

    Raises:
        ListError: It has no header of a feed, a later version's, or more than `MAX_ENTRIES` entries.
    """
    lines = data.splitlines(keepends=True)
    try:
        header = _HEADER.decode(lines[0]) if lines else None
    except UNREADABLE:
        header = None
    if header is None or header.format != FORMAT:
        raise ListError("the list has no header of a published list; it is none, or it is damaged")
    if header.version > VERSION:
        raise ListError(f"the list is of version {header.version}; this program reads {VERSION}: update it")
    if header.made_at.tzinfo is None or header.expires.tzinfo is None:
        raise ListError("the list's dates have no offset from UTC; its publisher must write them with one")
    if len(lines) > MAX_ENTRIES + 2:
        raise ListError(f"the list has more than {MAX_ENTRIES:,} entries")
    signed, signature = data, ""
    if len(lines) > 1:
        try:
            signature = _SIGNATURE.decode(lines[-1]).signature
        except UNREADABLE:
            pass
        else:
            signed = data[: len(data) - len(lines.pop())]
    entries = []
    for line in lines[1:]:
        entry = _entry(line)
        if entry is not None:
            entries.append(entry)
    return SignedFeed(header, tuple(entries), len(lines) - 1 - len(entries), signed, signature)


def _entry(line: bytes) -> FeedEntry | None:
    try:
        entry = _ENTRY.decode(line)
    except UNREADABLE:
        return None
    sound = (
        clean_author(entry.author) == entry.author != ""
        and 0 <= entry.spam < 1 << 31
        and 0 <= entry.ham < 1 << 31
        and entry.spam + entry.ham > 0
        and 0.0 <= entry.sure <= 1.0
        and max(len(entry.wordings), len(entry.pages)) <= MAX_PRINTS
        and all(_PRINT.fullmatch(found) for found in (*entry.wordings, *entry.pages))
    )
    return entry if sound else None
