"""Trees that were grown on bin numbers decide the same on the columns' own values."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from moderator.training.boosting import BINS, binned, with_own_thresholds


def table(rows=1500, seed=3):
    random = np.random.default_rng(seed)
    columns = [
        random.normal(size=rows),  # more values than bins
        random.integers(0, 4, rows) / 3,
        np.where(random.random(rows) < 0.4, np.nan, random.exponential(size=rows)),
        np.full(rows, np.nan),
        np.zeros(rows),
        np.where(random.random(rows) < 0.5, np.nan, 1.0),
    ]
    return np.column_stack(columns)


def test_a_bin_number_and_its_value_go_the_same_way():
    rows = table()
    codes, edges = binned(rows)
    assert np.nanmax(codes) < BINS
    for place, upper in enumerate(edges):
        for code, edge in list(enumerate(upper))[:: max(1, len(upper) // 20)]:
            left = rows[:, place] <= edge
            assert np.array_equal(left, codes[:, place] <= code)


@pytest.mark.parametrize("weighted", [False, True])
def test_estimators_read_values_as_they_read_bin_numbers(weighted):
    rows = table()
    random = np.random.default_rng(4)
    spam = np.nan_to_num(rows).sum(axis=1) + random.normal(size=len(rows)) > 1
    codes, edges = binned(rows)
    model = HistGradientBoostingClassifier(max_iter=30, early_stopping=False)
    model.fit(codes, spam, sample_weight=random.random(len(rows)) if weighted else None)
    by_code = model.decision_function(codes)
    assert np.array_equal(with_own_thresholds(model, edges).decision_function(rows), by_code)
    assert by_code.std() > 0.5


def test_columns_without_values_and_tables_without_rows():
    assert binned(np.full((3, 1), np.nan)).codes.tolist() == [[0.0]] * 3
    assert binned(np.empty((0, 2))).codes.shape == (0, 2)
