"""Puts the parts of the service together from settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from moderator.config.service import Secrets, ServiceSettings
from moderator.config.settings import Settings, data_folder
from moderator.linkcheck.base import LinkVerifier
from moderator.linkcheck.deferred import DeferredVerifier
from moderator.linkcheck.fetch import Fetcher
from moderator.linkcheck.http import RequestsTransport
from moderator.linkcheck.resolve import SystemResolver
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.linkcheck.throttle import Manners
from moderator.service.accept import Reception
from moderator.service.container import Parts, now
from moderator.service.decisions import Decisions
from moderator.service.digest import Daily
from moderator.service.events import news_for
from moderator.service.limits import Limiter
from moderator.service.metrics import Metrics
from moderator.service.store import Store
from moderator.service.sync_check import Asking
from moderator.service.targets import Fetch, Targets
from moderator.service.webhooks import Send, Teller
from moderator.service.worker import Judge, JudgingThreads
from moderator.wiring import build_moderator, make_verifier

__all__ = ["build_parts"]

_FEEDS = frozenset({"application/xml", "text/xml", "application/rss+xml", "application/atom+xml"})
_PATIENCE = 4.0
"""Seconds for one look at our own blog: a sender waits for it."""
_GUESSES = 10
"""Wrong tokens, keys and passwords that one sender may try in a minute."""
_LARGEST = 16 << 20
"""Bytes of a sitemap."""


def build_parts(
    settings: Settings,
    service: ServiceSettings,
    secrets: Secrets,
    *,
    clock: Callable[[], datetime] = now,
    verifier: LinkVerifier | None = None,
    fetch: Fetch | None = None,
    send: Send | None = None,
    **replaced: Any,
) -> Parts:
    """Opens the database and the moderator.

    Args:
        settings: What the owner chose for the engine.
        service: What the owner chose for the service.
        secrets: Keys and passwords.
        clock: The time of day.
        verifier: Looks at source pages; None: the usual one.
        fetch: Fetches from our own blogs; None: the usual one.
        send: Posts to webhooks; None: the usual one.
        replaced: Parts of the moderator, for `build_moderator`.

    Raises:
        StoreError: The database cannot be opened.
        ModeratorError: The model or the history cannot.
    """
    verifier = verifier or make_verifier(settings)
    moderator = build_moderator(settings, clock=clock, verifier=verifier, **{"verify": service.verify, **replaced})
    store = Store(service.database or data_folder() / "service.sqlite3", news_for(service.blogs))
    targets = Targets(service.blogs, fetch or _own_pages(settings))
    teller = Teller(store, service.blogs, secrets.webhook_secret, clock, send)
    metrics = Metrics(store)
    judge = Judge(service, store, moderator, verifier, targets, metrics, teller.wake, clock, *_manners(verifier))
    judging = JudgingThreads(judge, store, service.workers, clock)
    return Parts(
        settings=service,
        secrets=secrets,
        moderator=moderator,
        store=store,
        targets=targets,
        reception=Reception(store, targets, service.queue_limit, clock, judging.wake),
        limiter=Limiter(service.requests_per_minute),
        guesses=Limiter(_GUESSES),
        asking=Asking(service, store, moderator, targets, metrics, teller.wake, clock),
        metrics=metrics,
        desk=Decisions(store, moderator, teller.wake, clock),
        judging=judging,
        teller=teller,
        daily=Daily(service, secrets.mail_password, store, clock),
        clock=clock,
    )


def _manners(verifier: LinkVerifier) -> tuple[Callable[[str], None], Callable[[str], float]]:
    """What forgets a page, and what tells when a host may be asked; others than the usual verifier know neither."""
    if isinstance(verifier, DeferredVerifier):
        return verifier.forget, verifier.wait
    return lambda source_url: None, lambda source_url: 0.0


def _own_pages(settings: Settings) -> Fetch:
    """Fetches from the owner's blogs under the same guard as from strangers, but without pauses."""
    limits = LinkCheckSettings(
        allow_networks=tuple(map(str, settings.allow_networks)),
        blog=settings.blog,
        deadline=_PATIENCE,
        wire_bytes=_LARGEST,
        page_bytes=_LARGEST,
        pause=0.0,
        per_host_minute=1000,
        per_address_minute=1000,
    )
    return Fetcher(limits, SystemResolver(), RequestsTransport(), Manners(limits), types=_FEEDS).fetch
