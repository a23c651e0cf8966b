"""What of a table of labelled linkbacks an owner may publish: authors, days, and fingerprints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moderator.domain_lists.publish import OwnDecision
from moderator.records import Case, Label
from moderator.replay import keys_of_case
from moderator.urls import parse_url

__all__ = ["own_decisions"]


def own_decisions(cases: Iterable[Case]) -> Iterator[OwnDecision]:
    """The owner's decisions; cases without label or date, and links within one site, are left out.

    Args:
        cases: Labelled linkbacks, in any order.
    """
    for case in cases:
        linkback = case.linkback
        if case.label is None or linkback.received_at is None:
            continue
        source, target = parse_url(linkback.source_url), parse_url(linkback.target_url)
        if not source.host or source.host == target.host:
            continue
        keys = keys_of_case(case)
        author = f"{source.host}{source.folder}"
        yield OwnDecision(author, case.label is Label.SPAM, linkback.received_at, wording=keys.template, page=keys.page)
