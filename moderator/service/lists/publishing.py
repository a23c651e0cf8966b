"""Publishes the owner's decisions as a signed list, cached until something changes."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from moderator.batch.own_decisions import own_decision, proven_spam
from moderator.config.service import ServiceSettings
from moderator.domain_lists.feed import FeedEntry
from moderator.domain_lists.publish import EXPIRES, OwnDecision, entries_of, host_list, signed_feed
from moderator.domain_lists.signature import load_or_make_key
from moderator.records import Case, Label, Verdict
from moderator.service.records import Filter, Mention
from moderator.service.store import Store

__all__ = ["ListPublisher", "Published"]

FRESH = timedelta(minutes=2)
"""How long a list is handed out before decisions are counted again."""
_PAGE = 500
_MOST_DAYS_KEPT = 32
"""Lists of changes that are kept, each for one first day."""


@dataclass(frozen=True, slots=True)
class Published:
    """A list as it is sent."""

    body: bytes
    packed: bytes
    """The same, by gzip."""
    etag: str


class ListPublisher:
    """Makes the list; safe to share among threads.

    Args:
        store: Keeps the mentions.
        settings: What the owner chose.
        key: File of the secret key; made where there is none.
        clock: The moment, aware.

    Raises:
        ListError: The key cannot be read or made.
        MissingExtraError: ``cryptography`` is not installed.
    """

    def __init__(self, store: Store, settings: ServiceSettings, key: Path, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._key = load_or_make_key(key)
        self._clock = clock
        self._lock = Lock()
        self._entries: list[FeedEntry] = []
        self._counted_at: datetime | None = None
        self._made_at: datetime | None = None
        self._made: dict[date | None, Published] = {}

    def list(self, since: date | None = None) -> Published:
        """The signed list.

        Args:
            since: Only what has changed on this day or later; None, or a day before all that is published: everything.
        """
        with self._lock:
            now = self._counted()
            first = (now - timedelta(days=self._settings.publish_days)).date()
            if since is not None and not first <= since <= now.date():
                since = None
            if since not in self._made:
                if len(self._made) >= _MOST_DAYS_KEPT:
                    self._made.clear()
                self._made[since] = self._published(since)
            return self._made[since]

    def hosts(self) -> str:
        """The authors of nothing but spam as plain text, for other software."""
        with self._lock:
            now = self._counted()
            return host_list(self._entries, self._settings.public_url, now=now)

    def _counted(self) -> datetime:
        """Counts the decisions where the last count is not fresh; what has been made is kept where nothing changed."""
        now = self._clock()
        if self._counted_at is not None and timedelta() <= now - self._counted_at < FRESH:
            return now
        entries = entries_of(
            self._decisions(now),
            now=now,
            days=self._settings.publish_days,
            min_decisions=self._settings.publish_least,
        )
        old = self._made_at is None or not timedelta() <= now - self._made_at < EXPIRES / 2
        if old or entries != self._entries:
            self._entries, self._made_at = entries, now
            self._made.clear()
        self._counted_at = now
        return now

    def _published(self, since: date | None) -> Published:
        body = signed_feed(
            self._entries,
            self._key,
            self._settings.public_url,
            now=self._made_at or self._clock(),
            days=self._settings.publish_days,
            since=since,
            increments=True,
        )
        etag = blake2b(body, digest_size=16).hexdigest()
        return Published(body, gzip.compress(body, 6, mtime=0), etag)

    def _decisions(self, now: datetime) -> Iterator[OwnDecision]:
        """What the owner has said, and spam that its page proves; what came in shadow mode, too."""
        since = now - timedelta(days=self._settings.publish_days)
        for mention in self._found(Filter(since=since, labelled=True)):
            found = own_decision(_case(mention), spam=mention.label is Label.SPAM)
            if found is not None:
                yield found
        for mention in self._found(Filter(since=since, labelled=False, verdict=Verdict.SPAM)):
            if mention.decision is None or mention.owner_label is not None or not proven_spam(mention.decision):
                continue
            found = own_decision(_case(mention), spam=True, by_owner=False)
            if found is not None:
                yield found

    def _found(self, wanted: Filter) -> Iterator[Mention]:
        before = 0
        while True:
            page = self._store.find(wanted, _PAGE, before)
            yield from page.mentions
            before = page.next
            if not before:
                return


def _case(mention: Mention) -> Case:
    case = Case(mention.linkback, labelled_at=mention.labelled_at if mention.label is not None else None)
    return case if mention.decision is None else replace(case, evidence=mention.decision.evidence)
