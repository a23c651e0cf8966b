from math import isnan

import pytest

from moderator.domain_lists.base import NO_LISTS
from moderator.features.context import FeatureContext
from moderator.features.sending import SENDING, SendingFeatures, sending_features
from moderator.history.base import DAY, HOUR, UNKNOWN_SNAPSHOT, Entry, Keys, Snapshot
from moderator.history.memory import MemoryHistory
from moderator.records import Linkback, LinkEvidence
from moderator.urls import parse_url

NOW = 1_700_000_000.0
KEYS = Keys(sender=1, network=2, domain=3, template=4, target=5, site=6, site_author=7)


def features(snapshot: Snapshot) -> SendingFeatures:
    linkback = Linkback(source_url="https://a.example/1", target_url="https://b.example/2")
    source, target = parse_url(linkback.source_url), parse_url(linkback.target_url)
    evidence = LinkEvidence()
    return sending_features(FeatureContext(linkback, source, target, (), (), (), None, evidence, NO_LISTS, snapshot))


def history(*past: tuple[float, Keys]) -> MemoryHistory:
    memory = MemoryHistory()
    for place, (at, keys) in enumerate(past):
        linkback = Linkback(source_url="https://a.example/1", target_url="https://b.example/2", id=str(place))
        memory.observe(Entry(linkback, keys, at, LinkEvidence()))
    return memory


def test_what_is_not_known_is_not_none() -> None:
    assert all(isnan(value) for value in features(UNKNOWN_SNAPSHOT))


def test_each_count_stands_in_its_place() -> None:
    """Every field of the snapshot has its own value; none may land under another name."""
    snapshot = Snapshot._make(
        [activity._make(range(100 * family, 100 * family + 9)) for family, activity in enumerate(UNKNOWN_SNAPSHOT[:6])]
        + list(UNKNOWN_SNAPSHOT[6:])
    )
    for name, value in features(snapshot)._asdict().items():
        family, _, field = name.partition("_")
        known = getattr(snapshot, family)
        assert value == getattr(known, field if hasattr(known, field) else f"count_{field}"), name


def test_a_burst_shows() -> None:
    past = [(NOW - 10 * place, KEYS._replace(target=50 + place, domain=30 + place % 3)) for place in range(1, 11)]
    burst = features(history(*past).snapshot(KEYS._replace(domain=30), NOW, "x"))
    assert (burst.sender_1h, burst.sender_targets_1h, burst.sender_domains_7d, burst.sender_since_last) == (
        10,
        10,
        3,
        10,
    )
    assert (burst.template_7d, burst.template_targets_7d, burst.template_senders_7d) == (10, 10, 1)
    assert (burst.domain_1h, burst.target_1h, burst.site_24h) == (3, 0, 10)


@pytest.mark.parametrize(("age", "expected"), [(HOUR / 2, (1, 1, 1)), (2 * HOUR, (0, 1, 1)), (2 * DAY, (0, 0, 1))])
def test_windows(age: float, expected: tuple[int, int, int]) -> None:
    seen = features(history((NOW - age, KEYS)).snapshot(KEYS, NOW, "x"))
    assert (seen.network_1h, seen.network_24h, seen.network_7d) == expected


def test_the_group_names_each_feature() -> None:
    assert SENDING.names[0] == "sending.sender_1h"
    assert len(SENDING.names) == len(set(SENDING.meanings)) == len(SendingFeatures._fields)
