"""The one order in which linkbacks and labels meet the history: reveal, snapshot, extract, observe.

A live call, a queue and training all go through `Replay`, so a feature can never see its own future. Labels have a
clock of their own: one that came with a case becomes visible to later cases only from its ``labelled_at``.

What needs the order is in `Timeline` alone; the keys before it and the features after it can be computed anywhere.
"""

from __future__ import annotations

import heapq
from dataclasses import replace
from itertools import count
from math import nan
from typing import NamedTuple

from moderator.features.extractor import Extractor
from moderator.features.material import Material
from moderator.features.row import FeatureRow
from moderator.history.base import Entry, History, Keys, Snapshot
from moderator.history.keys import keys_of
from moderator.records import Case, Decision, Label, Linkback, LinkEvidence
from moderator.urls import parse_url

__all__ = [
    "Reading",
    "Replay",
    "Sighting",
    "Timeline",
    "keys_of_case",
    "look_again",
    "reading_of",
    "received",
    "sighting_of",
]

_UNSEEN = LinkEvidence()


class Reading(NamedTuple):
    """What was read of one case before it was written."""

    case: Case
    keys: Keys
    at: float
    """When it was received, in seconds since 1970; nan: not known."""
    material: Material
    row: FeatureRow


class Sighting(NamedTuple):
    """What of a case must pass the history in order. It can be made wherever the case is read, and sent."""

    keys: Keys
    at: float
    """When it was received, in seconds since 1970; nan: not known."""
    id: str
    """The linkback's id."""
    label: Label | None
    """What the owner said of it; None: nothing."""
    labelled_at: float
    """When, in seconds since 1970; nan: not known, and then the label never arrives."""
    linkback: Linkback | None = None
    """What was sent; None: the history need not know it whole."""
    evidence: LinkEvidence | None = None
    """What its page showed; None: as for `linkback`."""


def sighting_of(case: Case, *, whole: bool = True) -> Sighting:
    """What of a case must pass the history; a pure function of the case.

    Args:
        case: The case.
        whole: Whether the history is to know it whole, or only what counts for later cases.
    """
    linkback = case.linkback
    keys, labelled_at = keys_of_case(case), nan if case.labelled_at is None else case.labelled_at.timestamp()
    known = (linkback, case.evidence) if whole else (None, None)
    return Sighting(keys, received(case), linkback.id, case.label, labelled_at, *known)


def received(case: Case) -> float:
    """When a case was received, in seconds since 1970; nan: not known."""
    at = case.linkback.received_at
    return nan if at is None else at.timestamp()


class Timeline:
    """Leads what is known of cases, in order of receipt, past a history; undated ones may stand anywhere.

    For each case `before` comes first, then `after`; `pass_by` does both.

    Args:
        history: The memory.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._waiting: list[tuple[float, str, int, Keys, Label]] = []
        self._labels = count()

    def pass_by(self, sighting: Sighting) -> Snapshot:
        """Leads a case past the history; returns what that knew before it."""
        keys, at, id, label, labelled_at, linkback, evidence = sighting
        snapshot = self.before(keys, at, id)
        if linkback is None:
            linkback = Linkback(source_url="", target_url="", id=id)
        self.after(Entry(linkback, keys, at, evidence or _UNSEEN), label, labelled_at)
        return snapshot

    def before(self, keys: Keys, at: float, id: str) -> Snapshot:
        """Reveals the labels that had arrived by then, and reads the past.

        Args:
            keys: The case's keys.
            at: When it was received, in seconds since 1970; nan: not known, and then no label is revealed.
            id: The linkback's id.
        """
        self.reveal(at)
        return self._history.snapshot(keys, at, id)

    def after(self, entry: Entry, label: Label | None = None, labelled_at: float = nan) -> None:
        """Lets the history remember the case, and queues its label until it arrives.

        Args:
            entry: The case, as the history is to remember it.
            label: What the owner said of it; None: nothing.
            labelled_at: When, in seconds since 1970; nan: not known, and then the label never arrives.
        """
        self._history.observe(entry)
        self.expect(entry.keys, entry.linkback.id, label, labelled_at)

    def expect(self, keys: Keys, id: str, label: Label | None, labelled_at: float) -> None:
        """Queues a label until it arrives; the part of `after` that is no history's.

        Args:
            keys: The keys for which it will count.
            id: The linkback's id; labels that arrive at one moment are counted in order of their ids.
            label: What the owner said; None: nothing.
            labelled_at: When, in seconds since 1970; nan: not known, and then the label never arrives.
        """
        if label is not None and labelled_at == labelled_at:
            heapq.heappush(self._waiting, (labelled_at, id, next(self._labels), keys, label))

    def reveal(self, at: float) -> None:
        """Tells the history the labels that had arrived by a moment; an undated one (nan) reveals nothing."""
        while self._waiting and self._waiting[0][0] <= at:
            arrived, _, _, keys, label = heapq.heappop(self._waiting)
            self._history.judge(keys, label, arrived)


def keys_of_case(case: Case) -> Keys:
    """What a case is remembered under; a pure function of the case."""
    linkback = case.linkback
    return keys_of(linkback, parse_url(linkback.source_url), parse_url(linkback.target_url))


def reading_of(case: Case, keys: Keys, snapshot: Snapshot, extractor: Extractor) -> Reading:
    """The features of a case; a pure function of the case and of what the history knew before it."""
    material = extractor.material(case, snapshot)
    return Reading(case, keys, received(case), material, extractor.extract(material))


def look_again(reading: Reading, evidence: LinkEvidence, extractor: Extractor) -> Reading:
    """The same reading with what the source page showed."""
    material = reading.material._replace(evidence=evidence)
    case = replace(reading.case, evidence=evidence)
    return reading._replace(case=case, material=material, row=extractor.extract(material))


class Replay:
    """Leads cases, in order of receipt, past a history.

    Args:
        history: The memory.
        extractor: The features.
    """

    def __init__(self, history: History, extractor: Extractor) -> None:
        self.timeline = Timeline(history)
        """What leads cases whose features are computed elsewhere."""
        self._extractor = extractor

    def read(self, case: Case) -> Reading:
        """Reveals the labels that had arrived by then, and reads the case against the past."""
        keys = keys_of_case(case)
        return reading_of(case, keys, self.timeline.before(keys, received(case), case.linkback.id), self._extractor)

    def write(self, reading: Reading, decision: Decision | None = None) -> None:
        """Lets the history remember the case, and queues its label until it arrives."""
        case = reading.case
        arrives = nan if case.labelled_at is None else case.labelled_at.timestamp()
        entry = Entry(case.linkback, reading.keys, reading.at, case.evidence, decision)
        self.timeline.after(entry, case.label, arrives)

    def pass_by(self, case: Case) -> tuple[Keys, Snapshot]:
        """Leads a case past the history without computing its features.

        Returns:
            Its keys, and what the history knew before it.
        """
        sighting = sighting_of(case)
        return sighting.keys, self.timeline.pass_by(sighting)

    def step(self, case: Case) -> Reading:
        """Leads a case past the history and computes its features, which may fail without the history forgetting."""
        return reading_of(case, *self.pass_by(case), self._extractor)
