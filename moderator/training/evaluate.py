"""A model on labelled linkbacks, judged by the very engine that serves, each as of its receipt."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderator.engine import Moderator
from moderator.errors import TrainingError
from moderator.features.context import FeatureContext
from moderator.features.extractor import Extractor
from moderator.features.row import FeatureRow, Schema
from moderator.history.memory import MemoryHistory
from moderator.model.explain import BASE
from moderator.model.folder import Model
from moderator.model.policy import Policy
from moderator.records import Case, Decision, Label, LinkEvidence, Reason
from moderator.training.build import family_of
from moderator.training.compare import compare
from moderator.training.drift import drift
from moderator.training.evaluation import Evaluation, Mistake, TopicPart
from moderator.training.figures import figures_of
from moderator.training.judged import Judged
from moderator.training.labels import LabelledCases

__all__ = ["evaluate"]

Progress = Callable[[str, int, int], None]
WORST = 12
"""Mistakes of each sort that are kept with their reasons."""
_REASONS = 6
"""Reasons that are kept of a mistake."""


def evaluate(
    labelled: LabelledCases,
    model: Model,
    extractor: Extractor,
    *,
    against: Model | None = None,
    since: datetime | None = None,
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
        progress: Told how far it is.

    Raises:
        TrainingError: No case that is to be measured has a label.
    """
    wanted = {case.linkback.id for case in labelled.cases if _measured(case, since)}
    if not wanted:
        when = "" if since is None else f" and was received since {since.isoformat()}"
        raise TrainingError(f"no row has a label{when}; fill the column label, or choose another date")
    run = _Run(model, extractor, wanted)
    for number, (case, decision) in enumerate(run.judge(labelled.cases)):
        run.take(case, decision)
        if number % 256 == 0:
            progress("judging", number, len(labelled.cases))
    judged = run.judged()
    numbers = run.numbers()
    other = None
    if against is not None:
        other = _judged_only(labelled.cases, against, extractor, wanted, progress)
    return Evaluation(
        model=model.card.label,
        cutoffs=model.card.cutoffs,
        counts=labelled.counts,
        figures=figures_of(judged),
        topics=run.topics(),
        lost_ham=run.mistakes(Label.HAM),
        passed_spam=run.mistakes(Label.SPAM),
        drift=drift(model.card.metrics, extractor.schema.numbers, numbers, judged.probability),
        notes=tuple(dict.fromkeys(_notes(model, against, judged))),
        judged=judged,
        against="" if against is None else against.card.label,
        other=None if other is None else figures_of(other),
        comparison=None if other is None else compare(judged, other),
    )


def _measured(case: Case, since: datetime | None) -> bool:
    at = case.linkback.received_at
    return case.label is not None and (since is None or (at is not None and at >= since))


def _judged_only(
    cases: Sequence[Case], model: Model, extractor: Extractor, wanted: set[str], progress: Progress
) -> Judged:
    run = _Run(model, extractor, wanted, explained=False)
    for number, (case, decision) in enumerate(run.judge(cases)):
        run.take(case, decision)
        if number % 256 == 0:
            progress("judging with the other model", number, len(cases))
    return run.judged()


def _notes(model: Model, against: Model | None, judged: Judged) -> Iterator[str]:
    for one in (model, against):
        until = None if one is None else one.card.training.get("seen_until")
        if one is None or not isinstance(until, str):
            continue
        known = int((judged.at <= datetime.fromisoformat(until).timestamp()).sum())
        if known:
            yield (
                f"{known} of {len(judged)} rows were received before {until[:10]}, until when {one.card.label} "
                f"learned: if it learned from them, the figures flatter it; --since {until[:10]} leaves them out"
            )


class _Recording(Extractor):
    """An extractor that keeps the first row of each wanted linkback: what the model saw of it at receipt."""

    def __init__(self, inner: Extractor, wanted: set[str]) -> None:
        self.schema = inner.schema
        self.seen: dict[str, NDArray[np.float32]] = {}
        self._inner = inner
        self._wanted = wanted

    def context(self, case: Case, snapshot: Any) -> FeatureContext:
        return self._inner.context(case, snapshot)

    def extract(self, context: FeatureContext) -> FeatureRow:
        row = self._inner.extract(context)
        name = context.linkback.id
        if name in self._wanted and name not in self.seen:
            self.seen[name] = np.array(row.numbers, np.float32)
        return row

    def with_evidence(
        self, context: FeatureContext, row: FeatureRow, evidence: LinkEvidence
    ) -> tuple[FeatureContext, FeatureRow]:
        return self._inner.with_evidence(context, row, evidence)


class _Run:
    """One model's judgement of all cases, and what is kept of it."""

    def __init__(self, model: Model, extractor: Extractor, wanted: set[str], *, explained: bool = True) -> None:
        self._schema: Schema = extractor.schema
        self._wanted = wanted
        self._recording = _Recording(extractor, wanted) if explained else None
        self._reasons = len(self._schema.columns) if explained else 0
        self._moderator = Moderator(
            model=model,
            policy=Policy(model.card.cutoffs),
            history=MemoryHistory(keys=None),
            extractor=self._recording or extractor,
        )
        self._rows: list[tuple[str, bool, float, str, str, str, str, str, float]] = []
        self._topic_of = dict(zip(self._schema.columns, self._schema.topics, strict=True))
        self._parts: dict[str, list[float]] = {topic: [0.0, 0.0, 0.0] for topic in self._schema.topics}
        self._worst: dict[Label, list[tuple[float, int, Mistake]]] = {Label.HAM: [], Label.SPAM: []}

    def judge(self, cases: Sequence[Case]) -> Iterator[tuple[Case, Decision]]:
        return zip(cases, self._moderator.check_many(cases, reasons=self._reasons), strict=True)

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
        if self._recording is not None:
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

    def judged(self) -> Judged:
        ids, spam, chance, verdict, rule, kind, site, status, at = zip(*self._rows, strict=True)
        return Judged(
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
        seen = {} if self._recording is None else self._recording.seen
        nothing = np.full(len(self._schema.numbers), np.nan, np.float32)
        return np.array([seen.get(row[0], nothing) for row in self._rows], np.float64)

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
