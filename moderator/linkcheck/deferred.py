"""A verifier that is made when it is first needed: most linkbacks need no look, and HTTP costs start-up time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from moderator.linkcheck.base import LinkVerifier
from moderator.records import Linkback, LinkEvidence, Post

__all__ = ["DeferredVerifier"]


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
