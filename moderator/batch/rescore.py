"""Judges a whole queue again, file to file.

The output has the rows in the order of the input, but the history must meet them in order of time. So the queue is
read once for its times. Where they are in order already, it is judged as it is read again; otherwise its rows go
through files on disk, part by part in order of time, and what comes of them back into the order of the input. Memory
stays flat either way.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import inf
from operator import itemgetter
from pathlib import Path
from typing import Any

from moderator.batch.jobs import Piece, RawRow, ScoredRows, ScoreRows
from moderator.batch.order import TimeOrder
from moderator.batch.runner import QueueModerator, QueueRunner
from moderator.batch.spool import Spool, parts_for
from moderator.batch.summary import Progress, Summary
from moderator.batch.survey import Limits, Partitioner, Survey, raw_rows, size_of, survey
from moderator.errors import QueueError, RowError
from moderator.execution.base import Executor
from moderator.records import Case
from moderator.tables.base import FormedSink, QueueRow, Sink, Source
from moderator.tables.jsonl import row_of
from moderator.tables.opening import Table, check_output, open_sink
from moderator.tables.rows import id_of

__all__ = ["rescore"]

_CHUNK = 1000
"""Rows that are scored in one call."""
_BYTES = 16 << 20
"""Bytes of rows after which a call is made all the same, so that long rows do not fill the memory."""
_TIE = 16 << 20
"""Bytes of rows of one time that are ordered in memory; more go through files."""
_ADDED = 2000
"""Bytes that are added to a row, roughly, with eight reasons."""


def rescore(
    queue: Path | Source,
    output: Path | None,
    moderator: QueueModerator,
    executor: Executor | None = None,
    *,
    reasons: int = 8,
    verify: bool = False,
    remember: bool = True,
    progress: Progress = lambda stage, done, total: None,
) -> Summary:
    """Judges every row of a queue, each as of its receipt, and writes a table of the rows with their verdicts.

    Rows that cannot be read are held, counted and written with an error. Any executor gives the same output to the
    last byte: what needs order is done here, the rest by it.

    Args:
        queue: The table's file, or any other source; it is never changed.
        output: The file for the verdicts, replaced when all of it is written; None: only the summary is wanted.
        moderator: What judges; its history should know nothing of these rows yet.
        executor: Where the work is done; None: in this process.
        reasons: Single reasons for each row; 0: none.
        verify: Whether source pages may be looked at.
        remember: Whether the history is to know the linkbacks whole afterwards, and what was decided of them.
        progress: Is told how far it is.

    Returns:
        The counts.

    Raises:
        QueueError: The queue cannot be read, or the output cannot be written.
        WorkersError: Workers ended again and again, or none is left.
        HistoryError: What was decided cannot be remembered.
        MissingExtraError: The format needs a package that is not installed.
    """
    started = time.monotonic()
    source = Table(queue) if isinstance(queue, Path) else queue
    if output is not None:
        check_output(output, source)
    runner = QueueRunner(moderator, executor, remember=remember)
    limits = Limits(_CHUNK, _BYTES)
    found = survey(source, runner.executor, limits, progress)
    with contextlib.ExitStack() as stack:
        sink = None
        if output is not None:
            sink = stack.enter_context(open_sink(output, source, columns=found.columns, raw=found.raw))
        formed = sink if isinstance(sink, FormedSink) else None
        job = ScoreRows(runner.job(reasons=reasons, verify=verify), None if formed is None else formed.form())
        run = _Run(source, runner, job, found, limits, progress)
        if found.order.sorted and found.order.longest_tie <= _TIE:
            run.as_it_stands(sink)
        else:
            run.reordered(sink, None if output is None else output.absolute().parent)
    run.summary.unlooked = runner.unlooked
    run.summary.verified = verify
    run.summary.seconds = time.monotonic() - started
    run.summary.output = "" if output is None else str(output)
    return run.summary


class _Run:
    """One pass of a queue."""

    def __init__(
        self,
        source: Source,
        runner: QueueRunner,
        job: ScoreRows,
        found: Survey,
        limits: Limits,
        progress: Progress,
    ) -> None:
        self._source = source
        self._runner = runner
        self._job = job
        self._survey = found
        self._limits = limits
        self._progress = progress
        self._total = len(found.order)
        self.summary = Summary()

    def as_it_stands(self, sink: Sink | None) -> None:
        """Judges the rows as they come: they are in order of time, and only equal times are put in order."""
        waiting: deque[Piece] = deque()
        for scored in self._scored(_noted(self._pieces(), waiting)):
            _write(sink, waiting.popleft().rows, scored.output)

    def reordered(self, sink: Sink | None, beside: Path | None) -> None:
        """Judges the rows in order of time, and writes them in the order of the queue.

        Args:
            sink: Where to; None: nowhere.
            beside: The folder in which room is taken; None: the usual one for temporary files.
        """
        with tempfile.TemporaryDirectory(prefix=".moderator-", dir=beside) as folder:
            parts = self._survey.order.parts(parts_for(self._survey.size))
            rows = Spool(Path(folder), "rows", int(parts.max()) + 1)
            written = Spool(Path(folder), "written", parts_for(self._survey.size + self._total * _ADDED))
            share = -(-self._total // len(written))
            with contextlib.closing(rows), contextlib.closing(written):
                for number, raw in enumerate(self._rows()):
                    rows.put(int(parts[number]), number, (raw, self._said(raw)))
                rows.close()
                numbers: deque[list[int]] = deque()
                for scored in self._scored(self._by_time(rows, numbers)):
                    for number, output in zip(numbers.popleft(), scored.output, strict=True):
                        if sink is not None:
                            written.put(number // share, number, output)
            if sink is not None:
                self._write_back(sink, written)

    def _scored(self, pieces: Iterable[Piece]) -> Iterator[ScoredRows]:
        for scored in self._runner.run(self._job, pieces):
            self.summary.add(scored.counts)
            self._runner.record(scored.to_record)
            self._progress("judging", self.summary.rows, self._total)
            yield scored

    def _pieces(self) -> Iterator[Piece]:
        """The rows as they stand, cut where the first reading said."""
        rows = self._rows()
        for length in self._survey.lengths:
            yield _piece([(raw, self._said(raw)) for raw in islice(rows, length)])
        next(rows, None)  # finds out whether there are more

    def _by_time(self, spool: Spool, numbers: deque[list[int]]) -> Iterator[Piece]:
        """The spooled rows in order of time; notes their numbers."""
        order = self._survey.order
        for part in range(len(spool)):
            loaded = dict(spool.take(part))
            placed = _in_order(loaded, order)
            partitioner = Partitioner(self._limits)
            for number in placed:
                partitioner.put(inf, size_of(loaded[number][0]))
            rest = iter(placed)
            for length in partitioner.lengths():
                chosen = list(islice(rest, length))
                numbers.append(chosen)
                yield _piece([loaded[number] for number in chosen])

    def _rows(self) -> Iterator[RawRow]:
        """The rows, when they are as many as before."""
        count = 0
        for count, raw in enumerate(raw_rows(self._source), 1):
            if count > self._total:
                break
            yield raw
        if count != self._total:
            raise QueueError("the queue was changed while it was read; run it again")

    def _said(self, raw: RawRow) -> Case | RowError | None:
        """What a row of a source says that is no table; None: the row says it itself."""
        if isinstance(self._source, Table) or not isinstance(raw, QueueRow):
            return None
        try:
            return self._source.case(raw)
        except RowError as error:
            return error

    def _write_back(self, sink: Sink, written: Spool) -> None:
        formed = isinstance(sink, FormedSink)
        rows = iter(()) if formed else self._rows()
        done = 0
        for part in range(len(written)):
            some = sorted(written.take(part), key=itemgetter(0))
            for start in range(0, len(some), self._limits.rows):
                output = [each for _, each in some[start : start + self._limits.rows]]
                _write(sink, list(islice(rows, len(output))), output)
                done += len(output)
                self._progress("writing", done, self._total)


def _piece(rows: Sequence[tuple[RawRow, Case | RowError | None]]) -> Piece:
    said = [case for _, case in rows if case is not None]
    return Piece([raw for raw, _ in rows], said or None)


def _noted(pieces: Iterable[Piece], waiting: deque[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        waiting.append(piece)
        yield piece


def _in_order(rows: dict[int, tuple[RawRow, Any]], order: TimeOrder) -> list[int]:
    """The numbers of rows in order of time; ids are read only where times and their beginnings are equal."""
    placed = sorted(rows, key=lambda number: (*order.key(number), number))
    start = 0
    for end in range(1, len(placed) + 1):
        if end == len(placed) or order.key(placed[end]) != order.key(placed[start]):
            if end - start > 1:
                placed[start:end] = sorted(placed[start:end], key=lambda number: (_id(rows[number][0]), number))
            start = end
    return placed


def _id(raw: RawRow) -> str:
    return id_of((raw if isinstance(raw, QueueRow) else row_of(raw)).values)


def _write(sink: Sink | None, rows: Sequence[RawRow], output: list[bytes] | list[str]) -> None:
    """Writes a piece.

    Args:
        sink: Where to; None: nowhere.
        rows: The rows; of no account where they were formed.
        output: For each what stands in the file, or what is added to it.
    """
    if isinstance(sink, FormedSink):
        sink.put(b"".join([line for line in output if isinstance(line, bytes)]))
    elif sink is not None:
        for raw, added in zip(rows, output, strict=True):
            sink.write(raw if isinstance(raw, QueueRow) else row_of(raw), str(added))
