"""What is done to a piece of a queue, wherever that is: rows are read, scored, and formed for the output.

A job asks two things of the process that leads the run: what the history knew before its cases (`Advance`), and, where
pages may be looked at, what some of them show (`Look`). Nothing else needs order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from moderator.batch.summary import Summary
from moderator.batch.verdicts import added_text, held_text
from moderator.errors import RowError
from moderator.execution.base import Ask, portable
from moderator.history.base import Keys, Snapshot
from moderator.history.snapshot_bytes import packed, unpacked
from moderator.records import Case, Decision, Linkback, LinkEvidence
from moderator.replay import HistoryEvent, ScoredInput, SeenPage, UnseenPage, history_event_of, received
from moderator.scoring import CaseScorer
from moderator.tables.base import Form, QueueRow
from moderator.tables.jsonl import RawLine, row_of
from moderator.tables.opening import case_of_row

__all__ = [
    "Advance",
    "Look",
    "Piece",
    "Place",
    "RawRow",
    "ScoreCases",
    "ScoreRows",
    "ScoredCases",
    "ScoredRows",
    "Snapshots",
    "case_or_error",
    "events_of",
    "has_evidence",
    "new_columns",
    "new_columns_unread",
    "place_of",
]

RawRow = RawLine | QueueRow
"""A row, or a line that is still to be taken apart."""
Place = tuple[int, float, str, int]
"""Where a row stands among all in order of receipt; it sorts."""
_NOT_CHECKED = LinkEvidence()


def place_of(case: Case, number: int) -> Place:
    """Where a row stands among all: by time, equal times by id; undated ones last, as they stood."""
    at = received(case)
    return (1, 0.0, "", number) if at != at else (0, at, case.linkback.id, number)


# what is asked


class Advance(NamedTuple):
    """Asks to advance the history by some cases; the answer is `Snapshots`."""

    events: list[HistoryEvent]
    """In order of receipt."""
    linkbacks: list[Linkback]
    """Those of which earlier looks are asked for; empty: none."""


class Look(NamedTuple):
    """Asks for what some source pages show; the answer is a `SeenPage` for each, None where nobody looked."""

    pages: list[UnseenPage]


class Snapshots:
    """What the history knew before each of some cases; an exception: why that is not known.

    Args:
        found: In the order of the events that asked for them.
        evidence: What earlier looks showed, in the order of the linkbacks that were asked for; None: nothing.
    """

    def __init__(self, found: Sequence[Snapshot | Exception], evidence: Sequence[LinkEvidence | None] = ()) -> None:
        self.found = found
        self.evidence = evidence

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles as numbers, which takes a tenth of the time."""
        failures = {place: portable(each) for place, each in enumerate(self.found) if isinstance(each, Exception)}
        numbers = packed([each for each in self.found if not isinstance(each, Exception)])
        return _snapshots, (numbers, failures, self.evidence)

    def known(self) -> list[Snapshot]:
        """The snapshots, where all of them are known.

        Raises:
            Exception: The first reason why one is not.
        """
        for each in self.found:
            if isinstance(each, Exception):
                raise each
        return [each for each in self.found if not isinstance(each, Exception)]

    def beside(self, keys: Iterable[Keys | Exception]) -> list[tuple[Keys, Snapshot] | Exception]:
        """The snapshots beside the keys of all cases; a case whose keys failed has no event, and no snapshot."""
        found = iter(self.found)
        known: list[tuple[Keys, Snapshot] | Exception] = []
        for each in keys:
            if isinstance(each, Exception):
                known.append(each)
            else:
                snapshot = next(found)
                known.append(snapshot if isinstance(snapshot, Exception) else (each, snapshot))
        return known


def _snapshots(numbers: bytes, failures: dict[int, Exception], evidence: Sequence[LinkEvidence | None]) -> Snapshots:
    found: list[Snapshot | Exception] = list(unpacked(numbers))
    for place in sorted(failures):
        found.insert(place, failures[place])
    return Snapshots(found, evidence)


def events_of(cases: Iterable[Case], *, whole: bool) -> tuple[list[HistoryEvent], list[Keys | Exception]]:
    """What of cases the history must see, and the keys of each.

    Args:
        cases: In order of receipt.
        whole: Whether the history is to know them whole, or only what counts for later cases.

    Returns:
        The events, and for each case its keys; an exception: they cannot be computed, and there is no event.
    """
    events, keys = list[HistoryEvent](), list[Keys | Exception]()
    for case in cases:
        try:
            event = history_event_of(case, whole=whole)
        except Exception as error:
            keys.append(error)
        else:
            events.append(event)
            keys.append(event.keys)
    return events, keys


# cases


class ScoredCases(NamedTuple):
    """What came of some cases."""

    decisions: list[Decision]
    to_record: list[Decision]
    """The same for the history, without evidence that it has; empty: it need not know them."""


class _Read(NamedTuple):
    """Cases that wait for what the history knew before them."""

    cases: Sequence[Case]
    keys: list[Keys | Exception]


class _Unseen(NamedTuple):
    """Scored cases of which some wait for what their pages show."""

    cases: Sequence[Case]
    inputs: list[ScoredInput | None]
    decisions: list[Decision]
    wanted: list[int]
    """Places of those that wait."""


@dataclass(frozen=True, slots=True)
class ScoreCases:
    """Decides about cases; a `Job` whose pieces are lists of cases in order of receipt."""

    scorer: CaseScorer
    reasons: int
    """Single reasons for each case; 0: none."""
    remember: bool = True
    """Whether the history is to know cases whole, and what was decided of them."""
    verify: bool = False
    """Whether source pages are looked at."""

    def begin(self, cases: Sequence[Case]) -> Ask[Advance]:
        """Computes keys, and asks what the history knew."""
        events, keys = events_of(cases, whole=self.remember)
        linkbacks = [case.linkback for case in cases] if self.verify else []
        return Ask(Advance(events, linkbacks), _Read(cases, keys), last=not self.verify)

    def resume(self, state: _Read | _Unseen, answer: Snapshots | Sequence[SeenPage | None]) -> Ask[Look] | ScoredCases:
        """Decides; where pages are looked at, asks what they show, and decides again."""
        if isinstance(answer, Snapshots):
            assert isinstance(state, _Read)  # noqa: S101  # what `begin` left
            decisions, inputs = self.scorer.decide_cases(state.cases, answer.beside(state.keys), self.reasons)
            if not self.verify:
                return self._ended(state.cases, decisions)
            wanted = self.scorer.pages_wanted(inputs, decisions, answer.evidence)
            unseen = _Unseen(state.cases, inputs, decisions, list(wanted))
            return Ask(Look([*wanted.values()]), unseen) if wanted else self._seen(unseen, ())
        assert isinstance(state, _Unseen)  # noqa: S101  # what was left with the question
        return self._seen(state, answer)

    def _seen(self, state: _Unseen, answer: Sequence[SeenPage | None]) -> ScoredCases:
        pages = {place: page for place, page in zip(state.wanted, answer, strict=True) if page is not None}
        decisions = self.scorer.decide_with_pages(state.inputs, state.decisions, pages, self.reasons)
        return self._ended(state.cases, decisions)

    def _ended(self, cases: Sequence[Case], decisions: list[Decision]) -> ScoredCases:
        if not self.remember:
            return ScoredCases(decisions, [])
        known = zip(cases, decisions, strict=True)
        return ScoredCases(decisions, [_without_known(decision, case) for case, decision in known])


def _without_known(decision: Decision, case: Case) -> Decision:
    """A decision without evidence that the history has from the case: it need not be sent and written again."""
    evidence = _NOT_CHECKED if decision.evidence is case.evidence else decision.evidence
    return Decision(
        decision.linkback_id,
        decision.verdict,
        decision.spam_probability,
        decision.reasons,
        evidence,
        decision.rule,
        decision.decided_at,
        decision.model,
    )


# rows


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a queue."""

    rows: list[RawRow]
    """The rows, whole or as lines that are still to be taken apart."""
    cases: list[Case | RowError] | None = None
    """What each row says, or why it cannot be read; None: the rows are a table's, and say it themselves."""

    def read(self) -> list[QueueRow]:
        """The rows, taken apart."""
        return [raw if isinstance(raw, QueueRow) else row_of(raw) for raw in self.rows]

    def cases_of(self, rows: Sequence[QueueRow]) -> Iterable[Case | RowError]:
        """What each row says, or why it cannot be read."""
        return map(case_or_error, rows) if self.cases is None else self.cases


def case_or_error(row: QueueRow) -> Case | RowError:
    """What a table's row says, or why it cannot be read."""
    try:
        return case_of_row(row)
    except RowError as error:
        return error


def has_evidence(row: QueueRow) -> bool:
    """Whether the row has evidence in its own words, which stay unless the page was looked at again."""
    evidence = row.values.get("evidence")
    return isinstance(evidence, dict) and bool(evidence)


class ScoredRows(NamedTuple):
    """What came of a piece."""

    counts: Summary
    output: list[bytes] | list[str]
    """For each row what stands in the file; or what is added to it, where rows cannot be formed here."""
    to_record: list[Decision]
    """Decisions for the history; empty: it need not know them."""


class _Rows(NamedTuple):
    """Rows whose cases wait for an answer."""

    rows: list[QueueRow]
    added: dict[int, str]
    """What is added to rows that cannot be read, by their places."""
    cases: list[tuple[int, Case]]
    """The others in order of receipt, with their places."""
    counts: Summary
    inner: Any
    """The state of `ScoreCases`."""


@dataclass(frozen=True, slots=True)
class ScoreRows:
    """Decides about rows and forms the output; a `Job` whose pieces are `Piece`."""

    cases: ScoreCases
    form: Form | None
    """Forms the rows; None: what is added to each is told."""

    def begin(self, piece: Piece) -> Ask[Advance]:
        """Takes the rows apart, and asks what the history knew."""
        rows = piece.read()
        counts, added, found = Summary(rows=len(rows)), dict[int, str](), list[tuple[Place, Case]]()
        for number, (row, said) in enumerate(zip(rows, piece.cases_of(rows), strict=True)):
            if isinstance(said, RowError):
                added[number] = new_columns_unread(row, said, counts)
            else:
                found.append((place_of(said, number), said))
        found.sort(key=itemgetter(0))
        cases = [(place[3], case) for place, case in found]
        asked = self.cases.begin([case for _, case in cases])
        return Ask(asked.question, _Rows(rows, added, cases, counts, asked.state), asked.last)

    def resume(self, state: _Rows, answer: Snapshots | Sequence[SeenPage | None]) -> Ask[Look] | ScoredRows:
        """Decides about the cases, and forms the rows."""
        step = self.cases.resume(state.inner, answer)
        if isinstance(step, Ask):
            return Ask(step.question, state._replace(inner=step.state), step.last)
        rows, added, form = state.rows, state.added, self.form
        for (number, case), decision in zip(state.cases, step.decisions, strict=True):
            added[number] = new_columns(case, decision, rows[number], state.counts)
        texts = [added[number] for number in range(len(rows))]
        output = texts if form is None else [form(row, text) for row, text in zip(rows, texts, strict=True)]
        return ScoredRows(state.counts, output, step.to_record)


def new_columns_unread(row: QueueRow, error: RowError, counts: Summary) -> str:
    """Counts a row that cannot be read; returns what is added to it."""
    counts.count_unreadable(error)
    return held_text(str(error), keep_evidence="evidence" in row.values)


def new_columns(case: Case, decision: Decision, row: QueueRow, counts: Summary) -> str:
    """Counts a decision; returns what is added to its row."""
    counts.count(decision, case)
    return added_text(decision, keep_evidence=has_evidence(row) and decision.evidence is case.evidence)
