"""All groups in order: one linkback with its context becomes one feature row."""

from __future__ import annotations

import itertools
from dataclasses import replace

from moderator.domain_lists.base import NO_LISTS, DomainLists, ListHits
from moderator.features.base import Group
from moderator.features.context import FeatureContext
from moderator.features.copies import COPIES
from moderator.features.domain import DOMAIN
from moderator.features.domain_list_hits import LISTS
from moderator.features.link import LINK
from moderator.features.page import PAGE
from moderator.features.relevance import RELEVANCE
from moderator.features.reputation import REPUTATION
from moderator.features.row import FeatureRow, Schema
from moderator.features.sending import SENDING
from moderator.features.text_quality import TEXT_QUALITY
from moderator.features.wording import CHANNELS, wording, wording_with_evidence
from moderator.history.base import Snapshot
from moderator.records import Case, LinkEvidence
from moderator.text import plain, post_words, words
from moderator.urls import Url, parse_url

__all__ = ["GROUPS", "Extractor"]

GROUPS = (DOMAIN, LISTS, REPUTATION, LINK, PAGE, RELEVANCE, TEXT_QUALITY, SENDING, COPIES)
"""Every numeric group, in the order of the row."""


class Extractor:
    """Turns linkbacks into feature rows, always by the same functions.

    Args:
        lists: Domain lists; None: none is loaded.
        groups: The numeric groups; names must be distinct.
    """

    def __init__(self, lists: DomainLists | None = None, groups: tuple[Group, ...] = GROUPS) -> None:
        names = tuple(name for group in groups for name in group.names)
        if len(set(names)) != len(names):
            raise ValueError("two feature groups share a feature's name")
        self._lists = lists
        self._groups = groups
        ends = list(itertools.accumulate(len(group.names) for group in groups))
        spans = [(end - len(group.names), end, group) for group, end in zip(groups, ends, strict=True)]
        self._reading_evidence = [span for span in spans if span[2].reads_evidence]
        self._reading_snapshot = [span for span in spans if span[2].reads_snapshot]
        self._reading_either = [span for span in spans if span[2].reads_evidence or span[2].reads_snapshot]
        self.schema = Schema(
            numbers=names,
            channels=CHANNELS,
            meanings=tuple(meaning for group in groups for meaning in group.meanings)
            + tuple(channel.meaning for channel in CHANNELS),
            topics=tuple(group.topic for group in groups for _ in group.names) + ("wording",) * len(CHANNELS),
        )

    def context(self, case: Case, snapshot: Snapshot) -> FeatureContext:
        """Everything the groups share, derived once."""
        linkback = case.linkback
        source = parse_url(linkback.source_url)
        final, final_lists = self._final(source, case.evidence)
        return FeatureContext(
            linkback=linkback,
            source=source,
            target=parse_url(linkback.target_url),
            title_words=words(plain(linkback.title)),
            excerpt_words=words(plain(linkback.excerpt)),
            name_words=words(plain(linkback.blog_name)),
            post=None if case.post is None else post_words(case.post),
            evidence=case.evidence,
            lists=self._hits(source),
            snapshot=snapshot,
            final=final,
            final_lists=final_lists,
        )

    def extract(self, context: FeatureContext) -> FeatureRow:
        """The feature row of a context."""
        numbers: list[float] = []
        for group in self._groups:
            numbers.extend(group.fill(context))
        return FeatureRow(tuple(numbers), wording(context))

    def with_evidence(
        self, context: FeatureContext, row: FeatureRow, evidence: LinkEvidence, snapshot: Snapshot | None = None
    ) -> tuple[FeatureContext, FeatureRow]:
        """The context and its row, had this evidence been known; only what reads it is computed again.

        Args:
            context: A context.
            row: Its row, as `extract` gives it.
            evidence: What the source page shows.
            snapshot: What the history knew, given this evidence; None: the same as in the context.

        Returns:
            Another context and its row, equal to what `extract` gives of it.
        """
        same_page = _same_page(context.evidence, evidence)
        final, final_lists = self._final(context.source, evidence)
        context = context._replace(evidence=evidence, final=final, final_lists=final_lists)
        if snapshot is not None:
            context = context._replace(snapshot=snapshot)
        spans = self._reading_evidence if snapshot is None else self._reading_either
        if same_page:
            spans = [span for span in spans if not span[2].reads_page]
        said = row.wording if same_page else wording_with_evidence(context, row.wording)
        return context, FeatureRow(_refilled(context, row, spans), said)

    def with_snapshot(
        self, context: FeatureContext, row: FeatureRow, snapshot: Snapshot
    ) -> tuple[FeatureContext, FeatureRow]:
        """The context and its row, had the history known this; only what reads the snapshot is computed again.

        Args:
            context: A context.
            row: Its row, as `extract` gives it.
            snapshot: What the history is supposed to have known.

        Returns:
            Another context and its row, equal to what `extract` gives of it.
        """
        context = context._replace(snapshot=snapshot)
        return context, FeatureRow(_refilled(context, row, self._reading_snapshot), row.wording)

    def _final(self, source: Url, evidence: LinkEvidence) -> tuple[Url | None, ListHits | None]:
        """Where redirects led and what lists say of it, as the context has them."""
        if not evidence.final_url or evidence.final_url == source.text:
            return None, None
        final = parse_url(evidence.final_url)
        return final, None if (final.host, final.folder) == (source.host, source.folder) else self._hits(final)

    def _hits(self, url: Url) -> ListHits:
        return NO_LISTS if self._lists is None else self._lists.look_up(url.host, url.folder)


def _same_page(one: LinkEvidence, other: LinkEvidence) -> bool:
    """Whether two looks differ at most in whether the page links, and shows the link."""
    return replace(one, status=other.status, hidden=other.hidden) == other


def _refilled(context: FeatureContext, row: FeatureRow, spans: list[tuple[int, int, Group]]) -> tuple[float, ...]:
    """The numbers of a row, those of some groups computed anew: where each begins and ends, and the group."""
    numbers = [*row.numbers]
    for start, end, group in spans:
        numbers[start:end] = group.fill(context)
    return tuple(numbers)
