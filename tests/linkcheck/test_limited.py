"""An allowance of looks and time for a whole run."""

from collections import Counter

from moderator.linkcheck.limited import Allowance, LimitedVerifier
from moderator.records import Linkback, LinkEvidence, LinkStatus, Post

PING = Linkback(source_url="https://a.example/", target_url="https://b.example/")
FOUND = LinkEvidence(status=LinkStatus.FOUND)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Always:
    def wait(self, source_url: str) -> float:
        return 7.0

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        return FOUND


def test_looks_are_counted() -> None:
    allowance = Allowance(looks=2, seconds=60)
    verifier = LimitedVerifier(Always(), allowance)
    assert [verifier.verify(PING) for _ in range(4)] == [FOUND, FOUND, LinkEvidence(), LinkEvidence()]
    assert (allowance.made, allowance.left) == (2, {"a.example": 2})


def test_time_runs_from_the_first_look() -> None:
    clock = Clock()
    allowance = Allowance(looks=10, seconds=60)
    verifier = LimitedVerifier(Always(), allowance, clock)
    clock.now += 1000
    assert verifier.verify(PING) is FOUND
    clock.now += 59
    assert verifier.verify(PING) is FOUND
    assert verifier.wait("https://a.example/") == 7.0
    clock.now += 1
    assert verifier.verify(PING) == LinkEvidence()
    assert verifier.wait("https://a.example/") == 0.0
    assert (allowance.made, allowance.spent) == (2, 59.0)


def test_a_look_that_was_not_made_is_not_counted() -> None:
    class Busy:
        def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
            return LinkEvidence(detail="host busy")

    allowance = Allowance(looks=1, seconds=60)
    verifier = LimitedVerifier(Busy(), allowance)
    assert [verifier.verify(PING).detail for _ in range(3)] == ["host busy"] * 3
    assert (allowance.made, allowance.left) == (0, {})


def test_what_is_left_takes_as_long_as_a_host_may_be_asked() -> None:
    assert Allowance(1, 1.0).seconds_needed() == 0.0
    one_host = Allowance(10, 60.0, made=10, spent=1.0, left=Counter({"a.example": 90}))
    assert one_host.seconds_needed() == 180.0
