"""What pages teach is weighed only where a page was read, and the linkbacks' forests speak less there."""

import numpy as np
import pytest

from moderator.features.extractor import Extractor
from moderator.model.trees import Forest, Trees, tree_sums
from moderator.training.boosting import centred, joined
from moderator.training.reading import MAIN_SHARE, Parts, ReadScale, summed

SCHEMA = Extractor().schema
BASE = 0.5


def stump(name: str, low: float, high: float, root: float = 0.0) -> Trees:
    """Low up to 0.5, high above it and where nothing is known."""
    return Trees(
        np.array([0], np.int32),
        np.array([SCHEMA.columns.index(name), 0, 0], np.int32),
        np.array([0.5, np.inf, np.inf]),
        np.array([False, True, True]),
        np.array([1, 1, 2], np.int32),
        np.array([2, 1, 2], np.int32),
        np.array([root, low, high]),
        1,
    )


PARTS = Parts(
    main=stump("wording.title", -2.0, 2.0, root=1.0),
    evidence=stump("link.hidden", -0.25, 1.0),
    page=joined([stump("wording.page_text", -4.0, 4.0, root=3.0), stump("page.feed", 1.0, -1.0)]),
    base=BASE,
)


def row(**seen: float) -> np.ndarray:
    values = np.full((1, len(SCHEMA.columns)), np.nan)
    for name, value in {"wording.title": 1.0, "wording.page_text": 0.0, "page.feed": 1.0, **seen}.items():
        values[0, SCHEMA.columns.index(name)] = value
    return values


READ = {"link.found": 1.0, "page.read": 1.0, "page.links_out": 3.0, "link.hidden": 0.0}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param({}, 2.0 + 1.0, id="nobody looked"),
        pytest.param({"link.found": 0.0}, 2.0 + 1.0, id="it could not be read"),
        pytest.param({"link.found": 1.0}, 2.0 + 1.0, id="its words were not recorded"),
    ],
)
def test_an_unread_page_says_nothing(seen, expected):
    trees, base = summed(PARTS, SCHEMA)
    assert base + tree_sums(trees, row(**seen))[0] == pytest.approx(BASE + expected)


def test_where_a_page_was_read_it_speaks_and_what_was_sent_speaks_less():
    trees, base = summed(PARTS, SCHEMA)
    # the root's part of a tree is everybody's
    expected = BASE + 1.0 + MAIN_SHARE * (2.0 - 1.0) - 0.25 - 4.0 - 1.0
    assert base + tree_sums(trees, row(**READ))[0] == pytest.approx(expected)


def test_a_page_that_does_not_link_speaks_like_any_other():
    trees, _ = summed(PARTS, SCHEMA)
    assert tree_sums(trees, row(**{**READ, "link.found": 0.0}))[0] == pytest.approx(tree_sums(trees, row(**READ))[0])


@pytest.mark.parametrize(
    ("seen", "factor", "shift"),
    [
        pytest.param({}, 1.0, 0.0, id="nobody looked"),
        pytest.param({"link.found": 0.0}, 1.0, 1.0, id="it could not be read"),
        pytest.param({"link.found": 1.0}, 1.0, 0.0, id="its words were not recorded"),
        pytest.param(READ, 0.5, 0.25, id="it links"),
        pytest.param({**READ, "link.found": 0.0}, 0.5, 0.75, id="it does not link"),
    ],
)
def test_pages_that_were_looked_at_are_calibrated_apart(seen, factor, shift):
    plain, base = summed(PARTS, SCHEMA)
    scaled, same = summed(PARTS, SCHEMA, ReadScale(0.5, links=0.25, no_link=0.75, unread=1.0))
    assert same == base
    assert tree_sums(scaled, row(**seen))[0] == pytest.approx(factor * tree_sums(plain, row(**seen))[0] + shift)


def test_contributions_add_up_and_the_switches_take_none_of_a_feature_s_own():
    trees, _ = summed(PARTS, SCHEMA, ReadScale(no_link=1.0))
    forest = Forest(trees, len(SCHEMA.columns))
    rows = np.concatenate([row(), row(**READ), row(**{**READ, "link.found": 0.0})])
    leaves = forest.leaves(rows)
    shared, parts = forest.contributions(leaves)
    assert shared + parts.sum(axis=1) == pytest.approx(forest.sums(leaves))
    assert parts[1, SCHEMA.columns.index("wording.title")] == pytest.approx(MAIN_SHARE * (2.0 - 1.0))
    assert parts[:, SCHEMA.columns.index("page.read")].tolist() == [0.0, 3.0, 3.0]  # what all read pages share
    assert parts[:, SCHEMA.columns.index("link.found")].tolist() == [0.0, 0.0, 1.0]


def test_centred_trees_have_roots_of_zero_and_the_same_sums():
    trees, taken = centred(PARTS.page)
    assert trees.value[trees.roots].tolist() == [0.0, 0.0]
    assert taken + tree_sums(trees, row(**READ)) == pytest.approx(tree_sums(PARTS.page, row(**READ)))
