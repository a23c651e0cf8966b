"""The one order in which linkbacks and labels meet the history: reveal, snapshot, extract, observe.

A live call, a queue and training all go through `Replay`, so a feature can never see its own future. Labels have a
clock of their own: one that came with a case becomes visible to later cases only from its ``labelled_at``.

What needs the order is in `Timeline` alone; the keys before it and the features after it can be computed anywhere.
"""

from __future__ import annotations

import heapq
from dataclasses import replace
from math import nan
from typing import NamedTuple

from moderator.features.extractor import Extractor
from moderator.features.material import Material
from moderator.features.row import FeatureRow
from moderator.history.base import Entry, History, Keys, Snapshot
from moderator.history.keys import keys_of
from moderator.records import Case, Decision, Label, LinkEvidence
from moderator.urls import parse_url

__all__ = ["Reading", "Replay", "Timeline", "received"]


class Reading(NamedTuple):
    """What was read of one case before it was written."""

    case: Case
    keys: Keys
    at: float
    """When it was received, in seconds since 1970; nan: not known."""
    material: Material
    row: FeatureRow


def received(case: Case) -> float:
    """When a case was received, in seconds since 1970; nan: not known."""
    at = case.linkback.received_at
    return nan if at is None else at.timestamp()


class Timeline:
    """Leads what is known of cases, in order of receipt, past a history; undated ones may stand anywhere.

    For each case `before` comes first, then `after`.

    Args:
        history: The memory.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._waiting: list[tuple[float, str, Keys, Label]] = []

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
        if label is not None and labelled_at == labelled_at:
            heapq.heappush(self._waiting, (labelled_at, entry.linkback.id, entry.keys, label))

    def reveal(self, at: float) -> None:
        """Tells the history the labels that had arrived by a moment; an undated one (nan) reveals nothing."""
        while self._waiting and self._waiting[0][0] <= at:
            arrived, _, keys, label = heapq.heappop(self._waiting)
            self._history.judge(keys, label, arrived)


class Replay:
    """Leads cases, in order of receipt, past a history.

    Args:
        history: The memory.
        extractor: The features.
    """

    def __init__(self, history: History, extractor: Extractor) -> None:
        self._timeline = Timeline(history)
        self._extractor = extractor

    def read(self, case: Case) -> Reading:
        """Reveals the labels that had arrived by then, and reads the case against the past."""
        linkback = case.linkback
        at = received(case)
        keys = keys_of(linkback, parse_url(linkback.source_url), parse_url(linkback.target_url))
        material = self._extractor.material(case, self._timeline.before(keys, at, linkback.id))
        return Reading(case, keys, at, material, self._extractor.extract(material))

    def look_again(self, reading: Reading, evidence: LinkEvidence) -> Reading:
        """The same reading with what the source page showed."""
        material = reading.material._replace(evidence=evidence)
        case = replace(reading.case, evidence=evidence)
        return reading._replace(case=case, material=material, row=self._extractor.extract(material))

    def write(self, reading: Reading, decision: Decision | None = None) -> None:
        """Lets the history remember the case, and queues its label until it arrives."""
        case = reading.case
        arrives = nan if case.labelled_at is None else case.labelled_at.timestamp()
        entry = Entry(case.linkback, reading.keys, reading.at, case.evidence, decision)
        self._timeline.after(entry, case.label, arrives)

    def step(self, case: Case) -> Reading:
        """Reads, then writes."""
        reading = self.read(case)
        self.write(reading)
        return reading
