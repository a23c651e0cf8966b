"""A verifier that answers from what was recorded: for training, old queues and tests. It never fetches."""

from __future__ import annotations

from collections.abc import Iterable

from moderator.records import Case, Linkback, LinkEvidence, LinkStatus, Post

__all__ = ["RecordedVerifier"]


class RecordedVerifier:
    """Answers from recorded evidence; see `moderator.linkcheck.base.LinkVerifier`.

    Args:
        cases: Linkbacks with their evidence; of several about one pair of source and target the last one counts.

    >>> known = Case(Linkback("http://a.example/", "http://b.example/"), evidence=LinkEvidence(LinkStatus.FOUND))
    >>> RecordedVerifier([known]).verify(known.linkback).status
    <LinkStatus.FOUND: 'found'>
    """

    def __init__(self, cases: Iterable[Case]) -> None:
        self._known = {
            (case.linkback.source_url, case.linkback.target_url): case.evidence
            for case in cases
            if case.evidence.status is not LinkStatus.NOT_CHECKED
        }

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        """The evidence recorded for this pair of source and target; the empty record where there is none."""
        return self._known.get((linkback.source_url, linkback.target_url), LinkEvidence())
