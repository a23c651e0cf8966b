"""Few rows never make a cut-off laxer than what was there."""

import numpy as np
import pytest

from moderator.model.policy import Cutoffs
from moderator.training.cutoffs import Tolerance
from moderator.training.safe_cutoffs import USUAL, rows_needed, safe_cutoffs

FLOOR = Cutoffs(0.05, 0.97)


@pytest.mark.parametrize("rows", [0, 1, 30, 200])
@pytest.mark.parametrize("floor", [FLOOR, None])
def test_few_rows_hold_at_least_as_much_as_before(rows, floor):
    random = np.random.default_rng(rows)
    spam = random.random(rows) < 0.5
    chance = np.clip(random.normal(0.1 + 0.3 * spam, 0.1), 0, 1)
    cutoffs, notes = safe_cutoffs(chance, spam, Tolerance(), floor=floor)
    usual = floor or USUAL
    assert cutoffs.approve_below <= usual.approve_below
    assert cutoffs.spam_from >= usual.spam_from
    assert len(notes) == 2


def test_one_class_leaves_the_other_cutoff_as_it_was():
    cutoffs, _ = safe_cutoffs(np.full(50, 0.01), np.zeros(50, bool), Tolerance(), floor=FLOOR)
    assert cutoffs == FLOOR


def test_few_rows_without_mistakes_change_nothing():
    spam = np.arange(60) < 20
    cutoffs, _ = safe_cutoffs(np.where(spam, 0.5, 0.2), spam, Tolerance(), floor=FLOOR)
    assert cutoffs == FLOOR


def test_few_rows_that_speak_against_a_cutoff_move_it():
    spam = np.arange(40) < 20
    chance = np.where(spam, 0.01, 0.99)
    cutoffs, _ = safe_cutoffs(chance, spam, Tolerance(), floor=FLOOR)
    assert cutoffs.approve_below <= 0.01
    assert cutoffs.spam_from > 0.99


def test_many_rows_are_believed():
    random = np.random.default_rng(1)
    spam = random.random(20_000) < 0.5
    chance = np.clip(random.normal(0.25 + 0.5 * spam, 0.1), 0, 1)
    cutoffs, notes = safe_cutoffs(chance, spam, Tolerance(), floor=FLOOR)
    assert notes == ()
    assert cutoffs.spam_from < FLOOR.spam_from
    assert (chance[~spam] >= cutoffs.spam_from).mean() <= 0.001


@pytest.mark.parametrize(("share", "needed"), [(0.001, 2995), (0.01, 299), (0.0, 0), (1.0, 0)])
def test_rows_needed(share, needed):
    assert rows_needed(share, 0.95) == needed
