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

from moderator.records import Decision, Label, Linkback, LinkEvidence, LinkStatus, SenderMatch

__all__ = [
    "DAY",
    "HALF_LIFE",
    "HOUR",
    "NO_COPIES",
    "RECENT",
    "UNKNOWN_ACTIVITY",
    "UNKNOWN_COPIES",
    "UNKNOWN_REPUTATION",
    "UNKNOWN_SNAPSHOT",
    "WEEK",
    "Activity",
    "Copies",
    "Entry",
    "History",
    "Holdings",
    "Keys",
    "LabelledEntry",
    "Remembered",
    "Reputation",
    "Snapshot",
    "is_verified",
    "judged_keys",
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
    """The source's author, where its redirects led if they are known: a registrable domain, or a folder on it."""
    template: int | None
    """The wording with its own URL and digits masked; near-duplicates mostly share it."""
    target: int | None
    """The page pointed to."""
    site: int | None
    """The receiving blog."""
    site_author: int | None
    """The pair of receiving blog and source's author: what this site knows of that domain."""
    title: int | None = None
    """The title, where it is no one that people share; see `moderator.history.wordings`."""
    slug: int | None = None
    """The words of the source's permalink, likewise."""
    excerpt: int | None = None
    """The excerpt's wording, likewise."""
    page: int | None = None
    """The wording of the source page, where it was read, likewise."""
    bought: int | None = None
    """The site to which the page's main part has a link that looks bought; the first one, where there are several."""

    @property
    def wordings(self) -> tuple[int | None, ...]:
        """What is recognised when another author uses it."""
        return self[7:]


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


class Reputation(NamedTuple):
    """How a key's linkbacks were judged before a moment, as far as the labels had arrived by then."""

    ham: float
    """Ham labels, each weighing ``2 ** (-age / HALF_LIFE)``; 0: none; nan: the key is not known."""
    spam: float
    """Spam labels, weighted alike."""
    age: float
    """Seconds since the key was first seen; nan: never seen before, or not remembered for this key."""


class Copies(NamedTuple):
    """Who used a wording before a moment, however long ago; all nan: there is no such wording, or no date."""

    authors: float
    """Other authors that used it, 0 to 52."""
    age: float
    """Seconds since it was first seen; nan: no other author used it."""


UNKNOWN_COPIES = Copies(nan, nan)
NO_COPIES = Copies(0, nan)
"""A wording that no other author used."""
UNKNOWN_ACTIVITY = Activity(*([nan] * len(Activity._fields)))
UNKNOWN_REPUTATION = Reputation(nan, nan, nan)


class Snapshot(NamedTuple):
    """What the history knew at one moment, before the linkback in question."""

    sender: Activity
    network: Activity
    domain: Activity
    template: Activity
    target: Activity
    site: Activity
    sender_reputation: Reputation
    network_reputation: Reputation
    domain_reputation: Reputation
    template_reputation: Reputation
    site_author_reputation: Reputation
    """This site's own knowledge of that domain; the only one that remembers when it was first seen."""
    title_copies: Copies
    slug_copies: Copies
    excerpt_copies: Copies
    page_copies: Copies
    bought_copies: Copies


UNKNOWN_SNAPSHOT = Snapshot._make([UNKNOWN_ACTIVITY] * 6 + [UNKNOWN_REPUTATION] * 5 + [UNKNOWN_COPIES] * 5)


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

    @property
    def judged_keys(self) -> Keys:
        """The keys for which a label of this linkback counts; see `judged_keys`."""
        return judged_keys(self.keys, verified=is_verified(self.evidence))


@dataclass(frozen=True, slots=True)
class LabelledEntry:
    """One remembered linkback with the label that it was given last."""

    entry: Entry
    label: Label
    labelled_at: float
    """When the label arrived, in seconds since 1970."""


_FROM_SOURCE = (SenderMatch.SAME_ADDRESS, SenderMatch.SAME_NETWORK)


def is_verified(evidence: LinkEvidence) -> bool:
    """Whether a linkback surely comes from its source's author: its page links, or its sender is the page's network.

    Whoever is honest can be named as a source by anybody, so only then a label says anything about the source.
    """
    return evidence.status is LinkStatus.FOUND or evidence.sender_match in _FROM_SOURCE


def judged_keys(keys: Keys, *, verified: bool) -> Keys:
    """The keys for whose reputation a label counts: those of the sender and the wording, and of the verified source.

    Args:
        keys: The linkback's keys.
        verified: See `is_verified`.
    """
    return keys if verified else keys._replace(domain=None, site_author=None)


@dataclass(frozen=True, slots=True)
class Remembered:
    """One remembered linkback with the label that it was given last."""

    entry: Entry
    label: Label | None
    """None: it has none."""
    labelled_at: float
    """When the label arrived, in seconds since 1970; nan: there is none."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a history holds."""

    linkbacks: int
    """Whole linkbacks."""
    ham: int
    """Those of them that are labelled ham."""
    spam: int
    """Those of them that are labelled spam."""
    first_at: float
    """When the oldest dated one was received, in seconds since 1970; nan: none is dated."""
    last_at: float
    """When the newest one was received, likewise."""
    size: int
    """Bytes on the disk, in all; 0: in memory."""


class History(Protocol):
    """The memory of one engine; every method raises `HistoryError` and nothing else when the store fails."""

    def snapshot(self, keys: Keys, at: float, id: str) -> Snapshot:
        """What is known before the linkback ``id`` received at ``at``; a nan ``at`` leaves the windows unknown.

        Reputations are as of the later of ``at`` and the newest label.
        """
        ...

    def observe(self, entry: Entry) -> None:
        """Remembers a linkback; one with an id that is already known replaces what was known (idempotent).

        A label that the id was given stays, and counts for the new keys.
        """
        ...

    def decide(self, decisions: Iterable[Decision]) -> None:
        """Keeps what was decided of linkbacks that were observed before; unknown ids are passed over.

        Where a decision's evidence was checked, it takes the place of the entry's, and a label counts as that tells.
        """
        ...

    def judge(self, keys: Keys, label: Label, at: float) -> None:
        """Lets a label that arrived at ``at`` count for the keys' reputations, without tying it to an entry.

        Of an entry these are `Entry.judged_keys`.

        Raises:
            HistoryError: ``at`` is nan or infinite.
        """
        ...

    def label(self, linkback_id: str, label: Label | None, at: float) -> None:
        """Labels a remembered linkback, taking back its former label if it had one; None only takes it back.

        Raises:
            NotRememberedError: The id is not remembered.
            HistoryError: ``at`` is nan or infinite.
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

    def remembered(self) -> Iterator[Remembered]:
        """Every remembered linkback, labelled or not: what a retraining leads past a history anew.

        They come in order of receipt, undated ones first, ties by id.
        """
        ...

    def holdings(self) -> Holdings:
        """What it holds; read without stopping others."""
        ...

    def prune(self, before: float) -> int:
        """Forgets linkbacks received before ``before``, labelled and undated ones excepted; returns how many.

        Reputations and first dates stay. Not to be called within a transaction.
        """
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Groups writes: all of them are kept, or none. Nested use joins the outer one."""
        ...

    def close(self) -> None:
        """Releases the store; further calls raise `HistoryError`."""
        ...
