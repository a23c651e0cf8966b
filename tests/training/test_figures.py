"""Figures and curves on rows that can be counted by hand, and on none."""

import itertools
import json
import math

import numpy as np
import pytest

from moderator.model.policy import Cutoffs
from moderator.training.figures import costs_of, figures_of, json_ready, share_of
from moderator.training.metrics import calibration_curve, precision_recall_curve, roc_curve, score_histogram
from moderator.training.predictions import Predictions, verdicts

CUTOFFS = Cutoffs(0.2, 0.8)


def judged(probability, spam, *, kind="pingback", site="a.example", at=0.0, cutoffs=CUTOFFS):
    rows = len(probability)
    chance = np.array(probability, float)
    return Predictions(
        ids=np.arange(rows).astype(str),
        spam=np.array(spam, bool),
        probability=chance,
        verdict=verdicts(chance, cutoffs),
        rule=np.full(rows, ""),
        kind=np.broadcast_to(kind, rows),
        site=np.broadcast_to(site, rows),
        status=np.full(rows, "not_checked"),
        at=np.broadcast_to(at, rows),
    )


ROWS = judged([0.1, 0.5, 0.9, 0.1, 0.5, 0.9, 0.95], [0, 0, 0, 1, 1, 1, 1])


def test_counts_by_hand():
    figures = figures_of(ROWS)
    assert (figures.ham, figures.spam) == (3, 4)
    assert (figures.ham_as_spam.seen, figures.ham_as_spam.total) == (1, 3)
    assert (figures.spam_approved.seen, figures.spam_approved.total) == (1, 4)
    assert (figures.held.seen, figures.held.total) == (2, 7)
    [table] = figures.by_kind
    assert (table.name, table.ham, table.spam) == ("pingback", (1, 1, 1), (1, 1, 2))
    assert figures.cost == pytest.approx((10 + 1 + 2 * 0.2) / 7)
    assert costs_of(ROWS.verdict, ROWS.spam).tolist() == [0, 0.2, 10, 1, 0.2, 0, 0]


def test_the_kind_alone_is_no_merit():
    random = np.random.default_rng(3)
    kind = np.array(["trackback"] * 100 + ["pingback"] * 100)
    spam = np.where(kind == "trackback", random.random(200) < 0.9, random.random(200) < 0.1)
    chance = np.where(kind == "trackback", 0.9, 0.1) + random.uniform(0, 0.01, 200)
    figures = figures_of(judged(chance, spam, kind=kind))
    assert figures.auc > 0.85
    assert figures.auc_by_kind == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize("spam", [[], [0, 0], [1, 1]])
def test_missing_classes_are_missing_and_not_zero(spam):
    figures = figures_of(judged([0.3, 0.6][: len(spam)], spam))
    assert math.isnan(figures.auc)
    assert figures.roc == figures.precision_recall == ()
    form = json.loads(json.dumps(figures.to_json(), allow_nan=False))
    assert form["auc"] is None
    assert "roc" not in figures.summary()


def test_many_sites_are_summed_up():
    sites = np.array([f"{number:03d}.example" for number in range(60)] * 2)
    figures = figures_of(judged(np.full(120, 0.5), np.arange(120) % 2, site=sites))
    assert len(figures.by_site) == 26
    assert figures.by_site[-1].name == "35 other sites"
    assert sum(table.rows for table in figures.by_site) == 120


@pytest.mark.parametrize(("seen", "total", "low", "high"), [(0, 100, 0.0, 0.0362), (5, 100, 0.0164, 0.1128)])
def test_intervals(seen, total, low, high):
    share = share_of(seen, total)
    assert (share.low, share.high) == pytest.approx((low, high), abs=1e-4)


def test_curves_start_and_end_where_they_must_and_stay_thin():
    random = np.random.default_rng(1)
    spam = random.random(5000) < 0.3
    chance = np.clip(random.normal(0.3 + 0.4 * spam, 0.2), 0, 1)
    line = roc_curve(chance, spam)
    assert (line[0], line[-1]) == ((0, 0), (1, 1))
    assert len(line) <= 301
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in itertools.pairwise(line))
    area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in itertools.pairwise(line))
    assert area == pytest.approx(figures_of(judged(chance, spam)).auc, abs=0.002)
    clean = precision_recall_curve(chance, spam)
    assert clean[-1] == pytest.approx((1.0, spam.mean()), abs=1e-4)


def test_bins_hold_every_row():
    chance, spam = np.array([0.0, 0.05, 1.0]), np.array([False, True, True])
    assert sum(entry.rows for entry in calibration_curve(chance, spam)) == 3
    assert calibration_curve(chance, spam)[0].came == 0.5
    buckets = score_histogram(chance, spam, bins=4)
    assert [(bucket.ham, bucket.spam) for bucket in buckets] == [(1, 1), (0, 0), (0, 0), (0, 1)]


def test_json_knows_no_nan():
    assert json_ready({"a": [math.nan, (1.0, math.inf)], "b": share_of(0, 0)}) == {
        "a": [None, [1.0, None]],
        "b": {"share": None, "low": None, "high": None, "seen": 0, "total": 0},
    }
