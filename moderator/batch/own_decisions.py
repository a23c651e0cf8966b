"""What an owner has decided, as far as it may be published and compared with what others publish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moderator.domain_lists.publish import OwnDecision
from moderator.domain_lists.trust import OwnWord
from moderator.history.base import History, is_verified
from moderator.model.policy import claim_stands
from moderator.records import Case, Decision, Label, Linkback, LinkEvidence, LinkStatus, Verdict
from moderator.replay import keys_of_case
from moderator.text import plain, words
from moderator.urls import parse_url

__all__ = ["own_decision", "own_decisions", "own_words", "proven_spam", "speaks_for_author"]

TELLING = 8
"""Words of title and excerpt from which on a wording is somebody's own: a shorter one is everybody's."""


def own_decisions(cases: Iterable[Case]) -> Iterator[OwnDecision]:
    """The owner's decisions in a table; cases without label or date, and what `own_decision` leaves out, are left out.

    Args:
        cases: Labelled linkbacks, in any order.
    """
    for case in cases:
        if case.label is not None:
            found = own_decision(case, spam=case.label is Label.SPAM)
            if found is not None:
                yield found


def own_decision(case: Case, *, spam: bool, by_owner: bool = True) -> OwnDecision | None:
    """One decision as it may be published: its author, days, and fingerprints of wording and page.

    Args:
        case: The linkback, with what its page showed; its label is not looked at.
        spam: Whether it was decided that it is spam.
        by_owner: Whether the owner said so.

    Returns:
        The decision; None: the linkback has no date or no usable source, is one within a site, or may not come from
        its source at all.
    """
    linkback = case.linkback
    source, target = parse_url(linkback.source_url), parse_url(linkback.target_url)
    if linkback.received_at is None or not source.host or source.host == target.host:
        return None
    if not speaks_for_author(linkback, case.evidence):
        return None
    keys = keys_of_case(case)
    telling = len(words(plain(f"{linkback.title} {linkback.excerpt}"))) >= TELLING
    return OwnDecision(
        author=f"{source.host}{source.folder}",
        spam=spam,
        at=linkback.received_at,
        by_owner=by_owner,
        wording=keys.template if telling else None,
        page=keys.page,
        decided_at=case.labelled_at,
    )


def speaks_for_author(linkback: Linkback, evidence: LinkEvidence) -> bool:
    """Whether a decision about a linkback says something of its source's author.

    Anybody can name an honest page as a source. So where the page was looked at, it must link and say what was sent;
    where nobody looked, the owner who decided is believed to have done so.
    """
    if evidence.status is LinkStatus.NOT_CHECKED:
        return True
    return is_verified(evidence) and claim_stands(linkback.kind, evidence)


def proven_spam(decision: Decision) -> bool:
    """Whether a decision that the owner has not confirmed may be published: spam of a page that was read and links.

    What other publishers report had no part in it: else their reports would come back to them as somebody else's.
    """
    return (
        decision.verdict is Verdict.SPAM
        and decision.evidence.status is LinkStatus.FOUND
        and not any(reason.feature == "reports.spam" for reason in decision.reasons)
    )


def own_words(history: History) -> Iterator[OwnWord]:
    """What the owner has said of authors, for comparing others with it.

    Args:
        history: The memory.

    Raises:
        HistoryError: It cannot be read.
    """
    for each in history.labelled():
        linkback = each.entry.linkback
        source = parse_url(linkback.source_url)
        if source.host and speaks_for_author(linkback, each.entry.evidence):
            author = f"{source.host}{source.folder}".removeprefix("www.")
            yield OwnWord(author, each.label is Label.SPAM, each.labelled_at)
