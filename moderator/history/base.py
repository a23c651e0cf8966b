"""What a history is: the memory from which bulk sending and reputation are read.

A history only moves forward. For each linkback the order is always: reveal labels that have arrived (`judge`), read
the past (`snapshot`), then write the present (`observe`); `moderator.replay` keeps it. Two rules hold for every
implementation, and one battery of tests checks them:

* Windows look strictly backwards. An entry counts for a linkback received at ``at`` with id ``id`` if and only if
  ``(entry.at, entry.id) < (at, id)`` and ``entry.at > at - window``.
* Of each key only the latest `RECENT` entries within the longest window are looked at, so counts saturate there and
  a hot key costs no more than a cold one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import nan
from typing import NamedTuple, Protocol

from moderator.records import Decision, Label, Linkback, LinkEvidence

__all__ = [
    "DAY",
    "HALF_LIFE",
    "HOUR",
    "RECENT",
    "UNKNOWN_ACTIVITY",
    "UNKNOWN_SNAPSHOT",
    "UNKNOWN_STANDING",
    "WEEK",
    "Activity",
    "Entry",
    "History",
    "Keys",
    "LabelledEntry",
    "Snapshot",
    "Standing",
]

HOUR = 3600.0
DAY = 86400.0
WEEK = 7 * DAY
"""Windows in seconds; `WEEK` is the longest."""
RECENT = 64
"""Entries of one key that are looked at; counts saturate here."""
HALF_LIFE = 180 * DAY
"""Seconds after which a label weighs half."""


class Keys(NamedTuple):
    """What a linkback is remembered under: 64-bit digests, signed, never equal in two families; None: not told."""

    sender: int | None
    """The sender's address."""
    network: int | None
    """Its /24 (IPv4) or /48 (IPv6)."""
    domain: int | None
    """The source's author: its registrable domain, or on a shared platform the author's part of it."""
    template: int | None
    """The wording with its own URL and digits masked; near-duplicates mostly share it."""
    target: int | None
    """The page pointed to."""
    site: int | None
    """The receiving blog."""
    neighbour: int | None
    """The pair of receiving blog and source's author: what this site knows of that domain."""


class Activity(NamedTuple):
    """What one key did before a moment. Counts are 0 to `RECENT`; all nan: the key or the moment is not known."""

    count_1h: float
    count_24h: float
    count_7d: float
    targets_1h: float
    targets_24h: float
    targets_7d: float
    """Distinct targets in the window."""
    domains_7d: float
    """Distinct source domains in 7 days."""
    senders_7d: float
    """Distinct sender addresses in 7 days."""
    since_last: float
    """Seconds since the key's previous linkback; nan: none in 7 days."""


class Standing(NamedTuple):
    """How a key's linkbacks were judged before a moment, as far as the labels had arrived by then."""

    ham: float
    """Ham labels, each weighing ``2 ** (-age / HALF_LIFE)``; 0: none; nan: the key is not known."""
    spam: float
    """Spam labels, weighted alike."""
    age: float
    """Seconds since the key was first seen; nan: never seen before, or not remembered for this key."""


UNKNOWN_ACTIVITY = Activity(*([nan] * len(Activity._fields)))
UNKNOWN_STANDING = Standing(nan, nan, nan)


class Snapshot(NamedTuple):
    """What the history knew at one moment, before the linkback in question."""

    sender: Activity
    network: Activity
    domain: Activity
    template: Activity
    target: Activity
    site: Activity
    sender_standing: Standing
    network_standing: Standing
    domain_standing: Standing
    template_standing: Standing
    neighbour_standing: Standing
    """This site's own knowledge of that domain; the only one that remembers when it was first seen."""


UNKNOWN_SNAPSHOT = Snapshot._make([UNKNOWN_ACTIVITY] * 6 + [UNKNOWN_STANDING] * 5)


@dataclass(frozen=True, slots=True)
class Entry:
    """One linkback as the history remembers it."""

    linkback: Linkback
    """What was sent."""
    keys: Keys
    """What it is remembered under."""
    at: float
    """When it was received, in seconds since 1970; nan: not known, and then no window counts it."""
    evidence: LinkEvidence
    """What its page showed when it was checked."""
    decision: Decision | None = None
    """What was decided, on the entry's evidence; None: only remembered."""


@dataclass(frozen=True, slots=True)
class LabelledEntry:
    """One remembered linkback with the label that it was given last."""

    entry: Entry
    label: Label
    labelled_at: float
    """When the label arrived, in seconds since 1970."""


class History(Protocol):
    """The memory of one engine; every method raises `HistoryError` and nothing else when the store fails."""

    def snapshot(self, keys: Keys, at: float, id: str) -> Snapshot:
        """What is known before the linkback ``id`` received at ``at``; a nan ``at`` leaves the windows unknown.

        Standings are as of the later of ``at`` and the newest label.
        """
        ...

    def observe(self, entry: Entry) -> None:
        """Remembers a linkback; one with an id that is already known replaces what was known (idempotent).

        A label that the id was given stays, and counts for the new keys.
        """
        ...

    def decide(self, decisions: Iterable[Decision]) -> None:
        """Keeps what was decided of linkbacks that were observed before; unknown ids are passed over.

        Where a decision's evidence was checked, it takes the place of the entry's.
        """
        ...

    def judge(self, keys: Keys, label: Label, at: float) -> None:
        """Lets a label that arrived at ``at`` count for the keys' standings, without tying it to an entry.

        Raises:
            HistoryError: ``at`` is nan or infinite.
        """
        ...

    def label(self, linkback_id: str, label: Label | None, at: float) -> None:
        """Labels a remembered linkback, taking back its former label if it had one; None only takes it back.

        Raises:
            HistoryError: The id is not remembered, or ``at`` is nan or infinite.
        """
        ...

    def evidence(self, source_url: str, target_url: str, since: float) -> LinkEvidence | None:
        """The newest evidence about this pair that was checked at or after ``since``; None: none."""
        ...

    def labelled(self) -> Iterator[LabelledEntry]:
        """Every remembered linkback that has a label: material for retraining.

        They come in order of receipt, undated ones first, ties by id.
        """
        ...

    def prune(self, before: float) -> int:
        """Forgets linkbacks received before ``before``, labelled and undated ones excepted; returns how many.

        Standings and first dates stay. Not to be called within a transaction.
        """
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Groups writes: all of them are kept, or none. Nested use joins the outer one."""
        ...

    def close(self) -> None:
        """Releases the store; further calls raise `HistoryError`."""
        ...
