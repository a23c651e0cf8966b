"""Judges a whole queue with several processes; the output is the same to the last byte.

This process reads the source as lines or rows, leads what must pass the history past it in order, and writes.
Workers do all that needs no order: taking rows apart, keys, features, scores, reasons, forming the output. What is on
its way at any time is bounded, so memory stays flat.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

from moderator.batch.order import TimeOrder
from moderator.batch.pieces import (
    Deal,
    FormRows,
    Judged,
    JudgeDealt,
    JudgePiece,
    Pasts,
    Piece,
    Raw,
    SurveyPiece,
    place_in_text,
)
from moderator.batch.spool import Spool, parts_for
from moderator.batch.summary import Progress, Summary, Survey
from moderator.errors import QueueError, RowError
from moderator.execution.processes import Workers
from moderator.history.base import Snapshot
from moderator.records import Case, Decision
from moderator.replay import HistoryEvent
from moderator.scoring import CaseScorer
from moderator.tables.base import FormedSink, QueueRow, Sink, Source
from moderator.tables.jsonl import raw_jsonl
from moderator.tables.opening import Table

__all__ = ["Leader", "Limits", "ManyHands"]

_NEVER = float("inf")
"""The time of a row that has none."""


@runtime_checkable
class Leader(Protocol):
    """The part of a moderator that is needed where workers judge."""

    @property
    def scorer(self) -> CaseScorer:
        """What workers judge by."""
        ...

    def advance(self, events: Sequence[HistoryEvent]) -> list[Snapshot | Exception]:
        """Advances the history by cases, in order."""
        ...

    def record_decisions(self, decisions: Sequence[Decision]) -> None:
        """Lets the history remember decisions."""
        ...


class Limits(NamedTuple):
    """How much is done in one go."""

    rows: int
    """Rows that are scored in one call."""
    bytes: int
    """Bytes of rows after which a call is made all the same."""
    verdict: int
    """Bytes that a verdict takes, roughly."""


class ManyHands:
    """One pass of a queue before several workers.

    Args:
        workers: They do the work.
        source: The queue.
        leader: Leads past the history.
        reasons: Single reasons for each row.
        remember: Whether the history is to know linkbacks whole, and what was decided of them.
        limits: How much is done in one go.
        progress: Is told how far it is.
    """

    def __init__(
        self,
        workers: Workers,
        source: Source,
        leader: Leader,
        *,
        reasons: int,
        remember: bool,
        limits: Limits,
        progress: Progress,
    ) -> None:
        self._workers = workers
        self._source = source
        self._leader = leader
        self._reasons = reasons
        self._remember = remember
        self._limits = limits
        self._progress = progress
        self._cuts = _Cuts(limits)
        self._total = 0
        self.summary = Summary()

    def survey(self) -> Survey:
        """Reads the queue for its times."""
        order, columns, raw, size = TimeOrder(), dict[str, None](), False, 0
        pieces = self._by_size()
        survey = SurveyPiece()
        # whole rows cost more to send than their times cost to read
        found = self._workers.each(survey, pieces) if self._lines else map(survey, pieces)
        for part in found:
            columns |= dict.fromkeys(part.columns)
            raw = raw or part.raw
            for each in zip(part.times, part.ids, part.sizes, strict=True):
                order.put(*each)
                self._cuts.put(each[0], each[2])
                size += each[2]
            self._progress("reading", len(order), 0)
        self._total = len(order)
        return Survey(order, list(columns), raw, size)

    def stream(self, sink: Sink | None) -> None:
        """Judges the rows as they come: they are in order of time, and only equal times are put in order."""
        formed = sink if isinstance(sink, FormedSink) else None
        waiting: deque[Piece] = deque()
        pieces = self._pieces(self._cuts.lengths())
        if sink is not None and formed is None:
            pieces = _noted(pieces, waiting)
        job = JudgePiece(self._leader.scorer, self._reasons, None if formed is None else formed.form(), self._remember)
        for judged in self._workers.in_turn(job, pieces, self._led):
            self._count(judged)
            if formed is not None and isinstance(judged.output, bytes):
                formed.put(judged.output)
            elif sink is not None:
                _write(sink, waiting.popleft(), judged.output)

    def sort(self, sink: Sink | None, survey: Survey, beside: Path | None) -> None:
        """Judges the rows in order of time, and writes them in the order of the queue.

        Args:
            sink: Where to; None: nowhere.
            survey: What is known of the queue.
            beside: The folder in which room is taken; None: the usual one for temporary files.
        """
        with tempfile.TemporaryDirectory(prefix=".moderator-", dir=beside) as folder:
            parts = survey.order.parts(parts_for(survey.size))
            cases = Spool(Path(folder), "cases", int(parts.max()) + 1)
            verdicts = Spool(Path(folder), "verdicts", parts_for(self._total * self._limits.verdict))
            share = -(-self._total // len(verdicts))
            with contextlib.closing(cases), contextlib.closing(verdicts):
                first = 0
                for dealt in self._workers.each(Deal(), self._pieces(self._cuts.lengths())):
                    for place, text in dealt.cases:
                        cases.put(int(parts[first + place]), first + place, text)
                    for place, text in dealt.held:
                        verdicts.put((first + place) // share, first + place, text)
                    first += dealt.counts.rows
                    self.summary.add(dealt.counts)
                cases.close()
                numbers: deque[list[int]] = deque()
                work = JudgeDealt(self._leader.scorer, self._reasons, self._remember)
                for judged in self._workers.in_turn(work, self._dealt(cases, numbers), self._led):
                    self._count(judged)
                    for number, added in zip(numbers.popleft(), judged.output, strict=True):
                        verdicts.put(number // share, number, str(added))
            if sink is not None:
                self._write(sink, verdicts)

    @property
    def _lines(self) -> bool:
        """Whether rows are sent as lines, to be taken apart by workers."""
        return isinstance(self._source, Table) and self._source.format == ".jsonl"

    def _raws(self) -> Iterator[Raw]:
        if isinstance(self._source, Table) and self._source.format == ".jsonl":
            return raw_jsonl(self._source.path)
        return self._source.read()

    def _by_size(self) -> Iterator[Piece]:
        rows: list[Raw] = []
        size = 0
        for raw in self._raws():
            rows.append(raw)
            size += raw.size if isinstance(raw, QueueRow) else len(raw[2])
            if len(rows) >= self._limits.rows or size >= self._limits.bytes:
                yield Piece(rows)
                rows, size = [], 0
        if rows:
            yield Piece(rows)

    def _pieces(self, lengths: Iterable[int]) -> Iterator[Piece]:
        """The rows in pieces of these lengths, when they are as many as before."""
        raws = self._raws()
        for length in lengths:
            rows = list(islice(raws, length))
            if len(rows) != length:
                raise _changed()
            yield Piece(rows, None if isinstance(self._source, Table) else [self._said(row) for row in rows])
        if next(raws, None) is not None:
            raise _changed()

    def _said(self, row: Raw) -> Case | RowError:
        assert isinstance(row, QueueRow)  # noqa: S101  # only tables are read as lines
        try:
            return self._source.case(row)
        except RowError as error:
            return error

    def _led(self, sightings: Sequence[HistoryEvent]) -> Pasts:
        return Pasts.of(self._leader.advance(sightings))

    def _count(self, judged: Judged) -> None:
        self.summary.add(judged.counts)
        if judged.decisions:
            self._leader.record_decisions(judged.decisions)
        self._progress("judging", sum(self.summary.verdicts.values()), self._total)

    def _dealt(self, cases: Spool, numbers: deque[list[int]]) -> Iterator[list[str]]:
        """The spooled cases in order of time; notes their numbers."""
        for part in range(len(cases)):
            loaded = [(place_in_text(text, number), text) for number, text in cases.take(part)]
            loaded.sort(key=itemgetter(0))
            cuts = _Cuts(self._limits)
            for _, text in loaded:
                cuts.put(None, len(text))
            rest = iter(loaded)
            for length in cuts.lengths():
                chunk = list(islice(rest, length))
                numbers.append([place[3] for place, _ in chunk])
                yield [text for _, text in chunk]

    def _write(self, sink: Sink, verdicts: Spool) -> None:
        waiting: deque[list[str]] = deque()
        lengths: deque[int] = deque()

        def texts() -> Iterator[int]:
            for part in range(len(verdicts)):
                added = dict(verdicts.take(part))
                numbers = sorted(added)
                for start in range(0, len(numbers), self._limits.rows):
                    some = numbers[start : start + self._limits.rows]
                    waiting.append([added[number] for number in some])
                    lengths.append(len(some))
                    yield len(some)

        pieces = ((piece, waiting.popleft()) for piece in self._pieces(texts()))
        done = 0
        if isinstance(sink, FormedSink):
            for lines in self._workers.each(FormRows(sink.form()), pieces):
                sink.put(lines)
                done += lengths.popleft()
                self._progress("writing", done, self._total)
        else:
            for piece, added in pieces:
                _write(sink, piece, added)
                done += lengths.popleft()
                self._progress("writing", done, self._total)


def _noted(pieces: Iterable[Piece], waiting: deque[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        waiting.append(piece)
        yield piece


def _write(sink: Sink, piece: Piece, added: Iterable[object]) -> None:
    for row, text in zip(piece.read(), added, strict=True):
        sink.write(row, str(text))


def _changed() -> QueueError:
    return QueueError("the queue was changed while it was read; run it again")


class _Cuts:
    """Where pieces end: after so many rows or bytes, but never between rows of one time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lengths: list[int] = []
        self._rows = self._bytes = 0
        self._last: float | None = None

    def put(self, time: float | None, size: int) -> None:
        """Takes the next row; None or inf: it has no time that it could share."""
        known = None if time is None or time == _NEVER else time
        if (self._rows >= self._limits.rows or self._bytes >= self._limits.bytes) and (
            known is None or known != self._last
        ):
            self._lengths.append(self._rows)
            self._rows = self._bytes = 0
        self._rows += 1
        self._bytes += size
        self._last = known

    def lengths(self) -> list[int]:
        """The lengths of the pieces, the last one included."""
        return [*self._lengths, *([self._rows] if self._rows else [])]
