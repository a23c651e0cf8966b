"""The one order in which linkbacks and labels meet the history: reveal, snapshot, extract, observe.

A live call, a queue and training all go through `Replay`, so a feature can never see its own future. Labels have a
clock of their own: one that came with a case becomes visible to later cases only from its ``labelled_at``.

What needs the order is in `Timeline` alone; the keys before it and the features after it can be computed anywhere.
"""

from __future__ import annotations

import heapq
from dataclasses import replace
from datetime import timedelta
from itertools import count
from math import nan
from typing import NamedTuple

from moderator.features.context import FeatureContext
from moderator.features.extractor import Extractor
from moderator.features.row import FeatureRow
from moderator.history.base import Entry, History, Keys, Snapshot
from moderator.history.keys import keys_of
from moderator.records import Case, Decision, Label, Linkback, LinkEvidence
from moderator.urls import parse_url

__all__ = [
    "HistoryEvent",
    "Replay",
    "ScoredInput",
    "Timeline",
    "dated",
    "history_event_of",
    "keys_of_case",
    "received",
    "scored_input_of",
    "with_evidence",
]

_UNSEEN = LinkEvidence()


class ScoredInput(NamedTuple):
    """What was read of one case before it was written."""

    case: Case
    keys: Keys
    at: float
    """When it was received, in seconds since 1970; nan: not known."""
    context: FeatureContext
    row: FeatureRow


class HistoryEvent(NamedTuple):
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


def history_event_of(case: Case, *, whole: bool = True) -> HistoryEvent:
    """What of a case must pass the history; a pure function of the case.

    Args:
        case: The case.
        whole: Whether the history is to know it whole, or only what counts for later cases.
    """
    linkback = case.linkback
    keys, labelled_at = keys_of_case(case), nan if case.labelled_at is None else case.labelled_at.timestamp()
    known = (linkback, case.evidence) if whole else (None, None)
    return HistoryEvent(keys, received(case), linkback.id, case.label, labelled_at, *known)


def dated(case: Case, delay: timedelta) -> Case:
    """The case with a date for its label; one from before receipt is none.

    Args:
        case: The case.
        delay: How long after receipt a label without a date counts as given.
    """
    received = case.linkback.received_at
    if case.label is None or received is None or (case.labelled_at is not None and case.labelled_at >= received):
        return case
    return replace(case, labelled_at=received + delay)


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

    def pass_by(self, sighting: HistoryEvent) -> Snapshot:
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


def scored_input_of(case: Case, keys: Keys, snapshot: Snapshot, extractor: Extractor) -> ScoredInput:
    """The features of a case; a pure function of the case and of what the history knew before it."""
    context = extractor.context(case, snapshot)
    return ScoredInput(case, keys, received(case), context, extractor.extract(context))


def with_evidence(known: ScoredInput, evidence: LinkEvidence, extractor: Extractor) -> ScoredInput:
    """The same input with what the source page shows; only what reads evidence is computed again."""
    context, row = extractor.with_evidence(known.context, known.row, evidence)
    return known._replace(case=replace(known.case, evidence=evidence), context=context, row=row)


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

    def read(self, case: Case) -> ScoredInput:
        """Reveals the labels that had arrived by then, and reads the case against the past."""
        keys = keys_of_case(case)
        return scored_input_of(
            case, keys, self.timeline.before(keys, received(case), case.linkback.id), self._extractor
        )

    def write(self, reading: ScoredInput, decision: Decision | None = None) -> None:
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
        sighting = history_event_of(case)
        return sighting.keys, self.timeline.pass_by(sighting)

    def step(self, case: Case) -> ScoredInput:
        """Leads a case past the history and computes its features, which may fail without the history forgetting."""
        return scored_input_of(case, *self.pass_by(case), self._extractor)
