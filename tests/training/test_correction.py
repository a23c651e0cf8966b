"""Correction trees improve a base, add up with it, and leave it alone where they are none."""

import numpy as np
import pytest

from moderator.training.candidates import losses
from moderator.training.correction import CorrectionRecipe, grow_corrections, with_corrections
from moderator.training.fit import fit
from moderator.training.predictions import frame_log_odds, frame_table, table_log_odds
from moderator.training.recipe import Recipe
from tests.made_frames import made_frame

RECIPE = Recipe(masks=(), trees=20, forests=1, text_folds=3)
OPEN = np.zeros(4, np.int8)


@pytest.fixture(scope="module")
def base():
    # learned where the strong column says nothing
    return fit(made_frame(strength=0.0), RECIPE).scorer()


@pytest.fixture(scope="module")
def own():
    return made_frame(500, seed=5)


def steps(base, own, **more):
    table = frame_table(base, own)
    recipe = CorrectionRecipe(**{"steps": 30, **more})
    return list(
        grow_corrections(table, own.spam, np.ones(len(own)), table_log_odds(base, table), recipe, constraints=OPEN)
    )


def test_no_steps_change_nothing(base, own):
    kept = with_corrections(base, ())
    assert np.allclose(frame_log_odds(kept, own), frame_log_odds(base, own), atol=1e-12)
    assert (kept.slope, kept.offset) == (1.0, 0.0)


def test_steps_learn_what_the_base_does_not_know(base, own):
    grown = steps(base, own)
    later = made_frame(500, seed=6)
    before = losses(frame_log_odds(base, later), later.spam).mean()
    after = losses(frame_log_odds(with_corrections(base, grown), later), later.spam).mean()
    assert after < 0.7 * before


def test_each_step_lowers_the_loss_it_was_grown_for(base, own):
    grown = steps(base, own)
    scores = [
        losses(frame_log_odds(with_corrections(base, grown[:count]), own), own.spam).mean() for count in (0, 10, 30)
    ]
    assert scores == sorted(scores, reverse=True)


def test_contributions_of_a_corrected_model_add_up(base, own):
    scorer = with_corrections(base, steps(base, own, steps=5))
    table = frame_table(scorer, own)
    shared, parts = scorer.contributions(table)
    assert np.allclose(shared + parts.sum(axis=1), scorer.log_odds_of(table), atol=1e-9)


def test_the_same_rows_give_the_same_trees(base, own):
    one, other = steps(base, own, steps=4), steps(base, own, steps=4)
    for a, b in zip(one, other, strict=True):
        assert a.shift == b.shift
        assert np.array_equal(a.trees.value, b.trees.value)


def test_a_fixed_direction_holds(base, own):
    table = frame_table(base, own)
    against = np.array([-1, 0, 0, 0], np.int8)  # more of the strong column may only speak for ham
    start = table_log_odds(base, table)
    grown = list(
        grow_corrections(table, own.spam, np.ones(len(own)), start, CorrectionRecipe(steps=10), constraints=against)
    )
    probe = np.repeat(table[:1], 2, axis=0)
    probe[:, 0] = (-3.0, 5.0)
    gain = table_log_odds(with_corrections(base, grown), probe) - table_log_odds(with_corrections(base, ()), probe)
    assert gain[1] <= gain[0] + 1e-9
