"""Drift is told when it is there, and not when rows are merely few."""

import json

import numpy as np
import pytest

from moderator.training.drift import Stability, drift, histogram, histogram_from_card, reference
from tests.made_frames import SCHEMA


def numbers(rows, seed, *, shift=0.0, missing=0.2):
    random = np.random.default_rng(seed)
    columns = random.normal(size=(rows, 3)) + shift
    columns[random.random(rows) < missing, 1] = np.nan
    columns[:, 2] = np.round(columns[:, 2]) / 3  # thirds: no decimal of them is exact
    return columns


def chances(rows, seed, power=1.0):
    return np.random.default_rng(seed).random(rows) ** power


CARD = json.loads(json.dumps({"reference": reference(SCHEMA, numbers(2000, 1), chances(2000, 1))}))


@pytest.mark.parametrize("rows", [60, 300, 3000])
def test_the_same_world_is_stable(rows):
    for seed in range(2, 12):
        found = drift(CARD, SCHEMA.numbers, numbers(rows, seed), chances(rows, seed))
        assert not found.aged
        assert {column.stability for column in found.features} == {Stability.STABLE}
        assert "has not aged" in found.summary()


def test_another_world_has_aged():
    found = drift(CARD, SCHEMA.numbers, numbers(500, 2, shift=1.0), chances(500, 2, power=4.0))
    assert found.aged
    assert found.probability.stability is Stability.FAR
    assert found.features[0].index >= found.features[-1].index
    assert "retrain" in found.summary()


def test_a_feature_that_is_missing_now_has_moved():
    found = drift(CARD, SCHEMA.numbers, numbers(500, 2, missing=0.9), chances(500, 2))
    moved = {column.name for column in found.features if column.stability is not Stability.STABLE}
    assert moved == {"first.weak"}
    assert not found.aged  # as long as the probabilities are what they were


@pytest.mark.parametrize("card", [{}, {"reference": None}, {"reference": {"probability": "x", "features": [1]}}])
def test_without_a_reference_nothing_is_said(card):
    found = drift(card, SCHEMA.numbers, numbers(500, 2), chances(500, 2))
    assert found.probability is None
    assert not found.aged
    assert "cannot be said" in found.summary()


def test_few_rows_say_nothing():
    assert drift(CARD, SCHEMA.numbers, numbers(20, 2), chances(20, 2)).probability is None


@pytest.mark.parametrize(
    "form",
    [
        None,
        {},
        {"edges": [1, 0], "shares": [0.5, 0.5, 0, 0], "rows": 9},
        {"edges": [1], "shares": [0.5, 0.5], "rows": 9},
        {"edges": ["x"], "shares": [0.5, 0.5, 0], "rows": 9},
        {"edges": [1], "shares": [0.5, 0.5, 0], "rows": 0},
    ],
)
def test_a_damaged_histogram_is_none(form):
    assert histogram_from_card(form) is None


def test_histograms_come_back():
    made = histogram(numbers(500, 3)[:, 1])
    back = histogram_from_card(json.loads(json.dumps(made.card())))
    assert back.edges.tolist() == made.edges.tolist()
    assert back.shares == pytest.approx(made.shares, abs=1e-5)
    assert made.shares.sum() == pytest.approx(1.0)
    assert len(histogram(np.full(9, np.nan)).edges) == 0
