"""A verifier with an allowance for a whole run: so many looks, so much time, and then nobody looks any more."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic

from moderator.linkcheck.base import LinkVerifier
from moderator.records import Linkback, LinkEvidence, LinkStatus, Post

__all__ = ["LimitedVerifier"]


class LimitedVerifier:
    """Hands looks on to a verifier until the allowance is spent; from then on the answer is "not checked".

    Safe to share among threads, as far as the verifier is.

    Args:
        verifier: Looks.
        looks: How many looks at most.
        seconds: How long after the first look no further one is begun.
        clock: Seconds that never go back.
    """

    def __init__(
        self, verifier: LinkVerifier, looks: int, seconds: float, clock: Callable[[], float] = monotonic
    ) -> None:
        self._verifier = verifier
        self._left = looks
        self._seconds = seconds
        self._clock = clock
        self._end: float | None = None
        self._lock = Lock()
        self.refused = 0
        """Looks that were asked for when the allowance was spent."""

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        """Looks at the source page; see `LinkVerifier.verify`."""
        with self._lock:
            if self._end is None:
                self._end = self._clock() + self._seconds
            if self._left <= 0 or self._clock() >= self._end:
                self.refused += 1
                return LinkEvidence()
            self._left -= 1
        evidence = self._verifier.verify(linkback, post)
        if evidence.status is LinkStatus.NOT_CHECKED:
            with self._lock:  # it was not its turn, and nothing was looked at
                self._left += 1
        return evidence

    def wait(self, source_url: str) -> float:
        """Seconds until the host of a source may be asked again; 0: now."""
        wait: Callable[[str], float] | None = getattr(self._verifier, "wait", None)
        return 0.0 if wait is None else wait(source_url)
