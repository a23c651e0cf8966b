"""Scores a live queue and changes it in place: dry run, run, undo.

All rows are judged in order of receipt, decided ones too: they are the history of the pending ones. Only when every
row is judged and noted in the journal is anything changed, so judging never meets its own work. A run that was
interrupted goes on where it was: noted decisions stand, and rows are led past the judge again only to rebuild its
memory.
"""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from moderator.batch.runner import Judge
from moderator.batch.summary import Progress
from moderator.errors import RowError
from moderator.records import Case, Decision, LinkStatus
from moderator.serialization import evidence_from_json, evidence_to_json, from_text, reason_to_json, to_text
from moderator.tables.base import QueueRow
from moderator.wordpress.journal import Entry, Journal, Phase, Run, State
from moderator.wordpress.live_queue import NUMBER, STATUS, Change, LiveQueue
from moderator.wordpress.plan import Plan

__all__ = ["LiveSummary", "RunProgress", "apply", "preview", "undo", "unfinished_run"]

_CHUNK = 1000
"""Rows that are judged and noted at once."""
_REASONS = 3
"""Reasons that are kept with a changed row."""
_MAX_PROBLEMS = 100
"""Unreadable rows whose message is kept."""
OnDecision = Callable[[QueueRow, Case, Decision, str], None]
"""Called with each row, its case, its decision, and the status it is to get (empty: it stays)."""


@dataclass(slots=True)
class LiveSummary:
    """What a run found and did."""

    run: str = ""
    """Its id; empty: a dry run."""
    resumed: bool = False
    """Whether it went on with a run that had been interrupted."""
    rows: int = 0
    """Rows read."""
    unreadable: int = 0
    """Rows that could not be read; they stay as they are."""
    problems: list[str] = field(default_factory=list)
    """What was wrong with the first hundred of them, and of those that could not be changed without loss."""
    changes: dict[str, dict[str, int]] = field(default_factory=dict)
    """For each present status, how many rows each verdict has."""
    planned: dict[str, int] = field(default_factory=dict)
    """For each status, how many rows are to get it."""
    changed: int = 0
    """Rows that have their new status."""
    undone_before: bool = False
    """Whether the run that was to be undone had been undone already."""
    overtaken: int = 0
    """Rows that somebody else changed first, that are gone, or that could not be changed without loss."""

    def to_json(self) -> dict[str, Any]:
        """The summary for programs."""
        return asdict(self)


class RunProgress(NamedTuple):
    """How far the last run on a queue has come."""

    run: str
    phase: Phase
    judged: int
    planned: int
    """Rows that were to get another status, whatever became of them."""
    changed: int


def unfinished_run(queue: LiveQueue, folder: Path) -> RunProgress | None:
    """How far the last run on a queue has come; None: there was none.

    Args:
        queue: The queue.
        folder: Where journals lie.

    Raises:
        QueueError: The journal is out of reach, or another run is at work.
    """
    with Journal.open(folder, queue.key, queue.name) as journal:
        for run in journal.runs():
            counts = journal.counts(run.id)
            planned = sum(counts.values()) - counts.get(State.JUDGED, 0)
            changed = sum(counts.get(state, 0) for state in (State.DONE, State.UNDOING, State.KEPT))
            return RunProgress(run.id, run.phase, sum(counts.values()), planned, changed)
    return None


def preview(
    queue: LiveQueue,
    judge: Judge,
    plan: Plan,
    *,
    reasons: int = _REASONS,
    verify: bool = False,
    on_decision: OnDecision = lambda row, case, decision, after: None,
    progress: Progress = lambda stage, done, total: None,
) -> LiveSummary:
    """Judges a queue and says what `apply` would do; nothing is changed.

    Args:
        queue: The queue.
        judge: What judges; its history should know nothing of these rows yet.
        plan: What may be changed.
        reasons: Single reasons for each row.
        verify: Whether source pages may be looked at.
        on_decision: Called with every row and its decision.
        progress: Called with the stage, the rows done and the total.

    Returns:
        The counts.

    Raises:
        QueueError: The queue cannot be read.
    """
    summary = LiveSummary()
    for judged in _scored(queue, judge, plan, summary, reasons, verify, {}, progress):
        for row, case, decision, after in judged:
            on_decision(row, case, decision, after)
    return summary


def apply(
    queue: LiveQueue,
    judge: Judge,
    plan: Plan,
    folder: Path,
    *,
    model: str = "",
    reasons: int = _REASONS,
    verify: bool = False,
    on_decision: OnDecision = lambda row, case, decision, after: None,
    progress: Progress = lambda stage, done, total: None,
) -> LiveSummary:
    """Judges a queue and changes it; goes on with an interrupted run of the same plan.

    Args:
        queue: The queue.
        judge: What judges; its history should know nothing of these rows yet.
        plan: What may be changed.
        folder: Where journals lie.
        model: What tells the judge's model; a run is not resumed with another one.
        reasons: Single reasons for each row.
        verify: Whether source pages may be looked at.
        on_decision: Called with every row and its decision; nothing, where an interrupted run had judged all of them.
        progress: Called with the stage, the rows done and the total.

    Returns:
        The counts.

    Raises:
        QueueError: The queue or the journal is out of reach, or another run is at work; run it again later.
    """
    with ExitStack() as stack:
        journal = stack.enter_context(Journal.open(folder, queue.key, queue.name))
        stack.enter_context(queue.locked())
        run = journal.begin(json.dumps(json.loads(plan.to_json()) | {"model": model, "verify": verify}))
        summary = LiveSummary(run=run.id, resumed=bool(journal.counts(run.id)))
        if run.phase is Phase.JUDGING:
            _record_decisions(queue, judge, plan, journal, run, summary, reasons, verify, on_decision, progress)
            journal.set_phase(run.id, Phase.WRITING)
        _write(queue, journal, run, progress)
        journal.set_phase(run.id, Phase.DONE)
        return _counted(queue, journal, run, summary)


def undo(
    queue: LiveQueue,
    folder: Path,
    run_id: str,
    *,
    progress: Progress = lambda stage, done, total: None,
) -> LiveSummary:
    """Puts back what a run changed, unless somebody changed it again since; can be resumed like a run.

    Args:
        queue: The queue.
        folder: Where journals lie.
        run_id: The run; an interrupted one is ended by this.
        progress: Called with the stage, the rows done and the total.

    Returns:
        The counts; `LiveSummary.changed` are the rows that have their old status again.

    Raises:
        QueueError: There is no such run, or the queue or the journal is out of reach.
    """
    with ExitStack() as stack:
        journal = stack.enter_context(Journal.open(folder, queue.key, queue.name))
        stack.enter_context(queue.locked())
        run = journal.run(run_id)
        summary = LiveSummary(run=run.id, resumed=run.phase is Phase.UNDOING)
        if run.phase is Phase.UNDONE:
            summary.undone_before = True
        else:
            journal.set_phase(run.id, Phase.UNDOING)
            _put_back(queue, journal, run, progress)
            journal.set_phase(run.id, Phase.UNDONE)
        counts = journal.counts(run.id)
        summary.changed, summary.overtaken = counts.get(State.UNDONE, 0), counts.get(State.KEPT, 0)
        summary.problems += queue.skipped[:_MAX_PROBLEMS]
        return summary


def _scored(
    queue: LiveQueue,
    judge: Judge,
    plan: Plan,
    summary: LiveSummary,
    reasons: int,
    verify: bool,
    seen: dict[int, str],
    progress: Progress,
) -> Iterator[list[tuple[QueueRow, Case, Decision, str]]]:
    """Chunks of judged rows, with the status that each is to get."""
    total = queue.total()
    waiting: deque[tuple[QueueRow, Case]] = deque()

    def cases() -> Iterator[Case]:
        for row, case in _cases(queue, queue.read(), summary, seen):
            waiting.append((row, case))
            yield case

    decisions = judge.check_many(cases(), reasons=reasons, chunk=_CHUNK, verify=verify)
    while chunk := list(itertools.islice(decisions, _CHUNK)):
        judged = []
        for decision in chunk:
            row, case = waiting.popleft()
            status = str(row.values[STATUS])
            after = plan.new_status(status, decision)
            verdicts = summary.changes.setdefault(status, {})
            verdicts[decision.verdict.value] = verdicts.get(decision.verdict.value, 0) + 1
            if after:
                summary.planned[after] = summary.planned.get(after, 0) + 1
            judged.append((row, case, decision, after))
        progress("judging", summary.rows, total)
        yield judged


def _cases(
    queue: LiveQueue, rows: Iterable[QueueRow], summary: LiveSummary, seen: dict[int, str]
) -> Iterator[tuple[QueueRow, Case]]:
    for row in rows:
        summary.rows += 1
        try:
            case = queue.case(row)
        except RowError as error:
            summary.unreadable += 1
            if len(summary.problems) < _MAX_PROBLEMS:
                summary.problems.append(str(error))
            continue
        if evidence := seen.get(row.values[NUMBER]):
            case = replace(case, evidence=evidence_from_json(from_text(evidence)))
        yield row, case


def _record_decisions(
    queue: LiveQueue,
    judge: Judge,
    plan: Plan,
    journal: Journal,
    run: Run,
    summary: LiveSummary,
    reasons: int,
    verify: bool,
    on_decision: OnDecision,
    progress: Progress,
) -> None:
    """Judges every row and notes it, chunk by chunk."""
    seen = journal.statuses(run.id) if verify else {}
    for judged in _scored(queue, judge, plan, summary, reasons, verify, seen, progress):
        known = journal.recorded(run.id, [row.values[NUMBER] for row, _, _, _ in judged])
        new = [one for one in judged if one[0].values[NUMBER] not in known]
        journal.record(run.id, [_entry(run, *one) for one in new])
        for one in judged:
            on_decision(*one)


def _entry(run: Run, row: QueueRow, case: Case, decision: Decision, after: str) -> Entry:
    looked = decision.evidence.status is not LinkStatus.NOT_CHECKED and decision.evidence != case.evidence
    note = {
        "run": run.id,
        "verdict": decision.verdict.value,
        "spam_probability": round(decision.spam_probability, 6),
        "rule": decision.rule,
        "reasons": [reason_to_json(reason) for reason in decision.reasons[:_REASONS]],
        "model": decision.model,
    }
    return Entry(
        number=row.values[NUMBER],
        before=str(row.values[STATUS]),
        after=after,
        state=State.PLANNED if after else State.JUDGED,
        verdict=decision.verdict.value,
        probability=decision.spam_probability,
        note=json.dumps(note) if after else "",
        evidence=to_text(evidence_to_json(decision.evidence)) if looked else "",
    )


def _write(queue: LiveQueue, journal: Journal, run: Run, progress: Progress) -> None:
    """Changes what is planned; what may have been sent before the run was interrupted comes first."""
    for entries in _batches(queue, journal, run, (State.SENDING, State.PLANNED), "writing", progress):
        journal.set_states(run.id, {entry.number: State.SENDING for entry in entries})
        now = queue.change([Change(entry.number, entry.before, entry.after, entry.note) for entry in entries])
        arrived = {entry.number: now.get(entry.number) == entry.after for entry in entries}
        journal.set_states(
            run.id, {number: State.DONE if done else State.OVERTAKEN for number, done in arrived.items()}
        )


def _put_back(queue: LiveQueue, journal: Journal, run: Run, progress: Progress) -> None:
    states = (State.UNDOING, State.SENDING, State.DONE)
    for entries in _batches(queue, journal, run, states, "putting back", progress):
        journal.set_states(run.id, {entry.number: State.UNDOING for entry in entries})
        now = queue.change([Change(entry.number, entry.after, entry.before, "") for entry in entries])
        back = {entry.number: now.get(entry.number) == entry.before for entry in entries}
        journal.set_states(run.id, {number: State.UNDONE if done else State.KEPT for number, done in back.items()})


def _batches(
    queue: LiveQueue, journal: Journal, run: Run, states: tuple[State, ...], stage: str, progress: Progress
) -> Iterator[list[Entry]]:
    """Rows in the states, state after state; whoever takes a batch gives its rows another state for good."""
    counts = journal.counts(run.id)
    total, done = sum(counts.get(state, 0) for state in states), 0
    for state in states:
        while entries := journal.entries(run.id, state, queue.batch):
            yield entries
            done += len(entries)
            progress(stage, done, total)


def _counted(queue: LiveQueue, journal: Journal, run: Run, summary: LiveSummary) -> LiveSummary:
    """The summary of the whole run, whatever part of it was done before."""
    summary.problems += queue.skipped[:_MAX_PROBLEMS]
    counts = journal.counts(run.id)
    summary.changed, summary.overtaken = counts.get(State.DONE, 0), counts.get(State.OVERTAKEN, 0)
    if summary.resumed:
        changes, planned = journal.verdicts(run.id)
        summary.changes, summary.planned = changes, planned
        summary.rows = sum(counts.values()) + summary.unreadable
    return summary
