"""Text models: one logistic regression a channel, and scores for its own training rows from models that never saw them.

A boosted model that read the scores of a text model on the text model's own training rows would trust them far too
much. So the scores it learns from are out of fold, and the folds are by site with campaigns kept whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderator.model.runs import BUCKETS
from moderator.model.text import TextModel, text_scores
from moderator.training.frame import Frame
from moderator.training.splits import Split

__all__ = ["TextSource", "fit_texts", "out_of_fold_scores", "score_texts"]

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


def fit_texts(
    frame: Frame, weight: Floats, rows: Rows, sources: Sequence[TextSource], *, strength: float
) -> dict[str, TextModel]:
    """Fits one text model for each channel.

    Args:
        frame: Labelled linkbacks.
        weight: Weight of each of its rows.
        rows: Those to learn from.
        sources: Further rows; those that share a domain with a linkback outside `rows` are left out.
        strength: Inverse of the L2 penalty, scikit-learn's ``C``.
    """
    outside = np.setdiff1d(np.arange(len(frame)), rows)
    # a channel that learns from other sources alone must not have seen any linkback's domain
    hidden = {False: np.unique(frame.keys[outside, 0]), True: np.unique(frame.keys[:, 0])}
    models = {}
    for place, channel in enumerate(channel.name for channel in frame.schema.channels):
        taught = [source for source in sources if channel in source.channels]
        alone = any(source.alone for source in taught)
        texts: list[Buckets] = [] if alone else list(frame.wording[rows, place])
        labels = [] if alone else [frame.spam[rows]]
        weights = [] if alone else [weight[rows]]
        total = float(weight[rows].sum())
        for source in taught:
            kept = np.flatnonzero(~np.isin(source.frame.keys[:, 0], hidden[source.alone]))
            texts += list(source.frame.wording[kept, place])
            labels.append(source.frame.spam[kept])
            weights.append(_balanced(source.frame.spam[kept]) * source.weight * total)
        models[channel] = _fitted(texts, np.concatenate(labels), np.concatenate(weights), strength)
    return models


def _balanced(spam: NDArray[np.bool_]) -> Floats:
    """Weights that add up to 1, half for each class."""
    counts = np.bincount(spam.astype(int), minlength=2)
    return np.asarray(0.5 / np.maximum(counts, 1)[spam.astype(int)])


def _fitted(texts: Sequence[Buckets], spam: NDArray[np.bool_], weight: Floats, strength: float) -> TextModel:
    from sklearn.linear_model import LogisticRegression

    said = np.array([len(text) > 0 for text in texts], np.bool_)
    if len(np.unique(spam[said])) < 2:
        return TextModel(np.zeros(BUCKETS, np.float32), 0.0)
    some = [text for text, present in zip(texts, said, strict=True) if present]
    scale = weight[said] * (said.sum() / weight[said].sum())
    model = LogisticRegression(C=strength, solver="lbfgs", max_iter=300, tol=1e-4)
    model.fit(_matrix(some), spam[said], sample_weight=scale)
    return TextModel(model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def _matrix(texts: Sequence[Buckets]) -> object:
    """Sparse rows, each of length one."""
    from scipy.sparse import csr_matrix

    sizes = np.array([len(text) for text in texts])
    values = np.repeat(1 / np.sqrt(sizes), sizes)
    edges = np.concatenate(([0], np.cumsum(sizes)))
    return csr_matrix((values, np.concatenate(texts), edges), shape=(len(texts), BUCKETS))


def score_texts(models: dict[str, TextModel], frame: Frame, rows: Rows) -> Floats:
    """Scores of rows, one column a channel; nan where nothing was said."""
    part = frame.take(rows)
    columns = [
        text_scores(models[channel.name], part.runs(place)) for place, channel in enumerate(frame.schema.channels)
    ]
    return np.column_stack(columns)


def out_of_fold_scores(
    frame: Frame, weight: Floats, splits: Iterable[Split], sources: Sequence[TextSource], *, strength: float
) -> Floats:
    """Scores of every row by models that saw neither its site nor its campaign, shape (rows, channels).

    Args:
        frame: Labelled linkbacks.
        weight: Weight of each row.
        splits: Folds whose tests hold every row once.
        sources: Further rows for the text models.
        strength: Inverse of the L2 penalty.
    """
    scores = np.full((len(frame), len(frame.schema.channels)), np.nan)
    for split in splits:
        models = fit_texts(frame, weight, split.train, sources, strength=strength)
        scores[split.test] = score_texts(models, frame, split.test)
    return scores
