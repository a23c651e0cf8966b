import math

import numpy as np
import pytest

from moderator.training.metrics import auc, calibration_error, clopper_pearson_upper, recall_at

SPAM = np.array([0.9, 0.8, 0.4, 0.4])
HAM = np.array([0.5, 0.4, 0.1, 0.1, 0.0])


def test_auc_counts_pairs_with_ties_half():
    pairs = [(1.0 if s > h else 0.5 if s == h else 0.0) for s in SPAM for h in HAM]
    assert auc(SPAM, HAM) == pytest.approx(np.mean(pairs))


@pytest.mark.parametrize(("spam", "ham"), [([], [0.1]), ([0.1], []), ([], [])])
def test_auc_of_one_class_is_not_known(spam, ham):
    assert math.isnan(auc(np.array(spam), np.array(ham)))


@pytest.mark.parametrize(("share", "caught"), [(0.0, 0.5), (0.2, 0.5), (0.4, 1.0), (1.0, 1.0)])
def test_recall_at_a_share_of_ham(share, caught):
    assert recall_at(SPAM, HAM, share) == caught


def test_calibration_error():
    probability = np.array([0.05, 0.05, 0.95, 0.95])
    assert calibration_error(probability, np.array([False, False, True, True])) == pytest.approx(0.05)
    assert calibration_error(probability, np.array([True, True, False, False])) == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("bad", "total", "upper"), [(0, 59, 0.0495), (0, 2995, 0.001), (10, 100, 0.1638), (5, 5, 1.0), (0, 0, 1.0)]
)
def test_the_bound_is_clopper_and_pearsons(bad, total, upper):
    assert clopper_pearson_upper(bad, total) == pytest.approx(upper, abs=1e-4)
