from math import isnan

import pytest

from moderator.errors import HistoryError
from moderator.history.base import DAY, HOUR, RECENT, WEEK, Keys
from moderator.history.memory import MemoryHistory
from moderator.history.recent import Seen
from tests.batteries.history_battery import KEYS, NOW, SPAM, HistoryBattery, decided, entry


class TestMemoryHistory(HistoryBattery):
    @pytest.fixture
    def history(self) -> MemoryHistory:
        return MemoryHistory()


class TestWithoutBounds(HistoryBattery):
    """As a batch uses it."""

    @pytest.fixture
    def history(self) -> MemoryHistory:
        return MemoryHistory(keys=None)


def test_without_bounds_no_standing_and_no_first_date_is_forgotten() -> None:
    bounded, whole = MemoryHistory(keys=100), MemoryHistory(keys=None)
    for place in range(12_000):
        keys = Keys(place * 10 + 1, place * 10 + 2, place * 10 + 3, place * 10 + 4, 5, 6, place * 10 + 7)
        for history in (bounded, whole):
            history.observe(entry(str(place), NOW + place, keys))
            history.judge(keys, SPAM, NOW)
    first = Keys(1, 2, 3, 4, 5, 6, 7)
    assert bounded.snapshot(first, NOW + DAY, "x").site_author_reputation[1] == 0
    seen = whole.snapshot(first, NOW, "x")
    assert {each.spam for each in seen[6:11]} == {1.0}
    assert whole.snapshot(first, NOW + DAY, "x").site_author_reputation.age == DAY


def test_a_batch_needs_no_whole_linkbacks() -> None:
    whole, light, lightest = MemoryHistory(keys=None), MemoryHistory(entries=0), MemoryHistory(entries=0)
    for place in range(300):
        at, keys = NOW + place * HOUR, KEYS._replace(target=place % 7, site_author=place % 50)
        with light.transaction():
            light.observe(entry(str(place), at, keys))
            light.decide([decided(str(place))])
        whole.observe(entry(str(place), at, keys))
        lightest.observe_counts(Seen(at, str(place), keys.target, keys.domain, keys.sender), keys)
        asked = KEYS._replace(site_author=1), at + 1, "x"
        assert repr(whole.snapshot(*asked)) == repr(light.snapshot(*asked)) == repr(lightest.snapshot(*asked))
    assert len(light._entries) == len(lightest._entries) == 0
    lightest.observe_counts(
        Seen(NOW + 300 * HOUR, "299", KEYS.target, KEYS.domain, KEYS.sender), KEYS
    )  # the same id again replaces, here too
    assert lightest.snapshot(KEYS, NOW + 300 * HOUR, "0").sender.since_last == 2 * HOUR
    with pytest.raises(HistoryError, match="the latest 0"):
        light.label("299", SPAM, NOW)


def test_room_follows_the_rate_and_not_the_number() -> None:
    history = MemoryHistory(entries=100, keys=1_000)
    for place in range(30_000):
        at = NOW + place * WEEK / 1_000
        keys = Keys(place * 10 + 1, place * 10 + 2, place * 10 + 3, place * 10 + 4, 5, 6, place * 10 + 7)
        history.observe(entry(str(place), at, keys))
        history.judge(keys, SPAM, at)
    assert len(history._entries) <= 113
    assert len(history._recent._by_id) <= 2 * 5_000
    assert len(history._recent._by_key) <= 4 * 2 * 5_000
    assert len(history._tallies) <= 1_000 + 5 * 5_000
    assert len(history._first) <= 1_000 + 5_000
    assert history.snapshot(keys, at + 1, "x").site.count_7d == RECENT


def test_a_late_arrival_finds_its_windows_whole_after_a_sweep() -> None:
    history = MemoryHistory()
    times = [NOW + place * 120 for place in range(10_000)]
    for place, at in enumerate(times):
        history.observe(entry(f"{place:05}", at, KEYS._replace(site=100 + place % 97)))
    late = times[-1] - DAY + 60
    expected = sum(late - WEEK < at < late for at in times[::97])
    assert history.snapshot(KEYS._replace(site=100), late, "x").site.count_7d == expected
    assert len(history._recent._by_id) < 10_000


def test_one_wrong_date_does_not_empty_the_windows() -> None:
    history = MemoryHistory()
    for place in range(10_000):
        history.observe(entry(f"{place:05}", NOW + place if place % 4_999 else NOW * 2))
    assert history.snapshot(KEYS, NOW + 10_000, "x").sender.count_1h == RECENT


def test_what_was_let_go_cannot_be_labelled_and_gives_no_evidence() -> None:
    history = MemoryHistory(entries=10)
    for place in range(50):
        history.observe(entry(str(place), NOW + place))
    with pytest.raises(HistoryError, match="remembers only the latest 10"):
        history.label("0", SPAM, NOW)
    history.label("49", SPAM, NOW)
    history.observe(entry("0", NOW + 1))  # still one of the windows' entries
    assert history.snapshot(KEYS, NOW + 100, "x").sender.count_7d == 50


def test_a_replaced_entry_that_was_let_go_comes_back_with_a_rollback() -> None:
    history = MemoryHistory(entries=2)
    for place in range(6):
        history.observe(entry(str(place), NOW + place))
    with pytest.raises(KeyError), history.transaction():
        history.observe(entry("0", NOW + 50))
        raise KeyError
    seen = history.snapshot(KEYS, NOW + 10, "x")
    assert (seen.sender.count_7d, seen.sender.since_last) == (6, 5)
    assert isnan(seen.sender_reputation.age)
