"""A verifier that is made when it is first needed."""

import time
from threading import Barrier, Thread

from moderator.linkcheck.base import DeferredVerifier
from moderator.records import Linkback, LinkEvidence, Post


class Idle:
    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        return LinkEvidence()


def test_threads_that_look_first_share_one_verifier() -> None:
    made: list[Idle] = []
    gate = Barrier(4)

    def make() -> Idle:
        time.sleep(0.02)
        made.append(Idle())
        return made[-1]

    verifier = DeferredVerifier(make)

    def look() -> None:
        gate.wait(5)
        verifier.verify(Linkback(source_url="https://a.example/", target_url="https://b.example/"))

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(made) == 1
