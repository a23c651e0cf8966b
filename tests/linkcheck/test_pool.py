import threading
import time
from collections import Counter

import pytest

from moderator.linkcheck.pool import verify_many
from moderator.records import Case, Linkback, LinkEvidence, LinkStatus, Post


def cases(*hosts: str) -> list[Case]:
    return [
        Case(Linkback(f"http://{host}/{place}", "http://ours.example/", id=str(place)))
        for place, host in enumerate(hosts)
    ]


class Verifier:
    """Notes who is looked at when."""

    def __init__(self, seconds: float = 0.0, slow: str = "") -> None:
        self.order: list[str] = []
        self.most: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._seconds = seconds
        self._slow = slow

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        host = linkback.source_url.split("/")[2]
        with self._lock:
            self.order.append(host)
            self._inside[host] += 1
            self._inside["all"] += 1
            self.most[host] = max(self.most[host], self._inside[host])
            self.most["all"] = max(self.most["all"], self._inside["all"])
        time.sleep(0.2 if host == self._slow else self._seconds)
        with self._lock:
            self._inside[host] -= 1
            self._inside["all"] -= 1
        return LinkEvidence(LinkStatus.FOUND, detail=linkback.id)


def test_order_and_progress() -> None:
    told: list[tuple[int, int]] = []
    given = cases(*["a.example", "b.example", "c.example"] * 10)
    found = verify_many(Verifier(), given, workers=4, progress=lambda done, total: told.append((done, total)))
    assert [evidence.detail for evidence in found] == [case.linkback.id for case in given]
    assert told[-1] == (30, 30)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_one_at_a_time_for_each_host_and_no_more_than_workers() -> None:
    verifier = Verifier(0.005)
    verify_many(verifier, cases(*["a.example", "b.example", "c.example", "d.example"] * 8), workers=3)
    assert all(verifier.most[host] == 1 for host in ("a.example", "b.example", "c.example", "d.example"))
    assert verifier.most["all"] == 3


def test_hosts_take_turns() -> None:
    verifier = Verifier(0.001)
    verify_many(verifier, cases(*["big.example"] * 20, "s1.example", "s2.example"), workers=1)
    assert set(verifier.order[:3]) == {"big.example", "s1.example", "s2.example"}


def test_a_slow_host_holds_up_no_other() -> None:
    verifier = Verifier(0.0, slow="slow.example")
    verify_many(verifier, cases(*["slow.example"] * 2, *["quick.example"] * 20), workers=2)
    assert verifier.order.index("slow.example", 1) > 10 or verifier.order[:2].count("slow.example") == 1


class Busy(Verifier):
    """A host that must rest."""

    def wait(self, source_url: str) -> float:
        return 0.1


def test_pauses_are_kept() -> None:
    began = time.monotonic()
    assert len(verify_many(Busy(), cases(*["a.example"] * 4), workers=4)) == 4
    assert time.monotonic() - began >= 0.3  # three pauses; a busy machine only makes them longer


class Slow(Verifier):
    """Each look takes a minute, by a clock of its own."""

    now = 0.0

    def clock(self) -> float:
        return self.now

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        self.now += 60.0
        return super().verify(linkback, post)


def test_patience_ends() -> None:
    slow = Slow()
    found = verify_many(slow, cases(*["a.example"] * 50), workers=4, patience=150.0, clock=slow.clock)
    assert [evidence.status for evidence in found] == [LinkStatus.FOUND] * 3 + [LinkStatus.NOT_CHECKED] * 47


def test_nothing_to_do() -> None:
    assert verify_many(Verifier(), []) == []
    with pytest.raises(ValueError, match="at least 1"):
        verify_many(Verifier(), cases("a.example"), workers=0)


class Broken:
    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        raise KeyError("broken")


def test_a_broken_verifier_is_not_waited_for() -> None:
    with pytest.raises(KeyError, match="broken"):
        verify_many(Broken(), cases("a.example", "b.example"))


def test_no_thread_is_left() -> None:
    before = threading.active_count()
    verify_many(Verifier(), cases("a.example", "b.example"))
    assert threading.active_count() == before


@pytest.mark.parametrize("detail", ["host busy", "host budget spent", "address budget spent"])
def test_what_was_not_its_turn_is_tried_again_and_others_go_first(detail: str) -> None:
    class Busy(Verifier):
        tries = 0

        def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
            found = super().verify(linkback, post)
            if "busy" in linkback.source_url:
                self.tries += 1
                if self.tries < 3:
                    return LinkEvidence(detail=detail)
            return found

    told: list[int] = []
    verifier = Busy()
    given = cases("busy.example", "a.example", "busy.example", "b.example")
    found = verify_many(verifier, given, workers=1, again=0.01, progress=lambda done, total: told.append(done))
    assert [evidence.detail for evidence in found] == ["0", "1", "2", "3"]
    assert verifier.order[:3] == ["busy.example", "a.example", "b.example"]
    assert told[-1] == 4


def test_what_was_left_alone_for_other_reasons_is_not_tried_again() -> None:
    class Never(Verifier):
        def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
            super().verify(linkback, post)
            return LinkEvidence(detail="failed before")

    verifier = Never()
    assert [evidence.detail for evidence in verify_many(verifier, cases("a.example"), again=0.0)] == ["failed before"]
    assert verifier.order == ["a.example"]
