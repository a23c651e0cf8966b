"""The flat trees say what the estimator says, and where it comes from."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from moderator.model.trees import Forest, tree_sums
from moderator.training.boosting import flatten, joined


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(5)
    table = random.normal(size=(3000, 6))
    table[random.random(table.shape) < 0.2] = np.nan
    table[random.random(table.shape) < 0.02] = np.inf
    return table


@pytest.fixture(scope="module")
def fitted(table):
    random = np.random.default_rng(6)
    labels = np.nan_to_num(table[:, 0], nan=1.0, posinf=3.0) + random.normal(size=len(table)) > 0.3
    weights = random.uniform(0.1, 4.0, size=len(table))
    return [
        HistGradientBoostingClassifier(max_iter=30, max_leaf_nodes=9, max_features=0.5, random_state=seed).fit(
            table, labels, sample_weight=weights
        )
        for seed in (1, 2)
    ]


def contributions(trees, table):
    forest = Forest(trees, table.shape[1])
    return forest.contributions(forest.leaves(table))


@pytest.mark.parametrize("count", [1, 2])
def test_sums_equal_the_estimators(table, fitted, count):
    trees, base = flatten(fitted[:count])
    expected = np.mean([estimator.decision_function(table) for estimator in fitted[:count]], axis=0)
    assert np.abs(base + tree_sums(trees, table) - expected).max() < 1e-9


def test_contributions_add_up(table, fitted):
    trees, _ = flatten(fitted)
    shared, parts = contributions(trees, table)
    assert parts.shape == table.shape
    assert np.abs(shared + parts.sum(axis=1) - tree_sums(trees, table)).max() < 1e-9


def test_a_feature_that_no_tree_uses_gets_nothing(table, fitted):
    wider = np.column_stack([table, np.random.default_rng(1).normal(size=len(table))])
    trees, _ = flatten(fitted)
    assert not contributions(trees, wider)[1][:, -1].any()


def test_one_row_equals_many_to_the_last_bit(table, fitted):
    trees, _ = flatten(fitted)
    table = table[:300]
    forest = Forest(trees, table.shape[1])
    leaves = forest.leaves(table)
    _, parts = forest.contributions(leaves)
    sums = forest.sums(leaves)
    for place in range(len(table)):
        alone = forest.leaves(table[place : place + 1])
        assert np.array_equal(alone[0], leaves[place])
        assert forest.sums(alone)[0] == sums[place]
        assert np.array_equal(forest.contributions(alone)[1][0], parts[place])


def test_leaves_are_found_split_by_split(table, fitted):
    trees, _ = flatten(fitted)
    # numbers in the place of values, so that a sum tells which leaf a tree came to
    numbered = trees._replace(value=np.arange(len(trees.value), dtype=float))
    for number, root in enumerate(trees.roots):
        forest = Forest(numbered._replace(roots=trees.roots[number : number + 1]), table.shape[1])
        for rows in (table[:1], table[:20]):
            found = forest.sums(forest.leaves(rows))
            assert found.tolist() == [_leaf(trees, root, row) for row in rows]


def _leaf(trees, node, row):
    while trees.left[node] != node:
        value = row[trees.feature[node]]
        left = trees.missing_left[node] if np.isnan(value) else value <= trees.threshold[node]
        node = trees.left[node] if left else trees.right[node]
    return node


def test_no_rows(fitted):
    trees, _ = flatten(fitted)
    assert tree_sums(trees, np.empty((0, 6))).shape == (0,)
    assert contributions(trees, np.empty((0, 6)))[1].shape == (0, 6)


def test_joined_forests_add_up(table, fitted):
    forests = [flatten([estimator])[0] for estimator in fitted]
    together = joined(forests)
    assert np.abs(tree_sums(together, table) - sum(tree_sums(forest, table) for forest in forests)).max() < 1e-12
    assert together.depth == max(forest.depth for forest in forests)
