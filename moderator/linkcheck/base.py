"""The interface of a link verifier, a lazy one, and which recorded evidence still counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Protocol

from moderator.records import Linkback, LinkEvidence, LinkStatus, Post

__all__ = ["FRESH", "DeferredVerifier", "LinkVerifier", "earliest_check", "is_answer"]

FRESH = 7 * 86400.0
"""Seconds for which an earlier look at the same source and target may answer for another linkback. A choice: long
enough for a queue whose looks take several evenings, short enough that a page that was changed is seen again."""
_ANSWERS = frozenset({LinkStatus.FOUND, LinkStatus.MISSING})
"""What a page that was read says. A failed look says nothing, and is made again."""


class LinkVerifier(Protocol):
    """Looks at a linkback's source page and says what it shows."""

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        """Reads the source page and compares it with the target, the claim and our post.

        Never raises for anything a stranger can cause: what could not be read is a status.
        """
        ...


class DeferredVerifier:
    """Stands for a verifier until the first look; safe to share among threads.

    Args:
        make: Makes the real one; called once.
    """

    def __init__(self, make: Callable[[], LinkVerifier]) -> None:
        self._make = make
        self._made: LinkVerifier | None = None
        self._lock = Lock()

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        """Looks at the source page; see `LinkVerifier.verify`."""
        if self._made is None:
            with self._lock:  # two of them would not know whom the other one asked
                self._made = self._made or self._make()
        return self._made.verify(linkback, post)

    def forget(self, source_url: str) -> None:
        """Lets the next look at a page be a new one, where pages are remembered."""
        forget: Callable[[str], None] | None = getattr(self._made, "forget", None)
        if forget is not None:
            forget(source_url)

    def wait(self, source_url: str) -> float:
        """Seconds until the host of a source may be asked again; 0: now."""
        wait: Callable[[str], float] | None = getattr(self._made, "wait", None)
        return 0.0 if wait is None else wait(source_url)


def is_answer(evidence: LinkEvidence, received_at: datetime | None) -> bool:
    """Whether recorded evidence says what the page showed to the linkback.

    Args:
        evidence: What was recorded. Evidence that does not tell when the page was read is believed.
        received_at: When the linkback came; None: not known, and then any look counts.

    >>> is_answer(LinkEvidence(LinkStatus.GONE), None), is_answer(LinkEvidence(LinkStatus.MISSING), None)
    (False, True)
    """
    if evidence.status not in _ANSWERS:
        return False
    return evidence.checked_at is None or received_at is None or evidence.checked_at >= received_at


def earliest_check(received_at: datetime | None, now: datetime) -> float:
    """From when on a look counts for a linkback, in seconds since 1970: not before it came, and not for ever."""
    fresh = now.timestamp() - FRESH
    return fresh if received_at is None else max(fresh, received_at.timestamp())
