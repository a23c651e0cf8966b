"""The parts of the service that its endpoints share, built from settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from moderator.config.service import Secrets, ServiceSettings
from moderator.config.settings import Settings, data_folder
from moderator.domain_lists.subscribed import SubscribedReports
from moderator.engine import Moderator
from moderator.features.row import Schema
from moderator.history.address import Address
from moderator.linkcheck.base import DeferredVerifier, LinkVerifier
from moderator.linkcheck.fetch import Fetcher
from moderator.linkcheck.http import RequestsTransport
from moderator.linkcheck.list_download import ListDownload
from moderator.linkcheck.resolve import SystemResolver
from moderator.linkcheck.throttle import Throttle
from moderator.service.accept import LinkbackAcceptor
from moderator.service.decisions import Decisions
from moderator.service.digest import DailyTasks
from moderator.service.events import event_maker
from moderator.service.export import our_posts
from moderator.service.health import Health
from moderator.service.learning.folders import ModelFolders
from moderator.service.learning.learner import Learner
from moderator.service.learning.process import Job, Retrain, run_retraining
from moderator.service.learning.rescoring import Rescorer
from moderator.service.lists.publishing import ListPublisher
from moderator.service.lists.refreshing import ListRefresher, owner_words
from moderator.service.metrics import Metrics
from moderator.service.rate_limit import RateLimiter
from moderator.service.store import Store
from moderator.service.sync_check import SyncChecker
from moderator.service.targets import Fetch, Targets
from moderator.service.webhooks import Send, WebhookSender
from moderator.service.worker import Worker, WorkerPool
from moderator.wiring import (
    build_moderator,
    default_model_folder,
    link_check_settings,
    lists_folder,
    make_verifier,
    subscribed_reports,
    use_model,
)

__all__ = ["Container", "build_container", "now"]

_FEEDS = frozenset({"application/xml", "text/xml", "application/rss+xml", "application/atom+xml"})
_PATIENCE = 4.0
"""Seconds for one look at our own blog: a sender waits for it."""
_KILOBYTES = 1024
"""Kilobytes of bodies that one sender may send to the receivers in a minute."""
_GUESSES = 10
"""Wrong tokens, keys and passwords that one sender may try in a minute."""
_LARGEST = 16 << 20
"""Bytes of a sitemap."""


def now() -> datetime:
    """The usual clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Container:
    """Everything that a door needs; it stands at ``app.state.container``."""

    settings: ServiceSettings
    secrets: Secrets
    moderator: Moderator
    store: Store
    targets: Targets
    """Our own posts."""
    acceptor: LinkbackAcceptor
    """Takes linkbacks in at the receivers."""
    byte_limiter: RateLimiter
    """How many kilobytes one sender may hand the receivers."""
    limiter: RateLimiter
    """What one sender may ask of the receivers."""
    wrong_attempts: RateLimiter
    """How many wrong tokens, keys and passwords one sender may try."""
    sync_checker: SyncChecker
    """Checks while a client waits."""
    metrics: Metrics
    decisions: Decisions
    """Where the owner's labels are taken."""
    workers: WorkerPool
    """Judges what waits."""
    webhooks: WebhookSender
    """Delivers webhooks."""
    daily_tasks: DailyTasks
    """Sends the digest and forgets what is old."""
    health: Health
    """Finds out whether all of it works."""
    reports: SubscribedReports
    """Lists of other blogs that the owner subscribes to."""
    list_refresher: ListRefresher
    """Refreshes them."""
    learner: Learner
    """Makes models of the owner's decisions, and sees which one is in use."""
    publisher: ListPublisher | None = None
    """Publishes the owner's decisions; None: they are not published."""
    clock: Callable[[], datetime] = now

    def start(self) -> None:
        """Begins what runs beside the doors."""
        self.workers.start()
        self.webhooks.start()
        self.decisions.start()
        self.daily_tasks.start()
        self.list_refresher.start()
        self.learner.start()

    def stop(self) -> None:
        """Ends it, and closes what was opened; nothing that was accepted is lost."""
        self.learner.stop()
        self.workers.stop()
        self.webhooks.stop()
        self.decisions.stop()
        self.daily_tasks.stop()
        self.list_refresher.stop()
        self.moderator.close()
        self.store.close()


def build_container(
    settings: Settings,
    service: ServiceSettings,
    secrets: Secrets,
    *,
    clock: Callable[[], datetime] = now,
    verifier: LinkVerifier | None = None,
    fetch: Fetch | None = None,
    send: Send | None = None,
    retrain: Retrain = run_retraining,
    **replaced: Any,
) -> Container:
    """Opens the database and the moderator.

    Args:
        settings: What the owner chose for the engine.
        service: What the owner chose for the service.
        secrets: Keys and passwords.
        clock: The time of day.
        verifier: Looks at source pages; None: the usual one.
        fetch: Fetches from our own blogs; None: the usual one.
        send: Posts to webhooks; None: the usual one.
        retrain: Makes new models.
        replaced: Container of the moderator, for `build_moderator`.

    Raises:
        StoreError: The database cannot be opened.
        ModeratorError: The model or the history cannot.
    """
    verifier = verifier or make_verifier(settings)
    reports = subscribed_reports(settings, clock)
    homes = tuple(blog.url for blog in service.blogs)
    moderator = build_moderator(
        settings, clock=clock, verifier=verifier, reports=reports, homes=homes, **{"verify": service.verify, **replaced}
    )
    store = Store(service.database or data_folder() / "service.sqlite3", event_maker(service.blogs))
    targets = Targets(service.blogs, fetch or _own_pages(settings))
    webhooks = WebhookSender(store, service.blogs, secrets.webhook_secret, clock, send)
    metrics = Metrics(store)
    worker = Worker(service, store, moderator, verifier, targets, metrics, webhooks.wake, clock, *_page_hooks(verifier))
    workers = WorkerPool(worker, store, service.workers, clock)
    # a history that the caller brought along is nowhere for another process to find
    history = "" if "history" in replaced else _place(settings.history, "history.sqlite3")
    learner = Learner(
        service.learning,
        store,
        _folders(settings, service, moderator.schema),
        _job(settings, service, store, targets, history),
        lambda model: use_model(moderator, model, settings, homes),
        Rescorer(store, moderator, worker.rescore),
        clock,
        retrain,
    )
    learner.reload()
    return Container(
        settings=service,
        secrets=secrets,
        moderator=moderator,
        store=store,
        targets=targets,
        acceptor=LinkbackAcceptor(store, targets, service.queue_limit, clock, workers.wake),
        byte_limiter=RateLimiter(_KILOBYTES),
        limiter=RateLimiter(service.requests_per_minute),
        wrong_attempts=RateLimiter(_GUESSES),
        sync_checker=SyncChecker(service, store, moderator, targets, metrics, webhooks.wake, clock),
        metrics=metrics,
        decisions=Decisions(store, moderator, webhooks.wake, clock, lambda id: store.queue(id, clock())),
        workers=workers,
        webhooks=webhooks,
        daily_tasks=DailyTasks(service, secrets.mail_password, store, clock, moderator.prune),
        health=Health(store, moderator, workers),
        reports=reports,
        list_refresher=ListRefresher(
            reports, ListDownload(link_check_settings(settings)), lambda: owner_words(store), service.refresh_minutes
        ),
        publisher=ListPublisher(store, service, service.lists_key or data_folder() / "lists.key", clock)
        if service.publish_lists
        else None,
        learner=learner,
        clock=clock,
    )


def _folders(settings: Settings, service: ServiceSettings, schema: Schema) -> ModelFolders:
    """Where learned models lie."""
    beside = service.database.parent if isinstance(service.database, Path) else data_folder()
    return ModelFolders(service.learning.folder or beside / "models", settings.model or default_model_folder(), schema)


def _place(chosen: Path | Address | None, usual: str) -> str:
    """Where a database lies, for another process: a file or an address."""
    if isinstance(chosen, Address):
        return chosen.text
    return str(chosen or data_folder() / usual)


def _job(
    settings: Settings, service: ServiceSettings, store: Store, targets: Targets, history: str
) -> Callable[[], Job]:
    """What retrainings work on, read anew for each."""
    chosen = {name: getattr(settings, name) for name in ("blog", "approve_below", "spam_from", "self_pings")}

    def job() -> Job:
        return Job(
            database=_place(service.database, "service.sqlite3"),
            history=history,
            lists=str(lists_folder(settings)),
            base="",
            in_use="",
            output="",
            verify=service.verify,
            chosen=chosen,
            posts=our_posts(store, targets),
        )

    return job


def _page_hooks(verifier: LinkVerifier) -> tuple[Callable[[str], None], Callable[[str], float]]:
    """What forgets a page, and what tells when a host may be asked; others than the usual verifier know neither."""
    if isinstance(verifier, DeferredVerifier):
        return verifier.forget, verifier.wait
    return lambda source_url: None, lambda source_url: 0.0


def _own_pages(settings: Settings) -> Fetch:
    """Fetches from the owner's blogs under the same guard as from strangers, but without pauses."""
    limits = link_check_settings(
        settings,
        deadline=_PATIENCE,
        wire_bytes=_LARGEST,
        page_bytes=_LARGEST,
        pause=0.0,
        per_host_minute=1000,
        per_address_minute=1000,
    )
    return Fetcher(limits, SystemResolver(), RequestsTransport(), Throttle(limits), types=_FEEDS).fetch
