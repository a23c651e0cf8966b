"""Training: from labelled cases to a scorer with cut-offs and its model card.

Replay with both clocks, slices by time, fit on the first, calibrate and choose on the second, cut-offs on the third,
figures on the last. Nothing is fitted again on later slices afterwards: what was measured is what is saved.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from moderator.execution.base import Executor, Map
from moderator.features.extractor import Extractor
from moderator.model.card import Card
from moderator.model.folder import PIPELINE, SCORER, Model, scorer_bytes
from moderator.model.policy import Cutoffs
from moderator.model.scorer import Scorer, probability
from moderator.records import Case
from moderator.training.build import build_frame
from moderator.training.candidates import Candidate, RatedCandidate, choose_candidate, rate_candidate
from moderator.training.correction import CorrectionStep, grow_corrections, with_corrections
from moderator.training.cutoffs import safe_cutoffs
from moderator.training.drift import reference
from moderator.training.figures import Figures, figures_of, json_ready
from moderator.training.fit import Fitted, fit
from moderator.training.frame import Frame
from moderator.training.label_noise import noisy_labels
from moderator.training.labels import LabelledCases, LabelSummary, require_trainable
from moderator.training.masks import WHOLE
from moderator.training.monotonic import monotonic_constraints
from moderator.training.plan import Plan
from moderator.training.predictions import (
    Predictions,
    frame_log_odds,
    frame_table,
    predictions_from_cutoffs,
    table_log_odds,
)
from moderator.training.provenance import data_notes, provenance
from moderator.training.sampling import row_weights, subsample
from moderator.training.splits import cut, sites_cut_by_domain
from moderator.training.texts import TextSource

__all__ = ["Progress", "Trained", "train", "train_frame"]

Progress = Callable[[str, int, int], None]
"""Told the stage, the rows done and the rows to do (0: not known)."""
_TRIED_STEPS = (3, 10, 20, 40, 80)
"""How many correction trees are tried."""
_FROM_SCRATCH = 200
"""Ham, and spam, in the first slice from which a model from scratch is tried where there is a base."""


FEWEST_TO_CHOOSE = 10
"""Ham, and spam, in the calibration slice from which a bolder candidate can be distinguished from luck."""
_UNMEASURABLE = (
    f"the slice for choosing holds fewer than {FEWEST_TO_CHOOSE} ham or spam: the safest candidate was taken unmeasured"
)


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, not yet saved, and what it was made from."""

    scorer: Scorer
    cutoffs: Cutoffs
    figures: Figures
    """On the last slice, by probabilities alone."""
    later: Frame
    """The last slice: rows that nothing was made from."""
    predictions: Predictions
    """The same rows as this model judges them."""
    notes: tuple[str, ...]
    """What the owner should know, in plain sentences; empty: nothing."""
    training: dict[str, Any]
    """What the card tells of the making."""
    metrics: dict[str, Any]
    """What the card tells of the measuring."""
    pipeline: dict[str, Any]
    """What inspection and retraining need; serving never reads it."""

    def model(self, name: str) -> Model:
        """The model as `load_model` would give it back, for comparing before anything is written."""
        return Model(self.scorer, self.card(name))

    def card(self, name: str) -> Card:
        """The card, without digests."""
        return Card(name, self.scorer.schema.fingerprint, self.cutoffs, {}, self.training, self.metrics)

    def files(self) -> dict[str, bytes]:
        """The contents of the model's files, by name; the scorer's are the same for the same input."""
        import joblib

        pipeline = io.BytesIO()
        joblib.dump(self.pipeline, pipeline, compress=3)
        return {SCORER: scorer_bytes(self.scorer), PIPELINE: pipeline.getvalue()}


def train(
    labelled: LabelledCases,
    extractor: Extractor,
    *,
    base: Model | None = None,
    plan: Plan | None = None,
    sources: Sequence[TextSource] = (),
    evidence: Frame | None = None,
    executor: Executor | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Trained:
    """Trains a model.

    Args:
        labelled: What `gather` gave.
        extractor: The features.
        base: A model to start from; None: from scratch only.
        plan: How; None: as measured to be good.
        sources: Further rows for the text models of a model from scratch.
        evidence: Rows that teach what links and sending say, for a model from scratch; see `fit`.
        executor: Where features are computed and text models fitted; None: in this process. The model is the same.
        progress: Told how far it is.

    Returns:
        The best of the candidates on the calibration slice.

    Raises:
        TrainingError: Nothing can be learned from these labels; the message says what is missing.
    """
    require_trainable(labelled.counts)
    plan = plan or Plan()
    masks = subsample(plan.recipe.masks, labelled.counts.ham + labelled.counts.spam, plan.rows)
    frame = build_frame(_with_progress(labelled.cases, progress), extractor, masks=masks, executor=executor)
    summary = labelled.summary()
    trained = partial(
        train_frame, frame, summary, base=base, plan=plan, sources=sources, evidence=evidence, progress=progress
    )
    if executor is None:
        return trained()
    import sklearn.ensemble  # noqa: F401  # its threads are there only once it is
    from threadpoolctl import threadpool_limits

    # forests are grown here while workers wait; their threads take the workers' cores, and change no result
    with threadpool_limits(executor.count, user_api="openmp"):
        return trained(each=executor.map)


def train_frame(
    frame: Frame,
    labelled: LabelSummary,
    *,
    base: Model | None = None,
    plan: Plan | None = None,
    sources: Sequence[TextSource] = (),
    evidence: Frame | None = None,
    each: Map = map,
    progress: Progress = lambda stage, done, total: None,
) -> Trained:
    """Trains a model from rows that are computed already, in memory or on a cluster.

    Args:
        frame: The rows, by `build_frame` with the masks of `subsample`.
        labelled: Counts and digest of the cases that they come from.
        base: See `train`; so are the others.
        plan: How.
        sources: Further rows for the text models.
        evidence: Rows that teach what links and sending say.
        each: Fits text models side by side.
        progress: Told how far it is.

    Raises:
        TrainingError: Nothing can be learned from these rows; the message says what is missing.
    """
    plan = plan or Plan()
    slices = cut(frame)
    progress("looking for wrong labels", 0, 0)
    learned = frame.take(slices.fit)
    learned = sites_cut_by_domain(learned, plan.recipe.text_folds)
    doubts = noisy_labels(learned, plan.recipe, plan.doubt, each=each)
    learned = learned.take(~doubts)
    calibration = frame.take(slices.calibrate)
    tried, fitted = _candidates(learned, calibration, base, plan, sources, evidence, each, progress)
    measurable = min(int(calibration.spam.sum()), int((~calibration.spam).sum())) >= FEWEST_TO_CHOOSE
    best = choose_candidate(tried) if measurable else tried[0]
    progress("choosing cut-offs", 0, 0)
    choose, later = frame.take(slices.choose), frame.take(slices.measure)
    cutoffs, notes = safe_cutoffs(
        probability(frame_log_odds(best.scorer, choose)),
        choose.spam,
        plan.tolerance,
        floor=None if base is None else base.card.cutoffs,
    )
    chances = probability(frame_log_odds(best.scorer, later))
    predictions = predictions_from_cutoffs(later, chances, cutoffs)
    figures = figures_of(predictions)
    unseen = frame.take(np.concatenate([slices.calibrate, slices.choose, slices.measure]))
    metrics = {
        "measured_on": f"the last slice by {slices.by}, by probabilities alone, campaigns of earlier slices left out",
        "figures": figures.summary(),
        "candidates": json_ready([entry.card() for entry in tried]),
        "chosen": best.name,
        "reference": reference(frame.schema, unseen.numbers, probability(frame_log_odds(best.scorer, unseen))),
    }
    return Trained(
        scorer=best.scorer,
        cutoffs=cutoffs,
        figures=figures,
        later=later,
        predictions=predictions,
        notes=(*data_notes(slices, labelled, doubts), *([] if measurable else [_UNMEASURABLE]), *notes),
        training=provenance(labelled, plan, base, slices, frame, doubts),
        metrics=metrics,
        pipeline={"fitted": fitted, "chosen": best.name, "plan": plan, "card": labelled.card()},
    )


def _with_progress(cases: Sequence[Case], progress: Progress) -> Iterator[Case]:
    for done, case in enumerate(cases):
        if done % 256 == 0:
            progress("reading the past", done, len(cases))
        yield case


def _candidates(
    learned: Frame,
    calibration: Frame,
    base: Model | None,
    plan: Plan,
    sources: Sequence[TextSource],
    evidence: Frame | None,
    each: Map,
    progress: Progress,
) -> tuple[list[RatedCandidate], Fitted | None]:
    """The candidates from the safest to the boldest, and what was fitted from scratch."""
    tried: list[RatedCandidate] = []
    if base is not None:
        progress("correcting the base", 0, 0)
        tried += [rate_candidate(candidate, calibration) for candidate in _corrections(learned, base.scorer, plan)]
        whole = learned.origin[learned.mask == WHOLE]
        spam = int(learned.spam[learned.mask == WHOLE].sum())
        if min(spam, len(whole) - spam) < _FROM_SCRATCH:
            return tried, None
    progress("training from scratch", 0, 0)
    fitted = fit(learned, plan.recipe, sources=sources, evidence=evidence, each=each)
    tried.append(rate_candidate(Candidate("from scratch", fitted.scorer(), calibrated=False), calibration))
    return tried, fitted


def _corrections(learned: Frame, base: Scorer, plan: Plan) -> Iterable[Candidate]:
    yield Candidate("base", with_corrections(base, ()), calibrated=True)
    table = frame_table(base, learned)
    steps: list[CorrectionStep] = list(
        grow_corrections(
            table,
            learned.spam,
            row_weights(learned, plan.recipe),
            table_log_odds(base, table),
            plan.correction,
            constraints=monotonic_constraints(base.schema),
        )
    )
    for count in _TRIED_STEPS:
        if count <= len(steps):
            yield Candidate(f"base and {count} corrections", with_corrections(base, steps[:count]), calibrated=True)
