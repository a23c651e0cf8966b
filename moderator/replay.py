"""The one order in which linkbacks and labels meet the history: reveal, snapshot, extract, observe.

A live call, a queue and training all go through `Replay`, so a feature can never see its own future. Labels have a
clock of their own: one that came with a case becomes visible to later cases only from its ``labelled_at``.
"""

from __future__ import annotations

import heapq
from dataclasses import replace
from math import nan
from typing import NamedTuple

from moderator.features.extractor import Extractor
from moderator.features.material import Material
from moderator.features.row import FeatureRow
from moderator.history.base import Entry, History, Keys
from moderator.history.keys import keys_of
from moderator.records import Case, Decision, Label, LinkEvidence
from moderator.urls import parse_url

__all__ = ["Reading", "Replay"]


class Reading(NamedTuple):
    """What was read of one case before it was written."""

    case: Case
    keys: Keys
    at: float
    """When it was received, in seconds since 1970; nan: not known."""
    material: Material
    row: FeatureRow


class Replay:
    """Leads cases, in order of receipt, past a history.

    Args:
        history: The memory.
        extractor: The features.
    """

    def __init__(self, history: History, extractor: Extractor) -> None:
        self._history = history
        self._extractor = extractor
        self._waiting: list[tuple[float, str, Keys, Label]] = []

    def read(self, case: Case) -> Reading:
        """Reveals the labels that had arrived by then, and reads the case against the past."""
        linkback = case.linkback
        at = nan if linkback.received_at is None else linkback.received_at.timestamp()
        self._reveal(at)
        keys = keys_of(linkback, parse_url(linkback.source_url), parse_url(linkback.target_url))
        material = self._extractor.material(case, self._history.snapshot(keys, at, linkback.id))
        return Reading(case, keys, at, material, self._extractor.extract(material))

    def look_again(self, reading: Reading, evidence: LinkEvidence) -> Reading:
        """The same reading with what the source page showed."""
        material = reading.material._replace(evidence=evidence)
        case = replace(reading.case, evidence=evidence)
        return reading._replace(case=case, material=material, row=self._extractor.extract(material))

    def write(self, reading: Reading, decision: Decision | None = None) -> None:
        """Lets the history remember the case, and queues its label until it arrives."""
        case = reading.case
        self._history.observe(Entry(case.linkback, reading.keys, reading.at, case.evidence, decision))
        if case.label is not None and case.labelled_at is not None:
            arrives = case.labelled_at.timestamp()
            heapq.heappush(self._waiting, (arrives, case.linkback.id, reading.keys, case.label))

    def step(self, case: Case) -> Reading:
        """Reads, then writes."""
        reading = self.read(case)
        self.write(reading)
        return reading

    def _reveal(self, at: float) -> None:
        # an undated case (nan) compares false: it reveals nothing
        while self._waiting and self._waiting[0][0] <= at:
            arrived, _, keys, label = heapq.heappop(self._waiting)
            self._history.judge(keys, label, arrived)
