"""What one sender may ask, and who counts as one."""

from __future__ import annotations

import pytest

from moderator.service import rate_limit
from moderator.service.rate_limit import RateLimiter


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_fills_up_again() -> None:
    seconds = Seconds()
    limiter = RateLimiter(6, seconds)
    assert [limiter.wait("192.0.2.1") for _ in range(7)] == [0] * 6 + [10]
    assert limiter.wait("192.0.2.2") == 0, "another sender has another bucket"
    seconds.now = 9.5
    assert limiter.wait("192.0.2.1") == 1, "asking in vain costs nothing"
    seconds.now = 10.5
    assert limiter.wait("192.0.2.1") == 0
    seconds.now = 10_000
    assert [limiter.wait("192.0.2.1") for _ in range(7)] == [0] * 6 + [10]


def test_asking_alone_counts_nothing() -> None:
    limiter = RateLimiter(1, Seconds())
    assert [limiter.wait("192.0.2.1", count=False) for _ in range(3)] == [0, 0, 0]
    assert [limiter.wait("192.0.2.1", count=count) for count in (True, False)] == [0, 60]


def test_one_network_of_ipv6_is_one_sender() -> None:
    limiter = RateLimiter(2, Seconds())
    told = [limiter.wait(address) for address in ("2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1")]
    assert [wait > 0 for wait in told] == [False, False, True, False]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "_REMEMBERED", 10)
    limiter = RateLimiter(1, Seconds())
    for number in range(100):
        limiter.wait(f"192.0.2.{number}")
    assert len(limiter._buckets) == 10
    assert limiter.wait("192.0.2.99") > 0


@pytest.mark.parametrize("address", ["", "testclient", "/run/socket"])
def test_what_is_no_address_is_not_limited(address: str) -> None:
    limiter = RateLimiter(1, Seconds())
    assert [limiter.wait(address) for _ in range(3)] == [0, 0, 0]
