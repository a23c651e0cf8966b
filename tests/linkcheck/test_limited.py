"""An allowance of looks and time for a whole run."""

from moderator.linkcheck.limited import LimitedVerifier
from moderator.records import Linkback, LinkEvidence, LinkStatus, Post

PING = Linkback(source_url="https://a.example/", target_url="https://b.example/")
FOUND = LinkEvidence(status=LinkStatus.FOUND)


class Always:
    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        return FOUND


def test_looks_are_counted() -> None:
    verifier = LimitedVerifier(Always(), looks=2, seconds=60)
    assert [verifier.verify(PING) for _ in range(4)] == [FOUND, FOUND, LinkEvidence(), LinkEvidence()]
    assert verifier.refused == 2


def test_time_runs_from_the_first_look() -> None:
    times = iter([100.0, 100.0, 159.0, 160.0, 161.0])
    verifier = LimitedVerifier(Always(), looks=10, seconds=60, clock=lambda: next(times))
    assert [verifier.verify(PING) for _ in range(4)] == [FOUND, FOUND, LinkEvidence(), LinkEvidence()]


def test_a_look_that_was_not_made_is_not_counted() -> None:
    class Busy:
        def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
            return LinkEvidence(detail="host busy")

    verifier = LimitedVerifier(Busy(), looks=1, seconds=60)
    assert [verifier.verify(PING).detail for _ in range(3)] == ["host busy"] * 3
    assert verifier.refused == 0
