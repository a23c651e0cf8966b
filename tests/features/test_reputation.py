from math import isnan, nan

import pytest

from moderator.domain_lists.base import NO_LISTS
from moderator.features.context import FeatureContext
from moderator.features.reputation import REPUTATION, ReputationFeatures, reputation_features, spam_share
from moderator.history.base import DAY, UNKNOWN_SNAPSHOT, Snapshot, Standing
from moderator.records import Linkback, LinkEvidence
from moderator.urls import parse_url


def features(snapshot: Snapshot) -> ReputationFeatures:
    linkback = Linkback(source_url="https://a.example/1", target_url="https://b.example/2")
    source, target = parse_url(linkback.source_url), parse_url(linkback.target_url)
    evidence = LinkEvidence()
    return reputation_features(FeatureContext(linkback, source, target, (), (), (), None, evidence, NO_LISTS, snapshot))


def test_what_is_not_known_is_nan() -> None:
    assert all(isnan(value) for value in features(UNKNOWN_SNAPSHOT))


@pytest.mark.parametrize(
    ("ham", "spam", "share"),
    [(0.0, 0.0, nan), (nan, nan, nan), (0.0, 2.0, 0.75), (2.0, 0.0, 0.25), (3.0, 3.0, 0.5), (0.0, 8.0, 0.9)],
)
def test_a_share_is_cautious(ham: float, spam: float, share: float) -> None:
    assert spam_share(Standing(ham, spam, nan)) == pytest.approx(share, nan_ok=True)


@pytest.mark.parametrize("family", ["sender", "network", "domain", "template"])
def test_each_standing_stands_in_its_place(family: str) -> None:
    seen = features(UNKNOWN_SNAPSHOT._replace(**{f"{family}_standing": Standing(1.0, 5.0, nan)}))._asdict()
    assert seen[f"{family}_spam_share"] == 0.75
    assert seen[f"{family}_judged"] == 6.0
    assert sum(not isnan(value) for value in seen.values()) == 2


@pytest.mark.parametrize(
    ("standing", "days", "grey", "friend"),
    [
        (Standing(0.0, 0.0, nan), nan, nan, 0.0),  # a stranger
        (Standing(0.0, 0.0, 9 * DAY), 9.0, 0.0, 0.0),  # seen, never judged
        (Standing(1.0, 0.0, 6.9 * DAY), 6.9, 1.0, 0.0),  # a new friend waits
        (Standing(1.0, 0.0, 7 * DAY), 7.0, 0.0, 1.0),
        (Standing(1.0, 1.5, 70 * DAY), 70.0, 0.0, 0.0),  # more often called spam
    ],
)
def test_a_new_friend_has_a_grey_period(standing: Standing, days: float, grey: float, friend: float) -> None:
    seen = features(UNKNOWN_SNAPSHOT._replace(neighbour_standing=standing))
    assert (seen.site_approved, seen.site_spam) == (standing.ham, standing.spam)
    assert (seen.site_days_known, seen.site_grey_period, seen.site_friend) == pytest.approx(
        (days, grey, friend), nan_ok=True
    )


def test_the_group_names_each_feature() -> None:
    assert REPUTATION.names[0] == "reputation.sender_spam_share"
    assert REPUTATION.topic == "domain reputation"
    assert len(REPUTATION.names) == len(set(REPUTATION.meanings)) == len(ReputationFeatures._fields)
