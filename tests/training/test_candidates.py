"""The safe candidate stays unless another is clearly better."""

from dataclasses import replace

import numpy as np
import pytest

from moderator.training.candidates import Candidate, RatedCandidate, choose_candidate, losses, rate_candidate
from moderator.training.fit import fit
from moderator.training.recipe import Recipe
from tests.made_frames import made_frame


def entry(name, loss):
    return RatedCandidate(name, None, loss, float(loss.mean()), 0.5)


def test_noise_is_no_gain():
    random = np.random.default_rng(2)
    base = random.exponential(size=200)
    same = entry("same", base + random.normal(0, 0.5, 200) - 0.01)
    assert choose_candidate([entry("base", base), same]).name == "base"


def test_a_clear_gain_is_taken_and_a_later_smaller_one_is_not():
    base = np.full(200, 0.7) + np.linspace(0, 0.1, 200)
    better = entry("better", base * 0.5)
    worse = entry("worse", base * 0.6)
    assert choose_candidate([entry("base", base), better, worse]).name == "better"


def test_without_rows_the_first_stays():
    nothing = np.zeros(0)
    rows = [RatedCandidate(name, None, nothing, np.nan, np.nan) for name in "ab"]
    assert choose_candidate(rows).name == "a"


@pytest.fixture(scope="module")
def candidate():
    fitted = fit(made_frame(), Recipe(masks=(), trees=20, forests=1, text_folds=3))
    return Candidate("from scratch", fitted.scorer(), calibrated=False)


def test_a_candidate_is_calibrated_on_the_slice(candidate):
    later = made_frame(600, seed=8)
    result = rate_candidate(candidate, later)
    raw = losses(later.log_odds(candidate.scorer), later.spam)
    assert result.log_loss < raw.mean()
    assert result.auc > 0.8
    assert np.allclose(result.loss, losses(later.log_odds(result.scorer), later.spam))


def test_few_rows_leave_a_calibrated_base_alone(candidate):
    few = made_frame(30, seed=8, spam=0.2)
    kept = rate_candidate(replace(candidate, calibrated=True), few).scorer
    assert (kept.slope, kept.offset) == (1.0, 0.0)
    assert rate_candidate(candidate, few).scorer.slope != 1.0
