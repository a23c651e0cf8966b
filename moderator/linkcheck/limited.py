"""A verifier with a limit for a whole run: a number of link checks, and a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from moderator.linkcheck.base import LinkVerifier
from moderator.records import Linkback, LinkEvidence, LinkStatus, Post
from moderator.urls import parse_url

__all__ = ["Allowance", "LimitedVerifier"]

HOST_MINUTE = 30
"""Looks that one host takes in a minute, for estimates (see `LinkCheckSettings.per_host_minute`)."""


@dataclass(slots=True)
class Allowance:
    """What a run may spend on looks, and what it has spent."""

    looks: int
    """Looks that may be made."""
    seconds: float
    """How long after the first look no further one is begun."""
    made: int = 0
    """Looks made."""
    spent: float = 0.0
    """Seconds from the first look's beginning to the last one's end."""
    left: Counter[str] = field(default_factory=Counter)
    """Looks that were asked for when the allowance was spent, by host."""

    def seconds_needed(self) -> float:
        """Roughly how long the looks that are left would take: as fast as those made, and no host asked too often.

        >>> Allowance(10, 60.0, made=10, spent=5.0, left=Counter({"a.example": 1, "b.example": 3})).seconds_needed()
        6.0
        """
        pace = self.spent / self.made if self.made else 0.0
        return max(pace * self.left.total(), 60.0 * max(self.left.values(), default=0) / HOST_MINUTE)


class LimitedVerifier:
    """Hands looks on to a verifier until the allowance is spent; from then on the answer is "not checked".

    Safe to share among threads, as far as the verifier is.

    Args:
        verifier: Looks.
        allowance: The limits; counts what was used.
        clock: Seconds that never go back.
    """

    def __init__(self, verifier: LinkVerifier, allowance: Allowance, clock: Callable[[], float] = monotonic) -> None:
        self._verifier = verifier
        self._allowance = allowance
        self._clock = clock
        self._begun: float | None = None
        self._under_way = 0
        self._lock = Lock()

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        """Looks at the source page; see `LinkVerifier.verify`."""
        allowance = self._allowance
        with self._lock:
            if self._begun is None:
                self._begun = self._clock()
            if self._is_spent():
                allowance.left[parse_url(linkback.source_url).host] += 1
                return LinkEvidence()
            self._under_way += 1
        try:
            evidence = self._verifier.verify(linkback, post)
        finally:
            with self._lock:
                self._under_way -= 1
        if evidence.status is not LinkStatus.NOT_CHECKED:  # otherwise it was not its turn, and nothing was looked at
            with self._lock:
                allowance.made += 1
                allowance.spent = self._clock() - self._begun
        return evidence

    def wait(self, source_url: str) -> float:
        """Seconds until the host of a source may be asked again; 0: now, or nobody will be asked any more."""
        with self._lock:
            if self._begun is not None and self._is_spent():
                return 0.0
        wait: Callable[[str], float] | None = getattr(self._verifier, "wait", None)
        return 0.0 if wait is None else wait(source_url)

    def _is_spent(self) -> bool:
        begun = self._clock() if self._begun is None else self._begun
        allowance = self._allowance
        return allowance.made + self._under_way >= allowance.looks or self._clock() - begun >= allowance.seconds
