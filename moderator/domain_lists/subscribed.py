"""The lists that an owner subscribes to, as the engine asks them: refreshed, weighed, and read when first needed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from moderator.domain_lists.feed import UNREADABLE
from moderator.domain_lists.publish import write_published
from moderator.domain_lists.reported import Reported
from moderator.domain_lists.reports import PublisherReports, Reports, Statement
from moderator.domain_lists.subscribe import (
    Fetch,
    RefreshOutcome,
    Subscribed,
    Subscription,
    known_since,
    last_good,
    public_key_of,
    refresh_one,
)
from moderator.domain_lists.subscriptions import all_subscriptions, drop_subscription, subscribed_folder
from moderator.domain_lists.trust import TRUSTED, Agreement, OwnWord, Publisher, agreement, with_peers
from moderator.errors import ListError, MissingExtraError

__all__ = ["PublisherStatus", "SubscribedReports"]

BELIEVED = timedelta(days=30)
"""How long a list is believed after the day on which it expired: its publisher may be on holiday, or gone."""
_TRUST = "trust.json"
_STATUS = "status.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Status:
    """What became of the last refresh of a list."""

    checked_at: datetime | None = None
    changed_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PublisherStatus:
    """One subscription, as its owner looks at it."""

    subscription: Subscription
    weight: float
    """How far it is trusted, 0 to 1; 0 also where no list has come yet."""
    agreement: Agreement
    entries: int
    """Authors in the list in place; 0: none has come yet."""
    publisher: str
    """What it calls itself; empty: a bare list."""
    key: str
    """The public key that signed it; empty: nobody did."""
    checked_at: datetime | None
    """When it was last asked for; None: never."""
    changed_at: datetime | None
    """When it last changed; None: not known."""
    problem: str
    """Why the last refresh failed; empty: it did not."""


class SubscribedReports:
    """Subscribed lists in a folder; safe to share among threads. It asks nobody but in `refresh`.

    What is wrong with a list is logged and told by `publishers`; a look-up goes on with what can be read. Sent to
    another process it goes along as it is here, whatever lies there.

    Args:
        lists: The folder of all lists.
        configured: The subscriptions of the settings; the folder has those that were added beside them.
        clock: The moment, aware.
    """

    def __init__(
        self,
        lists: Path,
        configured: Sequence[Subscription] = (),
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._lists = lists
        self._folder = subscribed_folder(lists)
        self._configured = tuple(configured)
        self._clock = clock
        self._reports: PublisherReports | None = None
        self._lock = Lock()

    def about(self, authors: Sequence[str], wording: int | None, page: int | None) -> Reports:
        """See `PublisherReports.about`."""
        return self._loaded().about(authors, wording, page)

    def statements(self, authors: Sequence[str], wording: int | None, page: int | None) -> tuple[Statement, ...]:
        """See `PublisherReports.statements`."""
        return self._loaded().statements(authors, wording, page)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """What the owner subscribes to.

        Raises:
            ListError: The file of subscriptions cannot be read.
        """
        return all_subscriptions(self._lists, self._configured)

    def refresh(
        self,
        fetch: Fetch,
        on_outcome: Callable[[Subscribed], None] = lambda found: None,
        *,
        only: Sequence[Subscription] | None = None,
    ) -> bool:
        """Asks for lists; what has come counts from the next `reload` on.

        Args:
            fetch: Reaches the network.
            on_outcome: Is called with each outcome as it is known.
            only: Which lists; None: all that the owner subscribes to.

        Returns:
            Whether a list has changed.

        Raises:
            ListError: The file of subscriptions cannot be read.
        """
        changed = False
        for subscription in self.subscriptions() if only is None else only:
            now = self._clock()
            try:
                found = refresh_one(subscription, self._folder, fetch, now=now)
            except (ListError, MissingExtraError) as error:
                found = Subscribed(subscription, RefreshOutcome.FAILED, problem=f"list {subscription.name}: {error}")
            updated = found.outcome is RefreshOutcome.UPDATED
            before = self._status(subscription)
            self._write(
                self._folder / subscription.name / _STATUS,
                _Status(now, now if updated else before.changed_at, found.problem),
            )
            changed |= updated
            on_outcome(found)
        return changed

    def learn(self, words: Iterable[OwnWord]) -> dict[str, Agreement]:
        """Compares each list with the owner's words and with the other lists; it counts from the next `reload` on.

        Args:
            words: The owner's decisions, all of them, in any order.
        """
        own, lists = list(words), self._read()
        since = {one.name: known_since(one, self._folder) for one, _ in lists}
        found = {one.name: agreement(reported.entries, since[one.name], own) for one, reported in lists}
        trusted = [
            (one.name, reported.entries)
            for one, reported in lists
            if Publisher(one.name, (), found[one.name], one.pinned).weight >= TRUSTED
        ]
        for one, reported in lists:
            peers = [(entries, since[name]) for name, entries in trusted if name != one.name]
            found[one.name] = with_peers(found[one.name], reported.entries, since[one.name], peers, own)
        if lists:
            self._write(self._folder / _TRUST, found)
        return found

    def reload(self) -> None:
        """Reads lists and trust again; look-ups in between are answered by what was there before."""
        reports = PublisherReports(self._publishers())
        with self._lock:
            self._reports = reports

    def drop(self, name: str) -> None:
        """Ends a subscription and forgets what it said, at once.

        Raises:
            InputError: There is none of that name.
            ListError: A file cannot be read or written.
        """
        drop_subscription(self._lists, name, self._configured)
        trust = self._trust()
        if trust.pop(name, None) is not None:
            self._write(self._folder / _TRUST, trust)
        self.reload()

    def publishers(self) -> list[PublisherStatus]:
        """Every subscription with what is known of it, in order.

        Raises:
            ListError: The file of subscriptions cannot be read.
        """
        trust, found = self._trust(), []
        lists = {one.name: reported for one, reported in self._read()}
        for one in self.subscriptions():
            reported, status = lists.get(one.name), self._status(one)
            agreed = trust.get(one.name, Agreement(0, 0))
            header = reported.feed.header if reported is not None and reported.feed is not None else None
            found.append(
                PublisherStatus(
                    subscription=one,
                    weight=Publisher(one.name, (), agreed, one.pinned).weight if reported is not None else 0.0,
                    agreement=agreed,
                    entries=0 if reported is None else len(reported.entries),
                    publisher="" if header is None else header.publisher,
                    key=public_key_of(one, self._folder),
                    checked_at=status.checked_at,
                    changed_at=status.changed_at,
                    problem=status.problem,
                )
            )
        return found

    def __getstate__(self) -> dict[str, Any]:
        self._loaded()
        return {**self.__dict__, "_lock": None, "_clock": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=Lock(), _clock=lambda: datetime.now(UTC))

    def _loaded(self) -> PublisherReports:
        reports = self._reports
        if reports is None:
            with self._lock:
                if self._reports is None:
                    self._reports = PublisherReports(self._publishers())
                reports = self._reports
        return reports

    def _publishers(self) -> list[Publisher]:
        trust = self._trust()
        return [
            Publisher(one.name, reported.entries, trust.get(one.name, Agreement(0, 0)), one.pinned)
            for one, reported in self._read()
        ]

    def _read(self) -> list[tuple[Subscription, Reported]]:
        """The lists in place that are still believed; one that cannot be read is logged."""
        found = []
        try:
            subscriptions = self.subscriptions()
        except ListError as error:
            _log.error("subscribed lists are not read: %s", error)
            return []
        for one in subscriptions:
            try:
                reported = last_good(one, self._folder)
            except ListError as error:
                _log.error("list %s is not read: %s", one.name, error)
                continue
            if reported is None:
                continue
            header = reported.feed.header if reported.feed is not None else None
            if header is not None and header.expires + BELIEVED <= self._clock():
                reported = reported._replace(entries=())  # it says nothing any more
            found.append((one, reported))
        return found

    def _trust(self) -> dict[str, Agreement]:
        return _decoded(self._folder / _TRUST, dict[str, Agreement]) or {}

    def _status(self, subscription: Subscription) -> _Status:
        return _decoded(self._folder / subscription.name / _STATUS, _Status) or _Status()

    def _write(self, path: Path, value: object) -> None:
        """Losing such a record costs a refresh, so a failure to write it is only logged."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_published(path, msgspec.json.encode(value))
        except (OSError, ListError) as error:
            _log.error("%s is not written: %s", path.name, error)


def _decoded(path: Path, kind: Any) -> Any:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, *UNREADABLE):
        return None
