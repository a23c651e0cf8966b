"""A better model wins, an equal one ties, a worse one stays out; nothing is promoted unmeasured."""

import json

import numpy as np
import pytest

from moderator.model.scorer import probability
from moderator.training.compare import Outcome, compare, difference_of_areas
from moderator.training.metrics import auc
from tests.training.test_figures import judged


def rows(skill, *, seed=4, count=800):
    """Rows of three sites over time; `skill` is how far the model tells spam from ham."""
    random = np.random.default_rng(seed)
    spam = random.random(count) < 0.4
    noise = random.normal(size=count)
    chance = probability(skill * (2.0 * spam - 1.0) + noise)
    site = np.array(["a.example", "b.example", "c.example"])[np.arange(count) % 3]
    return judged(chance, spam, site=site, at=np.arange(count, dtype=float))


def test_a_better_model_wins():
    found = compare(rows(2.0), rows(1.0))
    assert not found.worse
    assert found.count(Outcome.WON) > 12
    assert found.count(Outcome.LOST) == 0
    assert "not worse" in found.summary()


def test_a_worse_model_stays_out_and_is_told_why():
    found = compare(rows(1.0), rows(2.0))
    assert found.worse
    assert "auc is clearly worse on all rows" in found.summary()
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["worse"] is True


def test_the_same_model_ties_everywhere():
    found = compare(rows(1.5), rows(1.5))
    assert not found.worse
    assert found.count(Outcome.TIED) == len(found.measures) - 3


def test_splits_are_blocks_of_time_and_sites():
    names = {measured.split for measured in compare(rows(2.0), rows(1.0)).measures}
    assert names == {"all rows", *(f"time block {n} of 4" for n in range(1, 5)), *(f"site {s}.example" for s in "abc")}


@pytest.mark.parametrize("spam", [0, 3, 397, 400])
def test_too_few_rows_promote_nothing(spam):
    labels = np.arange(400) < spam
    found = compare(judged(np.linspace(0, 1, 400), labels), judged(np.linspace(0, 1, 400), labels))
    assert found.worse
    assert found.measures == ()
    assert "at least 10 of each are needed" in found.summary()


def test_areas_are_those_of_the_ranks():
    one, other = rows(1.0), rows(0.5)
    left, right, error = difference_of_areas(one.probability, other.probability, one.spam)
    assert left == pytest.approx(auc(one.probability[one.spam], one.probability[~one.spam]))
    assert right == pytest.approx(auc(other.probability[one.spam], other.probability[~one.spam]))
    assert error > 0


def test_the_standard_error_is_that_of_repetition():
    differences, errors = [], []
    for seed in range(120):
        random = np.random.default_rng(seed)
        spam = random.random(200) < 0.5
        shared = random.normal(size=200)
        one, other = (shared + spam + random.normal(size=200) * 0.7 for _ in range(2))
        left, right, error = difference_of_areas(one, other, spam)
        differences.append(left - right)
        errors.append(error)
    assert np.mean(errors) == pytest.approx(np.std(differences), rel=0.2)
