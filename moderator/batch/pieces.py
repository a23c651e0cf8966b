"""What a worker process does with a piece of a queue. All of it can be pickled, and nothing needs order.

A piece is a few rows as they stand in the source. They are taken apart here, judged on what the history knew before
them, and formed as they are to stand in the output. What `moderator.batch.rescore` does alone, it does by the same
functions.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from moderator.batch.order import time_and_id
from moderator.batch.summary import Summary
from moderator.batch.verdicts import added_text, held_text
from moderator.errors import RowError
from moderator.execution.processes import portable
from moderator.history.base import Keys, Snapshot
from moderator.history.snapshot_bytes import packed, unpacked
from moderator.records import Case, Decision, LinkEvidence
from moderator.replay import HistoryEvent, history_event_of, received
from moderator.scoring import CaseScorer
from moderator.serialization import case_from_json, case_to_json
from moderator.tables.base import Form, QueueRow
from moderator.tables.jsonl import RawLine, encode, row_of
from moderator.tables.opening import case_of_row
from moderator.tables.rows import id_of, received_at

__all__ = [
    "Deal",
    "Dealt",
    "FormRows",
    "JudgeDealt",
    "JudgePiece",
    "Judged",
    "Pasts",
    "Piece",
    "Place",
    "Raw",
    "SurveyPiece",
    "Surveyed",
    "decisions_for_history",
    "judged_text",
    "place_in_text",
    "place_of",
    "said_by",
    "sightings_of",
    "tells_evidence",
    "unreadable_text",
]

Raw = RawLine | QueueRow
"""A row, or a line that is still to be taken apart."""
Place = tuple[int, float, str, int]
"""Where a row stands among all; it sorts."""


def place_of(at: float, id: str, number: int) -> Place:
    """Where a row stands among all: by time, equal times by id; undated ones (nan) last, as they stood."""
    return (1, 0.0, "", number) if at != at else (0, at, id, number)


def tells_evidence(row: QueueRow) -> bool:
    """Whether the row has evidence in its own words, which stay unless the page was looked at again."""
    evidence = row.values.get("evidence")
    return isinstance(evidence, dict) and bool(evidence)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows that stand side by side."""

    rows: list[Raw]
    """The rows, whole or as lines that are still to be taken apart."""
    cases: list[Case | RowError] | None = None
    """What each row says, or why it says nothing; None: the rows are a table's, and say it themselves."""

    def read(self) -> list[QueueRow]:
        """The rows, taken apart."""
        return [raw if isinstance(raw, QueueRow) else row_of(raw) for raw in self.rows]

    def said(self, rows: Sequence[QueueRow]) -> Iterable[Case | RowError]:
        """What each row says, or why it says nothing."""
        return map(said_by, rows) if self.cases is None else self.cases


def said_by(row: QueueRow) -> Case | RowError:
    """What a table's row says, or why it says nothing."""
    try:
        return case_of_row(row)
    except RowError as error:
        return error


def unreadable_text(row: QueueRow, error: RowError, counts: Summary) -> str:
    """Counts a row that cannot be read; returns what is written of it."""
    counts.count_unreadable(error)
    return held_text(str(error), keep_evidence="evidence" in row.values)


def judged_text(case: Case, decision: Decision, told: bool, counts: Summary) -> str:
    """Counts a decision; returns what is written of it, `told` being whether the row tells its evidence."""
    counts.count(decision)
    return added_text(decision, keep_evidence=told and decision.evidence is case.evidence)


# the survey


class Surveyed(NamedTuple):
    """What the first reading of a piece tells."""

    times: array[float]
    """When each row was received, in seconds since 1970; inf: not known."""
    ids: array[int]
    """The beginnings of their ids."""
    sizes: array[int]
    columns: list[str]
    raw: bool
    """Whether some could not be taken apart."""


class SurveyPiece:
    """Reads the times of a piece."""

    def __call__(self, piece: Piece) -> Surveyed:
        """Does so."""
        times, ids, sizes = array("d"), array("Q"), array("Q")
        columns, known, raw = dict[str, None](), dict[str, Any]().keys(), False
        for row in piece.read():
            if row.values.keys() != known:
                known = row.values.keys()
                columns |= dict.fromkeys(known)
            at = received_at(row.values)
            time, prefix = time_and_id(at, "" if at is None else id_of(row.values))
            times.append(time)
            ids.append(prefix)
            sizes.append(row.size)
            raw = raw or bool(row.error)
        return Surveyed(times, ids, sizes, list(columns), raw)


# judging rows that come in order


class Pasts(NamedTuple):
    """What the history knew before some cases, in their order; it can be sent."""

    snapshots: bytes
    """Of those whose past is known."""
    failures: dict[int, Exception]
    """Why it is not known of the others, by their places."""

    @classmethod
    def of(cls, found: Sequence[Snapshot | Exception]) -> Pasts:
        """Packs them."""
        return cls(
            packed([past for past in found if not isinstance(past, Exception)]),
            {place: portable(past) for place, past in enumerate(found) if isinstance(past, Exception)},
        )

    def beside(self, keys: Sequence[Keys | Exception]) -> list[tuple[Keys, Snapshot] | Exception]:
        """Unpacks them beside the keys of the same cases; those without keys were never led past the history."""
        snapshots = iter(unpacked(self.snapshots))
        pasts: list[tuple[Keys, Snapshot] | Exception] = []
        place = 0
        for each in keys:
            if isinstance(each, Exception):
                pasts.append(each)
                continue
            failure = self.failures.get(place)
            pasts.append((each, next(snapshots)) if failure is None else failure)
            place += 1
        return pasts


class Judged(NamedTuple):
    """What came of a piece."""

    counts: Summary
    output: bytes | list[str]
    """The rows as they stand in the file; or what is added to each, where they cannot be formed here."""
    decisions: list[Decision]
    """For the history; empty: it need not know them."""


class _Kept(NamedTuple):
    rows: list[QueueRow]
    added: dict[int, str]
    """What is written of unreadable rows, by their places."""
    cases: list[tuple[Place, Case]]
    """In order of receipt."""
    keys: list[Keys | Exception]
    counts: Summary


@dataclass(frozen=True, slots=True)
class JudgePiece:
    """Judges the rows of a piece, between whose steps their sightings are led past the history."""

    scorer: CaseScorer
    reasons: int
    form: Form | None
    """Forms the rows; None: what is added to each is told."""
    remember: bool
    """Whether the history is to know cases whole, and what was decided."""

    def first(self, piece: Piece) -> tuple[list[HistoryEvent], _Kept]:
        """Takes the rows apart; tells what must pass the history, in order of receipt."""
        rows, counts, added, cases = piece.read(), Summary(), dict[int, str](), list[tuple[Place, Case]]()
        for number, (row, said) in enumerate(zip(rows, piece.said(rows), strict=True)):
            if isinstance(said, RowError):
                added[number] = unreadable_text(row, said, counts)
            else:
                cases.append((place_of(received(said), said.linkback.id, number), said))
        cases.sort(key=itemgetter(0))
        counts.rows = len(rows)
        sightings, keys = sightings_of([case for _, case in cases], whole=self.remember)
        return sightings, _Kept(rows, added, cases, keys, counts)

    def second(self, kept: _Kept, pasts: Pasts) -> Judged:
        """Judges the cases and forms the rows."""
        rows, added, cases, keys, counts = kept
        decisions, _ = self.scorer.decide_cases([case for _, case in cases], pasts.beside(keys), self.reasons)
        for ((_, _, _, number), case), decision in zip(cases, decisions, strict=True):
            added[number] = judged_text(case, decision, tells_evidence(rows[number]), counts)
        texts = [added[number] for number in range(len(rows))]
        form = self.form
        output = texts if form is None else b"".join([form(row, text) for row, text in zip(rows, texts, strict=True)])
        return Judged(counts, output, decisions_for_history(decisions) if self.remember else [])


def sightings_of(cases: Iterable[Case], *, whole: bool) -> tuple[list[HistoryEvent], list[Keys | Exception]]:
    """What of cases must pass the history, and the keys of each; an exception: it has none, and does not pass."""
    sightings, keys = list[HistoryEvent](), list[Keys | Exception]()
    for case in cases:
        found = _sighting(case, whole)
        if isinstance(found, HistoryEvent):
            sightings.append(found)
            keys.append(found.keys)
        else:
            keys.append(found)
    return sightings, keys


def _sighting(case: Case, whole: bool) -> HistoryEvent | Exception:
    try:
        return history_event_of(case, whole=whole)
    except Exception as error:
        return error


def decisions_for_history(decisions: Iterable[Decision]) -> list[Decision]:
    """Decisions without their evidence, which the history knows from the cases."""
    unseen = LinkEvidence()
    return [
        Decision(
            each.linkback_id,
            each.verdict,
            each.spam_probability,
            each.reasons,
            unseen,
            each.rule,
            each.decided_at,
            each.model,
        )
        for each in decisions
    ]


# judging rows in any order


class Dealt(NamedTuple):
    """What is spooled of a piece."""

    counts: Summary
    cases: list[tuple[int, str]]
    """Place in the piece, and the case as text."""
    held: list[tuple[int, str]]
    """The same of unreadable rows, with what is written of them."""


class Deal:
    """Takes rows apart for putting their cases in order.

    The text of a case starts with what orders it, so that the process that leads need not read the rest.
    """

    def __call__(self, piece: Piece) -> Dealt:
        """Does so."""
        rows, dealt = piece.read(), Dealt(Summary(), [], [])
        dealt.counts.rows = len(rows)
        for number, (row, said) in enumerate(zip(rows, piece.said(rows), strict=True)):
            if isinstance(said, RowError):
                dealt.held.append((number, unreadable_text(row, said, dealt.counts)))
            else:
                head = json.dumps([received(said), said.linkback.id])
                dealt.cases.append((number, f"{head}\t{int(tells_evidence(row))}{encode(case_to_json(said))}"))
        return dealt


def place_in_text(text: str, number: int) -> Place:
    """Where a case stands among all, read from the beginning of its text."""
    at, id = json.loads(text[: text.index("\t")])
    return place_of(at, id, number)


class _KeptDealt(NamedTuple):
    cases: list[Case]
    told: list[bool]
    """Whether their rows tell their evidence."""
    keys: list[Keys | Exception]


@dataclass(frozen=True, slots=True)
class JudgeDealt:
    """Judges cases that were dealt, between whose steps their sightings are led past the history."""

    scorer: CaseScorer
    reasons: int
    remember: bool

    def first(self, texts: list[str]) -> tuple[list[HistoryEvent], _KeptDealt]:
        """Reads the cases; tells what must pass the history, in the same order."""
        cases, told = list[Case](), list[bool]()
        for text in texts:
            rest = text.index("\t") + 1
            told.append(text[rest] == "1")
            cases.append(case_from_json(json.loads(text[rest + 1 :])))
        sightings, keys = sightings_of(cases, whole=self.remember)
        return sightings, _KeptDealt(cases, told, keys)

    def second(self, kept: _KeptDealt, pasts: Pasts) -> Judged:
        """Judges the cases."""
        cases, told, keys = kept
        counts = Summary()
        decisions, _ = self.scorer.decide_cases(cases, pasts.beside(keys), self.reasons)
        added = [judged_text(*each, counts) for each in zip(cases, decisions, told, strict=True)]
        return Judged(counts, added, decisions_for_history(decisions) if self.remember else [])


# writing


@dataclass(frozen=True, slots=True)
class FormRows:
    """Forms rows whose verdicts are known."""

    form: Form

    def __call__(self, judged: tuple[Piece, list[str]]) -> bytes:
        """Does so, given the rows and what is added to each."""
        piece, added = judged
        return b"".join([self.form(row, text) for row, text in zip(piece.read(), added, strict=True)])
