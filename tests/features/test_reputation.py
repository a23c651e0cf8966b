from math import isnan, nan

import pytest

from moderator.domain_lists.base import NO_LISTS
from moderator.features.context import FeatureContext
from moderator.features.reputation import (
    REPUTATION,
    ReputationFeatures,
    has_bad_name,
    has_good_name,
    reputation_features,
    spam_share,
    without_reputation,
)
from moderator.history.base import DAY, UNKNOWN_SNAPSHOT, Reputation, Snapshot
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
    assert spam_share(Reputation(ham, spam, nan)) == pytest.approx(share, nan_ok=True)


@pytest.mark.parametrize("family", ["sender", "network", "domain", "template"])
def test_each_reputation_stands_in_its_place(family: str) -> None:
    seen = features(UNKNOWN_SNAPSHOT._replace(**{f"{family}_reputation": Reputation(3.0, 5.0, nan)}))._asdict()
    assert seen[f"{family}_spam_share"] == 0.6
    assert seen[f"{family}_judged"] == 8.0
    assert sum(not isnan(value) for value in seen.values()) == 2


@pytest.mark.parametrize(
    ("reputation", "days", "grey", "friend"),
    [
        (Reputation(0.0, 0.0, nan), nan, nan, 0.0),  # a stranger
        (Reputation(0.0, 0.0, 9 * DAY), 9.0, 0.0, 0.0),  # seen, never judged
        (Reputation(3.0, 0.0, 6.9 * DAY), 6.9, 1.0, 0.0),  # a new friend waits
        (Reputation(3.0, 0.0, 7 * DAY), 7.0, 0.0, 1.0),
        (Reputation(3.0, 3.5, 70 * DAY), 70.0, 0.0, 0.0),  # more often called spam
    ],
)
def test_a_new_friend_has_a_grey_period(reputation: Reputation, days: float, grey: float, friend: float) -> None:
    seen = features(UNKNOWN_SNAPSHOT._replace(site_author_reputation=reputation))
    assert (seen.site_approved, seen.site_spam) == (reputation.ham, reputation.spam)
    assert (seen.site_days_known, seen.site_grey_period, seen.site_friend) == pytest.approx(
        (days, grey, friend), nan_ok=True
    )


def test_the_group_names_each_feature() -> None:
    assert REPUTATION.names[0] == "reputation.sender_spam_share"
    assert REPUTATION.topic == "domain reputation"
    assert len(REPUTATION.names) == len(set(REPUTATION.meanings)) == len(ReputationFeatures._fields)


@pytest.mark.parametrize("family", ["sender", "network", "domain", "template", "site_author"])
def test_few_approvals_say_nothing(family: str) -> None:
    def seen(ham: float, spam: float = 0.0) -> ReputationFeatures:
        return features(UNKNOWN_SNAPSHOT._replace(**{f"{family}_reputation": Reputation(ham, spam, 9 * DAY)}))

    assert repr(seen(2.4)) == repr(seen(0.0))
    assert repr(seen(2.5)) != repr(seen(0.0))
    assert repr(seen(0.0, 1.0)) != repr(seen(0.0))  # an owner's first word against somebody counts


def test_good_and_bad_names() -> None:
    good = UNKNOWN_SNAPSHOT._replace(sender_reputation=Reputation(3.0, 0.0, nan))
    bad = UNKNOWN_SNAPSHOT._replace(site_author_reputation=Reputation(0.0, 1.0, DAY))
    assert [has_good_name(past) for past in (UNKNOWN_SNAPSHOT, good, bad)] == [False, True, False]
    assert [has_bad_name(past) for past in (UNKNOWN_SNAPSHOT, good, bad)] == [False, False, True]
    assert without_reputation(bad).site_author_reputation.age == DAY
    assert not any(name(without_reputation(past)) for past in (good, bad) for name in (has_good_name, has_bad_name))
