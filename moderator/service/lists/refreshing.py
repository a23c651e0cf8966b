"""Refreshes subscribed lists from time to time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from moderator.batch.own_decisions import speaks_for_author
from moderator.domain_lists.subscribe import Fetch, RefreshOutcome, Subscribed
from moderator.domain_lists.subscribed import SubscribedReports
from moderator.domain_lists.trust import OwnWord
from moderator.records import Label, LinkEvidence
from moderator.service.background import BackgroundTask
from moderator.service.records import Filter
from moderator.service.store import Store
from moderator.urls import parse_url

__all__ = ["ListRefresher", "owner_words"]

_PAGE = 500
_log = logging.getLogger(__name__)


class ListRefresher(BackgroundTask):
    """Asks for lists, compares them with the owner's words, and lets them count.

    A round that fails, or is killed, leaves the last good lists; the log and the page of lists say what went wrong.

    Args:
        reports: The lists.
        fetch: Reaches the network.
        words: The owner's words.
        minutes: Between two rounds; 0: lists are only read at the start.
    """

    def __init__(
        self, reports: SubscribedReports, fetch: Fetch, words: Callable[[], Iterator[OwnWord]], minutes: int
    ) -> None:
        super().__init__("refreshing of lists", 60.0 * minutes)
        self._reports = reports
        self._fetch = fetch
        self._words = words

    def start(self) -> None:
        """Starts the thread, unless lists are only read at the start of the service."""
        if self._pause:
            super().start()

    def step(self) -> None:
        """One round.

        Raises:
            ModeratorError: The subscriptions or the history cannot be read.
        """
        if not self._reports.subscriptions():
            return
        self._reports.refresh(self._fetch, _log_subscription)
        self._reports.learn(self._words())
        self._reports.reload()


def owner_words(store: Store) -> Iterator[OwnWord]:
    """What the owner has said of authors of mentions."""
    before = 0
    while True:
        page = store.find(Filter(labelled=True), _PAGE, before)
        for mention in page.mentions:
            linkback, label, at = mention.linkback, mention.label, mention.labelled_at
            evidence = LinkEvidence() if mention.decision is None else mention.decision.evidence
            source = parse_url(linkback.source_url)
            if label is not None and at is not None and source.host and speaks_for_author(linkback, evidence):
                author = f"{source.host}{source.folder}".removeprefix("www.")
                yield OwnWord(author, label is Label.SPAM, at.timestamp())
        before = page.next
        if not before:
            return


def _log_subscription(found: Subscribed) -> None:
    if found.outcome is RefreshOutcome.FAILED:
        _log.warning("%s; the last good one stays", found.problem)
