"""The one place where the parts are put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moderator.config.settings import Settings, data_folder, read_settings
from moderator.domain_lists.lazy import LazyLists
from moderator.domain_lists.reports import ReportSource
from moderator.domain_lists.subscribed import SubscribedReports
from moderator.engine import Moderator
from moderator.features.extractor import Extractor
from moderator.history.address import Address
from moderator.history.base import History
from moderator.history.sqlite import SqliteHistory
from moderator.linkcheck.base import DeferredVerifier, LinkVerifier
from moderator.linkcheck.dns_lists import DnsListVerdicts
from moderator.model.folder import Model, load_model
from moderator.model.policy import Cutoffs, Policy

if TYPE_CHECKING:
    from moderator.linkcheck.settings import LinkCheckSettings

__all__ = [
    "build_moderator",
    "default_model_folder",
    "link_check_settings",
    "lists_folder",
    "load_moderator",
    "make_verifier",
    "open_history",
    "subscribed_reports",
    "use_model",
]


def default_model_folder() -> Path:
    """Where the model that comes with the package lies: inside an installed one, or beside it in a checkout."""
    installed = Path(__file__).parent / "_models" / "default"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "models" / "default"


def build_moderator(
    settings: Settings,
    *,
    model: Model | None = None,
    policy: Policy | None = None,
    history: History | None = None,
    extractor: Extractor | None = None,
    verifier: LinkVerifier | None = None,
    reports: ReportSource | None = None,
    homes: tuple[str, ...] = (),
    **others: Any,
) -> Moderator:
    """Puts a moderator together from settings; every part given by keyword takes the place of the usual one.

    Args:
        settings: What the owner chose.
        model: The classifier.
        policy: The cut-offs and rules.
        history: The memory.
        extractor: The features.
        verifier: What looks at source pages.
        reports: What others report whose lists the owner subscribes to.
        homes: Addresses of the receiving blogs, beside the one in the settings.
        others: Further arguments of `Moderator`.

    Raises:
        ModelError: The model is refused.
        HistoryError: The history cannot be opened.
    """
    extractor = extractor or Extractor(LazyLists(lists_folder(settings)))
    model = model or load_model(settings.model or default_model_folder(), extractor.schema)
    policy = policy or _policy(settings, model.card.cutoffs)
    if reports is None:
        reports = subscribed_reports(settings)
    return Moderator(
        model=model,
        policy=replace(policy, homes=policy.homes + homes),
        history=history or open_history(settings),
        extractor=extractor,
        verifier=verifier or make_verifier(settings),
        reports=reports,
        **{"verify": settings.verify, **others},
    )


def use_model(moderator: Moderator, model: Model, settings: Settings, homes: tuple[str, ...] = ()) -> None:
    """Lets another model decide from now on, with the owner's cut-offs where there are any.

    Args:
        moderator: What `build_moderator` made.
        model: The classifier and its card; made for the same features.
        settings: What the owner chose.
        homes: As for `build_moderator`.
    """
    policy = _policy(settings, model.card.cutoffs)
    moderator.use(model, replace(policy, homes=policy.homes + homes))


def open_history(settings: Settings) -> History:
    """The memory that the settings name.

    Raises:
        HistoryError: It cannot be opened.
        MissingExtraError: It is an address, and the packages for it are not installed.
    """
    if isinstance(settings.history, Address):
        from moderator.history.postgresql.store import PostgresqlHistory

        return PostgresqlHistory(settings.history)
    return SqliteHistory(settings.history or data_folder() / "history.sqlite3")


def load_moderator(config: Path | None = None, **parts: Any) -> Moderator:
    """The usual moderator: the default model, SQLite history, settings from file and environment.

    Args:
        config: A TOML file of settings; None: the one that ``MODERATOR_CONFIG`` names, or none.
        parts: Parts for `build_moderator`.
    """
    return build_moderator(read_settings(config), **parts)


def subscribed_reports(settings: Settings, clock: Callable[[], datetime] | None = None) -> SubscribedReports:
    """What others report whose lists the owner subscribes to; nothing is read before it is asked.

    Args:
        settings: What the owner chose.
        clock: The moment; None: the usual clock.
    """
    return SubscribedReports(
        lists_folder(settings), settings.subscriptions, **({} if clock is None else {"clock": clock})
    )


def lists_folder(settings: Settings) -> Path:
    """Where lists are kept."""
    return settings.lists or data_folder() / "lists"


def _policy(settings: Settings, cutoffs: Cutoffs) -> Policy:
    low = cutoffs.approve_below if settings.approve_below is None else settings.approve_below
    high = cutoffs.spam_from if settings.spam_from is None else settings.spam_from
    if settings.spam_from is None:
        high = max(low, high)  # an owner's cut-off moves the other one out of its way
    if settings.approve_below is None:
        low = min(low, high)
    return Policy(Cutoffs(low, high), self_pings=settings.self_pings, homes=(settings.blog,) if settings.blog else ())


def link_check_settings(settings: Settings, **others: Any) -> LinkCheckSettings:
    """What fetching goes by, as the owner chose; `others` win."""
    from moderator.linkcheck.settings import LinkCheckSettings

    chosen = {
        "allow_networks": tuple(map(str, settings.allow_networks)),
        "nat64_prefixes": settings.nat64_prefixes,
        "blog": settings.blog,
    }
    return LinkCheckSettings(**{**chosen, **others})


def make_verifier(settings: Settings, processes: int = 0) -> LinkVerifier:
    """What looks at source pages; it is made when it is first needed.

    Args:
        settings: What the owner chose.
        processes: Processes that read pages, which pays for queues; they end with this one. 0: read here.

    Raises:
        MissingExtraError: DNS lists are named, and the package for it is not installed.
    """
    lists = DnsListVerdicts(settings.dns_lists) if settings.dns_lists else None

    def make() -> LinkVerifier:
        from moderator.linkcheck.evidence import build_evidence
        from moderator.linkcheck.page_pool import PagePool
        from moderator.linkcheck.verifier import HttpVerifier

        return HttpVerifier(
            link_check_settings(settings),
            lists=lists,
            read=PagePool(processes) if processes else build_evidence,
        )

    return DeferredVerifier(make)
