"""What subscribed lists do to decisions: they add up in the reasons, hold at most alone, and never approve."""

import itertools
import math
import pickle
from datetime import UTC, date, datetime

import pytest

from moderator.domain_lists.feed import FeedEntry
from moderator.domain_lists.reports import PublisherReports
from moderator.domain_lists.trust import Publisher
from moderator.engine import Moderator
from moderator.features.extractor import Extractor
from moderator.history.base import UNKNOWN_SNAPSHOT
from moderator.history.memory import MemoryHistory
from moderator.model.policy import Cutoffs, Policy, Rule
from moderator.records import Case, Decision, Linkback, LinkEvidence, LinkStatus, Verdict
from moderator.replay import keys_of_case
from tests.small_model import small_model

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
APPROVE, HOLD, SPAM = Verdict.APPROVE, Verdict.HOLD, Verdict.SPAM
SPLITS = {"link.found": (0.5, 0.0, -2.5), "link.missing": (0.5, 0.0, 2.5), "link.sponsored": (0.5, 0.0, 5.0)}
CUTOFFS = Cutoffs(0.2, 0.8)
FOUND = LinkEvidence(status=LinkStatus.FOUND, checked_at=NOON, hidden=False)


def lists(*, spam: int = 0, ham: int = 0, others: int = 0, author: str = "site.example") -> PublisherReports:
    """Friends of whom some report an author as spam, some as ham, and others say nothing of it."""
    said = [FeedEntry(author, 9, 0, date(2026, 5, 1))] * spam + [FeedEntry(author, 0, 9, date(2026, 5, 1))] * ham
    said += [FeedEntry("elsewhere.example", 9, 0, date(2026, 5, 1))] * others
    return PublisherReports([Publisher(f"friend{n}", (entry,), pinned=True) for n, entry in enumerate(said)])


def check(reports: PublisherReports | None, evidence: LinkEvidence = FOUND, verify: bool = False) -> Decision:
    extractor = Extractor()
    engine = Moderator(
        model=small_model(extractor.schema, SPLITS),
        policy=Policy(CUTOFFS),
        history=MemoryHistory(),
        extractor=extractor,
        reports=reports,
    )
    linkback = Linkback("https://site.example/post", "https://blog.example/ours", "webmention", received_at=NOON)
    [many] = engine.check_many([Case(linkback, None, evidence)], reasons=20)
    live = engine.check(linkback, evidence=evidence, verify=verify, reasons=20)
    assert (live.verdict, live.spam_probability) == (many.verdict, many.spam_probability), "live and queue differ"
    return live


@pytest.mark.parametrize("status", [LinkStatus.FOUND, LinkStatus.MISSING, LinkStatus.NOT_CHECKED])
def test_where_nobody_says_anything_decisions_are_the_same_to_the_last_bit(status: LinkStatus) -> None:
    evidence = LinkEvidence(status=status, checked_at=NOON, hidden=False)
    alone = check(None, evidence)
    for reports in (PublisherReports(), lists(others=3), lists(spam=2, author="site.example/~ann")):
        assert check(reports, evidence) == alone


def test_reports_add_up_in_the_reasons() -> None:
    for spam, ham in itertools.product(range(4), range(3)):
        decision = check(lists(spam=spam, ham=ham))
        log_odds = sum(reason.contribution for reason in decision.reasons)
        assert 1 / (1 + math.exp(-log_odds)) == pytest.approx(decision.spam_probability, abs=1e-12)
        named = [reason.feature for reason in decision.reasons if reason.feature.startswith("reports.")]
        assert ("reports.spam" in named) is (spam > 0)
        assert ("reports.ham" in named) is (ham > 0)


def test_one_friend_holds_and_never_makes_spam() -> None:
    assert check(None).verdict is APPROVE
    decision = check(lists(spam=1))
    assert decision.verdict is HOLD
    assert decision.spam_probability >= CUTOFFS.spam_from
    assert decision.rule == Rule.REPORTS_ALONE
    assert check(lists(spam=1), LinkEvidence()).verdict is HOLD, "what was held is not made spam either"


def test_most_of_several_friends_make_spam() -> None:
    assert check(lists(spam=2)).verdict is SPAM
    assert check(lists(spam=2, others=1)).verdict is SPAM
    assert check(lists(spam=3, others=4)).verdict is HOLD, "three of seven"
    assert check(lists(spam=4, others=3)).verdict is SPAM
    assert check(lists(spam=2, ham=1)).verdict is HOLD, "a friend knows better"


@pytest.mark.parametrize("status", list(LinkStatus))
@pytest.mark.parametrize("spam", [0, 1, 2])
def test_praise_makes_nothing_better(status: LinkStatus, spam: int) -> None:
    evidence = LinkEvidence(status=status, checked_at=NOON, hidden=False)
    before, after = check(lists(spam=spam), evidence), check(lists(spam=spam, ham=7), evidence)
    assert after.spam_probability == before.spam_probability
    if before.verdict is not SPAM:
        assert after.verdict is before.verdict
    assert after.verdict is not APPROVE or check(None, evidence).verdict is APPROVE


def test_what_is_spam_anyway_stays_so() -> None:
    bought = LinkEvidence(status=LinkStatus.FOUND, checked_at=NOON, hidden=False, sponsored=True)
    assert check(None, bought).verdict is SPAM
    for reports in (lists(spam=1), lists(ham=5), lists(spam=1, ham=5)):
        assert check(reports, bought).verdict is SPAM


def test_an_unread_page_is_no_spam_for_one_report() -> None:
    unread = LinkEvidence(status=LinkStatus.UNREACHABLE, checked_at=NOON)
    assert check(lists(spam=1), unread).verdict is HOLD


def test_it_can_be_sent_to_other_processes() -> None:
    extractor = Extractor()
    engine = Moderator(
        model=small_model(extractor.schema, SPLITS),
        policy=Policy(CUTOFFS),
        history=MemoryHistory(),
        extractor=extractor,
        reports=lists(spam=1),
    )
    linkback = Linkback("https://site.example/post", "https://blog.example/ours", "webmention", received_at=NOON)
    case = Case(linkback, None, FOUND)
    sent = pickle.loads(pickle.dumps(engine.scorer))
    pasts = [(keys_of_case(case), UNKNOWN_SNAPSHOT)]
    [there], [here] = sent.decide_cases([case], pasts)[0], engine.scorer.decide_cases([case], pasts)[0]
    assert (there.verdict, there.rule, there.spam_probability) == (here.verdict, here.rule, here.spam_probability)
    assert there.rule == Rule.REPORTS_ALONE
