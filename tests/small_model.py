"""A model small enough to know its answers by heart: what it says depends on chosen columns only."""

from __future__ import annotations

import numpy as np

from moderator.features.row import Schema
from moderator.model.card import Card
from moderator.model.folder import SCORER, Model
from moderator.model.policy import Cutoffs
from moderator.model.runs import BUCKETS
from moderator.model.scorer import Scorer
from moderator.model.text import TextModel
from moderator.model.trees import Trees


def stumps(schema: Schema, splits: dict[str, tuple[float, float, float]]) -> Trees:
    """One stump a column: at or below the threshold it gives one value, above it the other; missing gives 0."""
    roots, feature, threshold, missing_left, left, right, value = [], [], [], [], [], [], []
    for column, (cut, low, high) in splits.items():
        root = len(value)
        place = schema.columns.index(column)
        # root: is it missing? (nan goes left to the leaf 0, everything else is at or below +inf, so a second split)
        roots.append(root)
        feature += [place, place, place, place, place]
        threshold += [-np.inf, np.inf, cut, np.inf, np.inf]
        missing_left += [True, True, True, True, True]
        left += [root + 1, root + 1, root + 3, root + 3, root + 4]
        right += [root + 2, root + 1, root + 4, root + 3, root + 4]
        value += [0.0, 0.0, 0.0, low, high]
    return Trees(
        np.array(roots, np.int32),
        np.array(feature, np.int32),
        np.array(threshold),
        np.array(missing_left),
        np.array(left, np.int32),
        np.array(right, np.int32),
        np.array(value),
        depth=2,
    )


CUTOFFS = Cutoffs(0.3, 0.7)


def small_model(schema: Schema, splits: dict[str, tuple[float, float, float]], cutoffs: Cutoffs = CUTOFFS) -> Model:
    texts = {channel.name: TextModel(np.zeros(BUCKETS, np.float32), 0.0) for channel in schema.channels}
    scorer = Scorer(schema, texts, stumps(schema, splits), base=0.0, slope=1.0, offset=0.0)
    return Model(scorer, Card("small", schema.fingerprint, cutoffs, {SCORER: "0" * 64}))
