"""Evaluates a model on labelled linkbacks with the serving code, each as of its receipt."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.batch.jobs import Advance, Snapshots, events_of
from moderator.batch.runner import QueueRunner
from moderator.engine import Moderator
from moderator.errors import TrainingError
from moderator.execution.base import Ask, Executor
from moderator.features.extractor import Extractor
from moderator.features.row import Schema
from moderator.history.memory import MemoryHistory
from moderator.model.explain import BASE
from moderator.model.folder import Model
from moderator.model.policy import Policy
from moderator.records import Case, Decision, Label, Reason
from moderator.scoring import CaseScorer
from moderator.training.build import family_of
from moderator.training.compare import compare
from moderator.training.drift import drift
from moderator.training.evaluation import Evaluation, Mistake, TopicPart
from moderator.training.figures import figures_of
from moderator.training.labels import LabelledCases
from moderator.training.predictions import Predictions

__all__ = ["evaluate"]

Progress = Callable[[str, int, int], None]
WORST = 12
"""Mistakes of each sort that are kept with their reasons."""
_PIECE = 1000
"""Cases that are scored in one go."""
_REASONS = 6
"""Reasons that are kept of a mistake."""


def evaluate(
    labelled: LabelledCases,
    model: Model,
    extractor: Extractor,
    *,
    against: Model | None = None,
    since: datetime | None = None,
    executor: Executor | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Evaluation:
    """Judges labelled cases and measures the judgement.

    Args:
        labelled: What `gather` gave; unlabelled cases are part of what the history knows.
        model: The model.
        extractor: The features.
        against: Another model, judged on the same rows.
        since: Only linkbacks received from then on are measured; earlier ones are still part of the history. None:
            all are measured.
        executor: Where cases are scored; None: in this process. The figures are the same.
        progress: Told how far it is.

    Raises:
        TrainingError: No case that is to be measured has a label.
    """
    wanted = {case.linkback.id for case in labelled.cases if _measured(case, since)}
    if not wanted:
        when = "" if since is None else f" and was received since {since.isoformat()}"
        raise TrainingError(f"no row has a label{when}; fill the column label, or choose another date")
    run = _Run(model, extractor, wanted, since, executor)
    for number, (case, decision) in enumerate(run.judge(labelled.cases)):
        run.take(case, decision)
        if number % 256 == 0:
            progress("judging", number, len(labelled.cases))
    predictions = run.predictions()
    numbers = run.numbers()
    other = None
    if against is not None:
        other = _judged_only(labelled.cases, against, extractor, wanted, since, executor, progress)
    return Evaluation(
        model=model.card.label,
        cutoffs=model.card.cutoffs,
        counts=labelled.counts,
        figures=figures_of(predictions),
        topics=run.topics(),
        lost_ham=run.mistakes(Label.HAM),
        passed_spam=run.mistakes(Label.SPAM),
        drift=drift(model.card.metrics, extractor.schema.numbers, numbers, predictions.probability),
        notes=tuple(dict.fromkeys(_notes(model, against, predictions))),
        predictions=predictions,
        against="" if against is None else against.card.label,
        other=None if other is None else figures_of(other),
        comparison=None if other is None else compare(predictions, other),
    )


def _measured(case: Case, since: datetime | None) -> bool:
    at = case.linkback.received_at
    return case.label is not None and (since is None or (at is not None and at >= since))


def _judged_only(
    cases: Sequence[Case],
    model: Model,
    extractor: Extractor,
    wanted: set[str],
    since: datetime | None,
    executor: Executor | None,
    progress: Progress,
) -> Predictions:
    run = _Run(model, extractor, wanted, since, executor, explained=False)
    for number, (case, decision) in enumerate(run.judge(cases)):
        run.take(case, decision)
        if number % 256 == 0:
            progress("judging with the other model", number, len(cases))
    return run.predictions()


def _notes(model: Model, against: Model | None, predictions: Predictions) -> Iterator[str]:
    for one in (model, against):
        until = None if one is None else one.card.training.get("seen_until")
        if one is None or not isinstance(until, str):
            continue
        known = int((predictions.at <= datetime.fromisoformat(until).timestamp()).sum())
        if known:
            yield (
                f"{known} of {len(predictions)} rows were received before {until[:10]}, until when {one.card.label} "
                f"learned: if it learned from them, the figures flatter it; --since {until[:10]} leaves them out"
            )


class _Piece(NamedTuple):
    """What came of some cases."""

    decisions: list[Decision]
    numbers: dict[str, NDArray[np.float32]]
    """What the model saw of measured linkbacks at receipt, by their ids."""


@dataclass(frozen=True, slots=True)
class _ScoreMeasured:
    """Decides about cases; a `Job` that keeps the features of those that are measured."""

    scorer: CaseScorer
    reasons: int
    since: datetime | None

    def begin(self, cases: Sequence[Case]) -> Ask[Advance]:
        events, keys = events_of(cases, whole=False)
        return Ask(Advance(events, []), (cases, keys))

    def resume(self, state: Any, answer: Snapshots) -> _Piece:
        cases, keys = state
        decisions, inputs = self.scorer.decide_cases(cases, answer.beside(keys), self.reasons)
        numbers: dict[str, NDArray[np.float32]] = {}
        if self.reasons:
            for case, scored in zip(cases, inputs, strict=True):
                if scored is not None and _measured(case, self.since):
                    numbers.setdefault(case.linkback.id, np.array(scored.row.numbers, np.float32))
        return _Piece(decisions, numbers)


class _Run:
    """One model's judgement of all cases, and what is kept of it."""

    def __init__(
        self,
        model: Model,
        extractor: Extractor,
        wanted: set[str],
        since: datetime | None,
        executor: Executor | None,
        *,
        explained: bool = True,
    ) -> None:
        self._schema: Schema = extractor.schema
        self._wanted = wanted
        self._explained = explained
        reasons = len(self._schema.columns) if explained else 0
        moderator = Moderator(
            model=model, policy=Policy(model.card.cutoffs), history=MemoryHistory(keys=None), extractor=extractor
        )
        self._runner = QueueRunner(moderator, executor, remember=False)
        self._job = _ScoreMeasured(moderator.scorer, reasons, since)
        self._seen: dict[str, NDArray[np.float32]] = {}
        self._rows: list[tuple[str, bool, float, str, str, str, str, str, float]] = []
        self._topic_of = dict(zip(self._schema.columns, self._schema.topics, strict=True))
        self._parts: dict[str, list[float]] = {topic: [0.0, 0.0, 0.0] for topic in self._schema.topics}
        self._worst: dict[Label, list[tuple[float, int, Mistake]]] = {Label.HAM: [], Label.SPAM: []}

    def judge(self, cases: Sequence[Case]) -> Iterator[tuple[Case, Decision]]:
        pieces = [cases[start : start + _PIECE] for start in range(0, len(cases), _PIECE)]
        for piece, scored in zip(pieces, self._runner.run(self._job, pieces), strict=True):
            for name, numbers in scored.numbers.items():
                self._seen.setdefault(name, numbers)
            yield from zip(piece, scored.decisions, strict=True)

    def take(self, case: Case, decision: Decision) -> None:
        back, label = case.linkback, case.label
        if label is None or back.id not in self._wanted:
            return
        spam = label is Label.SPAM
        self._rows.append(
            (
                back.id,
                spam,
                decision.spam_probability,
                decision.verdict.value,
                decision.rule,
                back.kind.value,
                family_of(case),
                case.evidence.status.value,
                float("nan") if back.received_at is None else back.received_at.timestamp(),
            )
        )
        if self._explained:
            self._explain(decision.reasons, spam)
            self._rank(case, label, decision)

    def _explain(self, reasons: Sequence[Reason], spam: bool) -> None:
        sums: dict[str, float] = {}
        for reason in reasons:
            topic = self._topic_of.get(reason.feature)
            if topic is not None:
                sums[topic] = sums.get(topic, 0.0) + reason.contribution
        for topic, part in sums.items():
            totals = self._parts[topic]
            totals[int(spam)] += part
            totals[2] += abs(part)

    def _rank(self, case: Case, label: Label, decision: Decision) -> None:
        badness = decision.spam_probability if label is Label.HAM else 1 - decision.spam_probability
        worst = self._worst[label]
        # the row's number breaks ties, so that mistakes themselves are never compared
        entry = (badness, -len(self._rows))
        if badness < 0.5 or (len(worst) == WORST and entry <= worst[0][:2]):
            return
        strongest = tuple(reason for reason in decision.reasons if reason.feature != BASE)[:_REASONS]
        mistake = Mistake(case.linkback, label, decision.verdict, decision.spam_probability, decision.rule, strongest)
        (heapq.heappush if len(worst) < WORST else heapq.heapreplace)(worst, (*entry, mistake))

    def predictions(self) -> Predictions:
        ids, spam, chance, verdict, rule, kind, site, status, at = zip(*self._rows, strict=True)
        return Predictions(
            ids=np.array(ids),
            spam=np.array(spam, np.bool_),
            probability=np.array(chance, np.float64),
            verdict=np.array(verdict),
            rule=np.array(rule),
            kind=np.array(kind),
            site=np.array(site),
            status=np.array(status),
            at=np.array(at, np.float64),
        )

    def numbers(self) -> NDArray[np.float64]:
        """The features of the rows, shape (rows, numbers); a row that could not be read is nan throughout."""
        nothing = np.full(len(self._schema.numbers), np.nan, np.float32)
        return np.array([self._seen.get(row[0], nothing) for row in self._rows], np.float64)

    def topics(self) -> tuple[TopicPart, ...]:
        spam = sum(row[1] for row in self._rows)
        ham = len(self._rows) - spam
        parts = [
            TopicPart(
                topic,
                good / ham if ham else float("nan"),
                bad / spam if spam else float("nan"),
                size / len(self._rows),
            )
            for topic, (good, bad, size) in self._parts.items()
        ]
        return tuple(sorted(parts, key=lambda part: -part.weight))

    def mistakes(self, label: Label) -> tuple[Mistake, ...]:
        """The worst first."""
        return tuple(mistake for _, _, mistake in sorted(self._worst[label], key=lambda entry: (-entry[0], -entry[1])))
