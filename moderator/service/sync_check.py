"""Checks a linkback at once, for clients that wait for the answer; it is stored like any other mention."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import BoundedSemaphore
from time import monotonic

from moderator.config.service import ServiceSettings
from moderator.engine import REASONS, Moderator
from moderator.records import Linkback, LinkEvidence, Post
from moderator.service.accept import BusyError, new_mention
from moderator.service.metrics import Metrics
from moderator.service.records import Mention, Origin, status_of
from moderator.service.store import Accepted, Store
from moderator.service.targets import Targets

__all__ = ["SyncChecker"]

_AT_ONCE = 16
"""Linkbacks judged at once; it leaves threads of the server's 40 to the receivers and the page."""
_PATIENCE = 1.0
"""Seconds that a client waits for its turn before it is sent away."""


class SyncChecker:
    """Checks a linkback while its client waits for the answer.

    Args:
        settings: The service's settings.
        store: Keeps what was asked about.
        moderator: The engine.
        targets: Knows our posts.
        metrics: Counts.
        wake_outbox: Called when an event may be waiting in the outbox.
        clock: The time of day.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        store: Store,
        moderator: Moderator,
        targets: Targets,
        metrics: Metrics,
        wake_outbox: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._store = store
        self._moderator = moderator
        self._targets = targets
        self._metrics = metrics
        self._wake_outbox = wake_outbox
        self._clock = clock
        self._turns = BoundedSemaphore(_AT_ONCE)

    def check(
        self,
        linkback: Linkback,
        origin: Origin,
        post: Post | None = None,
        *,
        evidence: LinkEvidence | None = None,
        verify: bool | None = None,
        reasons: int = REASONS,
        keep: bool = True,
    ) -> Mention:
        """Judges a linkback and keeps it; one with the same id is judged anew.

        Args:
            linkback: What was sent; without a date, or with one to come, it counts as received now.
            origin: The door.
            post: Our post; None: not known.
            evidence: What its page showed, where that is known.
            verify: Whether to look at its page; None: as configured.
            reasons: How many single features to name.
            keep: Whether it is kept and remembered; otherwise it is a trial that leaves no trace.

        Returns:
            The mention with its decision.

        Raises:
            BusyError: Too many are being judged.
            StoreError: It cannot be kept.
        """
        now, began = self._clock(), monotonic()
        if linkback.received_at is not None and linkback.received_at > now:
            # a wrong clock elsewhere would take the history's sense of time with it
            linkback = replace(linkback, received_at=now)
        blog = self._targets.blog_of(linkback.target_url)
        name = linkback.site if blog is None else blog.name
        mention = new_mention(replace(linkback, site=name), name, origin, now)
        looks = self._settings.verify if verify is None else verify
        if not self._turns.acquire(timeout=_PATIENCE):
            raise BusyError
        try:
            decision = self._moderator.check(
                mention.linkback, post, evidence=evidence, verify=looks, reasons=reasons, remember=keep
            )
        finally:
            self._turns.release()
        shadow = self._settings.shadow
        judged = replace(mention, decision=decision, status=status_of(decision, None, shadow=shadow), shadow=shadow)
        if not keep:
            return judged
        self._metrics.judged(origin, linkback.kind, decision, monotonic() - began)
        if self._store.accept(judged) is Accepted.AGAIN:
            judged = self._store.record_decision(mention, decision, now, shadow=shadow)
        self._wake_outbox()
        return judged
