"""Judges a whole queue again, file to file.

The output has the rows in the order of the input, but history must meet them in order of time. So the queue is read
once for its times. Where they are in order already, it is judged as it is read again; otherwise the cases go through
files on disk, part by part in order of time, and their verdicts back into the order of the input. Memory stays flat
either way.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

from moderator.batch.order import TimeOrder
from moderator.batch.parallel import Leader, Limits, ManyHands
from moderator.batch.pieces import Place, place_of, tells_evidence
from moderator.batch.spool import Spool, parts_for
from moderator.batch.summary import Progress, Summary, Survey
from moderator.batch.verdicts import added_text, held_text
from moderator.errors import QueueError, RowError
from moderator.execution.processes import Workers
from moderator.records import Case, Decision
from moderator.replay import received
from moderator.serialization import case_from_json, case_to_json
from moderator.tables.base import QueueRow, Sink, Source
from moderator.tables.jsonl import encode
from moderator.tables.opening import Table, check_output, open_sink
from moderator.tables.rows import id_of, received_at

__all__ = ["Judge", "Progress", "Summary", "rescore"]

_CHUNK = 1000
"""Rows that are scored in one call."""
_BYTES = 16 << 20
"""Bytes of rows after which a call is made all the same, so that long rows do not fill the memory."""
_TIE = 16 << 20
"""Bytes of rows of one time that are ordered in memory; more go through files."""
_VERDICT = 2000
"""Bytes that a verdict takes, roughly, with eight reasons."""
_TOLD_EVIDENCE = "told_evidence"


class Judge(Protocol):
    """The part of a moderator that a queue needs."""

    def check_many(
        self, cases: Iterable[Case], *, reasons: int = 8, chunk: int = 1000, verify: bool = False
    ) -> Iterator[Decision]:
        """Decides about cases that come in order of time; may be called again for those that follow."""
        ...


def rescore(
    queue: Path | Source,
    output: Path | None,
    moderator: Judge,
    *,
    reasons: int = 8,
    verify: bool = False,
    workers: int = 1,
    remember: bool = True,
    progress: Progress = lambda stage, done, total: None,
) -> Summary:
    """Judges every row of a queue, each as of its receipt, and writes a table of the rows with their verdicts.

    Rows that cannot be read are held, counted and written with an error. Any number of workers gives the same output
    to the last byte: what needs order is done here, the rest by them. Looking at pages is not shared out; with
    `verify` this process works alone.

    Args:
        queue: The table's file, or any other source; it is never changed.
        output: The file for the verdicts, replaced when all of it is written; None: only the summary is wanted.
        moderator: What judges; its history should know nothing of these rows yet.
        reasons: Single reasons for each row; 0: none.
        verify: Whether source pages may be looked at.
        workers: How many processes work on it beside this one; 1: this one works alone.
        remember: Whether the history is to know the linkbacks whole afterwards, and what was decided of them. Where
            it ends with this run, workers are spared sending them.
        progress: Is told how far it is.

    Returns:
        The counts.

    Raises:
        QueueError: The queue cannot be read, or the output cannot be written.
        WorkersError: Workers ended again and again.
        HistoryError: What workers decided cannot be remembered.
        MissingExtraError: The format needs a package that is not installed.
    """
    started = time.monotonic()
    source = Table(queue) if isinstance(queue, Path) else queue
    if output is not None:
        check_output(output, source)
    with contextlib.ExitStack() as stack:
        run: _Run | ManyHands
        if workers > 1 and not verify:
            if not isinstance(moderator, Leader):
                raise TypeError(f"{type(moderator).__name__} cannot judge with workers; take one")
            run = ManyHands(
                stack.enter_context(Workers(workers)),
                source,
                moderator,
                reasons=reasons,
                remember=remember,
                limits=Limits(_CHUNK, _BYTES, _VERDICT),
                progress=progress,
            )
        else:
            run = _Run(source, moderator, reasons, verify, progress)
        survey = run.survey()
        sink = None
        if output is not None:
            sink = stack.enter_context(open_sink(output, source, columns=survey.columns, raw=survey.raw))
        if survey.order.sorted and survey.order.longest_tie <= _TIE:
            run.stream(sink)
        else:
            run.sort(sink, survey, None if output is None else output.absolute().parent)
    run.summary.seconds = time.monotonic() - started
    run.summary.output = "" if output is None else str(output)
    return run.summary


class _Run:
    """One pass of a queue before the judge."""

    def __init__(self, source: Source, judge: Judge, reasons: int, verify: bool, progress: Progress) -> None:
        self._source = source
        self._judge = judge
        self._reasons = reasons
        self._verify = verify
        self._progress = progress
        self._total = 0
        self.summary = Summary()

    def survey(self) -> Survey:
        """Reads the queue for its times."""
        order, columns, raw, size, known = TimeOrder(), dict[str, None](), False, 0, dict[str, Any]().keys()
        for row in self._source.read():
            if row.values.keys() != known:
                known = row.values.keys()
                columns |= dict.fromkeys(known)
            at = received_at(row.values)
            order.add(at, "" if at is None else id_of(row.values), row.size)
            raw = raw or bool(row.error)
            size += row.size
            if len(order) % _CHUNK == 0:
                self._progress("reading", len(order), 0)
        self._total = len(order)
        return Survey(order, list(columns), raw, size)

    def stream(self, sink: Sink | None) -> None:
        """Judges the rows as they come: they are in order of time, and only equal times are put in order."""
        for rows in _chunks(self._source.read(), lambda row: row.size, lambda row: received_at(row.values)):
            added: dict[int, str] = {}
            cases: list[tuple[Place, Case, bool]] = []
            for number, row in enumerate(rows):
                case = self._case(row)
                if isinstance(case, Case):
                    cases.append((_place(case, number), case, tells_evidence(row)))
                else:
                    added[number] = case
            cases.sort(key=itemgetter(0))
            verdicts = self._verdicts([(case, told) for _, case, told in cases])
            added |= ((place[3], text) for (place, _, _), text in zip(cases, verdicts, strict=True))
            if sink is not None:
                for number, row in enumerate(rows):
                    sink.write(row, added[number])

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
            total = len(parts)
            verdicts = Spool(Path(folder), "verdicts", parts_for(total * _VERDICT))
            share = -(-total // len(verdicts))
            with contextlib.closing(cases), contextlib.closing(verdicts):
                for number, row in enumerate(self._read(total)):
                    case = self._case(row)
                    if isinstance(case, Case):
                        form = case_to_json(case) | {_TOLD_EVIDENCE: tells_evidence(row)}
                        cases.put(int(parts[number]), number, encode(form))
                    else:
                        verdicts.put(number // share, number, case)
                cases.close()
                for part in range(len(cases)):
                    for number, added in self._judged(cases.take(part)):
                        verdicts.put(number // share, number, added)
            if sink is not None:
                self._write(sink, verdicts)

    def _read(self, total: int) -> Iterator[QueueRow]:
        """The rows, when they are as many as before."""
        count = 0
        for count, row in enumerate(self._source.read(), 1):
            if count > total:
                break
            yield row
        if count != total:
            raise QueueError("the queue was changed while it was read; run it again")

    def _judged(self, spooled: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Judges one part of the cases: in order of time, equal times by id."""
        loaded = []
        for number, text in spooled:
            form = json.loads(text)
            case = case_from_json(form)
            loaded.append((_place(case, number), case, form[_TOLD_EVIDENCE], len(text)))
        loaded.sort(key=itemgetter(0))
        for chunk in _chunks(loaded, itemgetter(3)):
            added = self._verdicts([(case, told) for _, case, told, _ in chunk])
            yield from ((place[3], text) for (place, _, _, _), text in zip(chunk, added, strict=True))

    def _write(self, sink: Sink, verdicts: Spool) -> None:
        rows = enumerate(self._read(self._total))
        for part in range(len(verdicts)):
            added = dict(verdicts.take(part))
            for _ in range(len(added)):
                number, row = next(rows)
                sink.write(row, added[number])
                if number % _CHUNK == 0:
                    self._progress("writing", number, self._total)
        if next(rows, None) is not None:
            raise QueueError("the queue was changed while it was read; run it again")

    def _case(self, row: QueueRow) -> Case | str:
        """The row's case; a row that cannot be read is counted, and what is written of it comes back instead."""
        summary = self.summary
        summary.rows += 1
        try:
            return self._source.case(row)
        except RowError as error:
            summary.count_unreadable(error)
            return held_text(str(error), keep_evidence="evidence" in row.values)

    def _verdicts(self, cases: list[tuple[Case, bool]]) -> list[str]:
        """What is added to the rows of these cases, each with whether its row tells its evidence."""
        decisions = self._judge.check_many(
            [case for case, _ in cases], reasons=self._reasons, chunk=_CHUNK, verify=self._verify
        )
        added = []
        for (case, told), decision in zip(cases, decisions, strict=True):
            self.summary.count(decision)
            added.append(added_text(decision, keep_evidence=told and decision.evidence is case.evidence))
        self._progress("judging", sum(self.summary.verdicts.values()), self._total)
        return added


def _place(case: Case, number: int) -> Place:
    return place_of(received(case), case.linkback.id, number)


def _chunks(
    items: Iterable[Any], size: Callable[[Any], int], together: Callable[[Any], object] = lambda item: None
) -> Iterator[list[Any]]:
    """Lists of `_CHUNK` items or about `_BYTES` bytes; neighbours alike in `together`, None apart, are not parted."""
    chunk: list[Any] = []
    bytes_ = 0
    for item in items:
        if len(chunk) >= _CHUNK or bytes_ >= _BYTES:
            tie = together(chunk[-1])
            if tie is None or tie != together(item):
                yield chunk
                chunk, bytes_ = [], 0
        chunk.append(item)
        bytes_ += size(item)
    if chunk:
        yield chunk
