"""Text models: one logistic regression a channel, and out-of-fold scores of its own training rows.

In-sample scores would look far too good to the boosted model that reads them. So it gets out-of-fold scores, with
folds by site and campaigns kept whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderator.execution.base import Map
from moderator.model.runs import BUCKETS, Runs
from moderator.model.text import TextModel, text_scores
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.splits import Split

__all__ = ["TextSource", "fit_text_models", "fit_texts", "out_of_fold_scores", "score_texts", "unseen_scores"]

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Buckets = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TextSource:
    """Further rows that only text models learn from: comments by people, names in public lists."""

    frame: Frame
    """The rows."""
    channels: tuple[str, ...]
    """The channels they teach."""
    weight: float
    """Weight of all its rows together, as a share of the linkbacks' weight."""
    alone: bool = False
    """Whether these channels learn from such sources only and not from the linkbacks."""


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What one text model is fitted on; it can be sent to other processes."""

    runs: Runs
    spam: NDArray[np.bool_]
    weight: Floats
    strength: float


def fit_texts(
    frame: Frame,
    weight: Floats,
    rows: Rows,
    sources: Sequence[TextSource],
    *,
    strength: float,
    each: Map = map,
) -> dict[str, TextModel]:
    """Fits one text model for each channel.

    Args:
        frame: Labelled linkbacks.
        weight: Weight of each of its rows.
        rows: Those to learn from.
        sources: Further rows; those that share a domain with a linkback outside `rows` are left out.
        strength: Inverse of the L2 penalty, scikit-learn's ``C``.
        each: Fits one model after the other, or several at once; the models are the same.
    """
    [models] = fit_text_models(frame, weight, [rows], sources, strength=strength, each=each)
    return models


def fit_text_models(
    frame: Frame,
    weight: Floats,
    parts: Sequence[Rows],
    sources: Sequence[TextSource],
    *,
    strength: float,
    each: Map = map,
    channels: Sequence[str] | None = None,
) -> Iterator[dict[str, TextModel]]:
    """Does what `fit_texts` does for several choices of rows, and for some of the channels; None: all."""
    names = [name for name in _channels(frame) if channels is None or name in channels]
    lessons = (lesson for rows in parts for lesson in _lessons(frame, weight, rows, sources, strength, names))
    models = each(_fitted, lessons)
    for _ in parts:
        yield {name: next(models) for name in names}


def _channels(frame: Frame) -> list[str]:
    return [channel.name for channel in frame.schema.channels]


def _lessons(
    frame: Frame, weight: Floats, rows: Rows, sources: Sequence[TextSource], strength: float, names: Sequence[str]
) -> Iterator[_Lesson]:
    """What the model of each channel is fitted on; see `fit_texts`."""
    outside = np.setdiff1d(np.arange(len(frame)), rows)
    rows = rows[frame.mask[rows] == WHOLE]  # a masked copy says nothing that its row does not say
    # a channel that learns from other sources alone must not have seen any linkback's domain
    hidden = {False: np.unique(frame.keys[outside, 0]), True: np.unique(frame.keys[:, 0])}
    for place, channel in enumerate(_channels(frame)):
        if channel not in names:
            continue
        taught = [source for source in sources if channel in source.channels]
        alone = any(source.alone for source in taught)
        texts: list[Buckets] = [] if alone else list(frame.wording[rows, place])
        labels = [] if alone else [frame.spam[rows]]
        weights = [] if alone else [weight[rows]]
        total = float(weight[rows].sum())
        for source in taught:
            domain = source.frame.keys[:, 0]
            kept = np.flatnonzero((domain == 0) | ~np.isin(domain, hidden[source.alone]))
            texts += list(source.frame.wording[kept, place])
            labels.append(source.frame.spam[kept])
            weights.append(_balanced(source.frame.spam[kept]) * source.weight * total)
        sizes = np.array([len(text) for text in texts], np.int64)
        runs = Runs(np.concatenate([np.empty(0, np.int32), *texts]), sizes)
        yield _Lesson(runs, np.concatenate(labels), np.concatenate(weights), strength)


def _balanced(spam: NDArray[np.bool_]) -> Floats:
    """Weights that add up to 1, half for each class."""
    counts = np.bincount(spam.astype(int), minlength=2)
    return np.asarray(0.5 / np.maximum(counts, 1)[spam.astype(int)])


def _fitted(lesson: _Lesson) -> TextModel:
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    said = lesson.runs.sizes > 0
    spam, weight = lesson.spam[said], lesson.weight[said]
    if len(np.unique(spam)) < 2:
        return TextModel(np.zeros(BUCKETS, np.float32), 0.0)
    model = LogisticRegression(C=lesson.strength, solver="lbfgs", max_iter=300, tol=1e-4)
    # sums over several threads differ in their last bits from those of one, and take longer
    with threadpool_limits(1, user_api="blas"):
        model.fit(_matrix(lesson.runs), spam, sample_weight=weight * (said.sum() / weight.sum()))
    return TextModel(model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def _matrix(runs: Runs) -> object:
    """Sparse rows, each of length one; texts without any run are left out."""
    from scipy.sparse import csr_matrix

    sizes = runs.sizes[runs.sizes > 0]
    values = np.repeat(1 / np.sqrt(sizes), sizes)
    edges = np.concatenate(([0], np.cumsum(sizes)))
    return csr_matrix((values, runs.buckets, edges), shape=(len(sizes), BUCKETS))


def score_texts(models: dict[str, TextModel], frame: Frame, rows: Rows) -> Floats:
    """Scores of rows, one column a channel; nan where nothing was said, or where a channel has no model."""
    part = frame.take(rows)
    columns = [
        text_scores(models[channel.name], part.runs(place)) if channel.name in models else np.full(len(part), np.nan)
        for place, channel in enumerate(frame.schema.channels)
    ]
    return np.column_stack(columns)


def out_of_fold_scores(
    frame: Frame,
    weight: Floats,
    splits: Sequence[Split],
    sources: Sequence[TextSource],
    *,
    strength: float,
    each: Map = map,
) -> Floats:
    """Scores of every row by models that saw neither its site nor its campaign, shape (rows, channels).

    Args:
        frame: Labelled linkbacks.
        weight: Weight of each row.
        splits: Folds whose tests hold every row once.
        sources: Further rows for the text models.
        strength: Inverse of the L2 penalty.
        each: Fits one model after the other, or several at once; the scores are the same.
    """
    models = fit_text_models(frame, weight, [split.train for split in splits], sources, strength=strength, each=each)
    return unseen_scores(frame, splits, models)


def unseen_scores(frame: Frame, splits: Sequence[Split], models: Iterator[dict[str, TextModel]]) -> Floats:
    """Scores of every row by the models of the fold that it tests, shape (rows, channels)."""
    scores = np.full((len(frame), len(frame.schema.channels)), np.nan)
    for split in splits:
        scores[split.test] = score_texts(next(models), frame, split.test)
    return scores
