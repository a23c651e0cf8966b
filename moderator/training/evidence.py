"""The evidence forest: what links, earlier labels and bulk sending say on top of the wording.

What the pages of old linkbacks showed cannot be seen any more, and their labels have no times: that is learned from
generated rows. How much honest and spamming blogs send is learned from generated and real rows together, and the real
ones start from what the linkbacks' forests make of them, so that only what sending adds is learned. A generated row
starts from nothing, since its wording is nobody's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import Schema
from moderator.model.trees import Trees
from moderator.training.correction import CorrectionRecipe, grow
from moderator.training.directions import directions
from moderator.training.frame import Frame
from moderator.training.recipe import Recipe
from moderator.training.tree_arrays import joined
from moderator.training.weights import row_weights

__all__ = ["evidence_columns", "fit_evidence"]

_SENDING = ("sending.sender_", "sending.network_", "sending.template_")
"""Keys whose bulk is told apart. Of a domain, a target and a site the real linkbacks tell only by days, and a busy day
of an honest blog looks like a flood."""
_SHARE = "_spam_share"
"""End of the names of the standings that are read: those that are missing until somebody labels."""
Floats = NDArray[np.float64]


def evidence_columns(schema: Schema) -> NDArray[np.intp]:
    """Places of the features that the evidence forest reads."""
    wanted = [
        (name.startswith(("link.", *_SENDING)) and not name.endswith("since_last")) or name.endswith(_SHARE)
        for name in schema.numbers
    ]
    return np.flatnonzero(np.array(wanted, np.bool_))


def fit_evidence(generated: Frame, real: Frame, start: Floats, recipe: Recipe) -> tuple[Trees, float]:
    """Grows the evidence forest.

    Args:
        generated: Rows with evidence, labels in time and sending.
        real: Linkbacks.
        start: Log-odds of the real rows from forests that did not see them.
        recipe: How.

    Returns:
        The trees, and the log-odds that they add to every row.
    """
    columns = evidence_columns(real.schema)
    table = np.vstack([generated.numbers[:, columns], real.numbers[:, columns]])
    columns, table = columns[(known := np.isfinite(table).any(axis=0))], table[:, known]
    shares = [row_weights(frame, recipe) for frame in (generated, real)]
    steps = list(
        grow(
            table,
            np.concatenate([generated.spam, real.spam]),
            np.concatenate([share / share.sum() for share in shares]),
            np.concatenate([np.zeros(len(generated)), start]),
            CorrectionRecipe(
                steps=recipe.evidence_trees,
                learning_rate=0.1,
                leaves=recipe.evidence_leaves,
                smallest_leaf=50,
                seed=recipe.seed,
            ),
            directions=directions(real.schema)[columns],
        )
    )
    trees = joined([step.trees for step in steps])
    return trees._replace(feature=columns[trees.feature].astype(np.int32)), sum(step.shift for step in steps)
