import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.linkcheck.throttle import FAILURES, Throttle
from moderator.records import LinkStatus


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def throttle(clock: Clock, **changes: float) -> Throttle:
    return Throttle(LinkCheckSettings(**changes), clock)  # type: ignore[arg-type]  # counts and seconds


def test_pause_between_two_looks() -> None:
    clock = Clock()
    made = throttle(clock, pause=2.0)
    with made.turn("a", 1.0):
        assert made.next_turn("a") == float("inf")
        assert made.next_turn("b") == 0.0
        clock.now += 5.0
    # The pause counts from the end of the look.
    assert made.next_turn("a") == 2.0
    with pytest.raises(FetchError, match="host busy") as caught, made.turn("a", 1.0):
        pass
    assert caught.value.status is LinkStatus.NOT_CHECKED
    clock.now += 2.0
    with made.turn("a", 0.0):
        pass


def test_budget_of_a_minute() -> None:
    clock = Clock()
    made = throttle(clock, pause=0.0, per_host_minute=3)
    for _ in range(3):
        with made.turn("a", 0.0):
            clock.now += 10.0
    with pytest.raises(FetchError, match="host budget spent"), made.turn("a", 100.0):
        pass
    assert made.next_turn("a") == 30.0
    clock.now += 30.0
    with made.turn("a", 0.0):
        pass


def test_budget_of_an_address() -> None:
    clock = Clock()
    made = throttle(clock, per_address_minute=2)
    made.count_address("8.8.8.8")
    made.count_address("8.8.8.8")
    made.count_address("8.8.4.4")
    with pytest.raises(FetchError, match="address budget spent"):
        made.count_address("8.8.8.8")
    clock.now += 61.0
    made.count_address("8.8.8.8")


CAME = datetime(2026, 5, 4, 12, tzinfo=UTC)
BEFORE, AFTER = CAME - timedelta(seconds=1), CAME + timedelta(seconds=1)


def test_failures_rest_longer_each_time() -> None:
    clock = Clock()
    made = throttle(clock, failed_seconds=100.0)
    error = FetchError(LinkStatus.UNREACHABLE, "timeout")
    for rest in (100.0, 200.0, 400.0):
        made.record_failure("u", error, AFTER)
        clock.now += rest - 1
        assert made.known_failure("u", CAME) is error
        clock.now += 2
        assert made.known_failure("u", CAME) is None
    for _ in range(50):
        made.record_failure("u", error, AFTER)
    clock.now += 86400.0
    assert made.known_failure("u", CAME) is None
    made.record_failure("u", error, AFTER)
    made.record_success("u")
    assert made.known_failure("u", CAME) is None


def test_a_failure_before_the_linkback_came_is_no_answer_to_it() -> None:
    made = throttle(Clock(), failed_seconds=100.0)
    error = FetchError(LinkStatus.UNREACHABLE, "timeout")
    for _ in range(FAILURES - 1):
        made.record_failure("u", error, BEFORE)
        assert made.known_failure("u", CAME) is None
        assert made.known_failure("u", BEFORE) is error
        assert made.known_failure("u", None) is error
    made.record_failure("u", error, BEFORE)
    failure = made.known_failure("u", CAME)
    assert failure is not None
    assert (failure.status, failure.detail) == (LinkStatus.NOT_CHECKED, "failed before")


def test_memory_is_bounded() -> None:
    clock = Clock()
    made = throttle(clock, remembered=10)
    for number in range(100):
        with made.turn(f"host{number}", 0.0):
            pass
        made.count_address(str(number))
        made.record_failure(str(number), FetchError(LinkStatus.UNREACHABLE, "dns"), AFTER)
    assert max(len(made._hosts), len(made._addresses), len(made._failures)) <= 11


def test_one_at_a_time() -> None:
    made = Throttle(LinkCheckSettings(pause=0.0, per_host_minute=1000))
    inside = most = 0
    lock = threading.Lock()

    def look() -> None:
        nonlocal inside, most
        with made.turn("a", 5.0):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.005)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=look) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_turn_is_given_back_after_an_error() -> None:
    made = Throttle(LinkCheckSettings(pause=0.0))
    with pytest.raises(KeyError), made.turn("a", 1.0):
        raise KeyError
    with made.turn("a", 0.0):
        pass
