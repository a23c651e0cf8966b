"""The features that come from domain lists."""

from math import inf, isnan, log10, nan
from typing import Any, cast

import pytest

from moderator.domain_lists.base import NO_LISTS, ListHits
from moderator.features.context import FeatureContext
from moderator.features.domain_list_hits import LISTS, UNRANKED, list_features


class OnlyLists:
    """A material of which only the look-up may be read."""

    def __init__(self, lists: ListHits) -> None:
        self.lists = lists


def features(lists: ListHits) -> Any:
    return list_features(cast(FeatureContext, OnlyLists(lists)))


def test_without_lists_every_feature_is_missing() -> None:
    assert all(isnan(value) for value in features(NO_LISTS))


@pytest.mark.parametrize(
    ("rank", "expected"),
    [(1.0, 0.0), (50_000.0, log10(50_000)), (1e9, UNRANKED), (inf, UNRANKED), (nan, nan), (0.0, 0.0)],
)
def test_rank(rank: float, expected: float) -> None:
    assert features(NO_LISTS._replace(rank=rank)).rank_log10 == pytest.approx(expected, nan_ok=True)


def test_the_rest_is_told_as_it_is() -> None:
    row = features(ListHits(0.5, 0.0, 10.0, 1.0, nan, 1.0, 0.0))
    assert (row.blocked, row.allowed, row.rank_log10, row.shortener) == (0.5, 0.0, 1.0, 1.0)
    assert isnan(row.personal)
    assert (row.own_blocked, row.own_allowed) == (1.0, 0.0)


def test_names_follow_the_record() -> None:
    assert LISTS.names[0] == "domain_list_hits.blocked"
    assert len(LISTS.names) == len(LISTS.meanings) == len(NO_LISTS)
