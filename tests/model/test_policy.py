"""Every hard rule, one row each, and the cut-offs' edges."""

import pytest

from moderator.model.policy import BOUGHT_LATELY, UNREAD, Cutoffs, Facts, Policy, Rule, excusable
from moderator.records import LinkEvidence, LinkStatus, Verdict

APPROVE, HOLD, SPAM = Verdict.APPROVE, Verdict.HOLD, Verdict.SPAM
POLICY = Policy(Cutoffs(0.2, 0.8))
FOUND, MISSING = LinkStatus.FOUND, LinkStatus.MISSING

CASES = [
    # below, at and above the cut-offs
    (Facts(0.0), APPROVE, None),
    (Facts(0.1999), APPROVE, None),
    (Facts(0.2), HOLD, None),
    (Facts(0.7999), HOLD, None),
    (Facts(0.8), SPAM, None),
    (Facts(1.0), SPAM, None),
    # a page that points at itself
    (Facts(0.0, same_page=True, own_page=True, status=FOUND), SPAM, Rule.SAME_PAGE),
    # the owner's lists
    (Facts(0.0, own_blocked=True, status=FOUND), SPAM, Rule.OWN_BLOCKLIST),
    (Facts(0.9, own_allowed=True, status=FOUND), APPROVE, Rule.OWN_ALLOWLIST),
    (Facts(0.9, own_allowed=True), HOLD, Rule.OWN_ALLOWLIST),
    (Facts(0.9, own_allowed=True, status=MISSING), HOLD, Rule.OWN_ALLOWLIST),
    (Facts(0.1, own_allowed=True), APPROVE, None),
    # self-pings count only when the page really links
    (Facts(0.9, own_page=True, status=FOUND), APPROVE, Rule.SELF_PING),
    (Facts(0.9, own_page=True), SPAM, None),
    (Facts(0.9, own_page=True, status=MISSING), SPAM, None),
    # a page that was read and does not link is never approved, and never for that reason spam
    (Facts(0.0, status=MISSING), HOLD, Rule.NO_LINK),
    (Facts(0.0, status=MISSING, must_see=True), HOLD, Rule.NO_LINK),
    (Facts(0.9, status=MISSING), SPAM, None),
    (Facts(0.9, status=MISSING, excused_probability=0.5), HOLD, Rule.NO_LINK),
    (Facts(0.9, status=MISSING, excused_probability=0.85), SPAM, None),
    # a page that could not be read is never approved, and never for that reason spam
    *[(Facts(0.0, status=status), HOLD, Rule.UNREAD_PAGE) for status in UNREAD],
    *[(Facts(0.9, status=status, excused_probability=0.5), HOLD, Rule.UNREAD_PAGE) for status in UNREAD],
    *[(Facts(0.9, status=status, excused_probability=0.85), SPAM, None) for status in UNREAD],
    # nor is a page whose link no reader sees
    (Facts(0.0, status=FOUND, hidden=True), HOLD, Rule.HIDDEN_LINK),
    (Facts(0.9, status=FOUND, hidden=True, excused_probability=0.5), HOLD, Rule.HIDDEN_LINK),
    (Facts(0.9, status=FOUND, hidden=True, excused_probability=0.85), SPAM, None),
    (Facts(0.9, status=FOUND, hidden=True, own_allowed=True), HOLD, Rule.OWN_ALLOWLIST),
    # where pages are looked at, what nobody has seen is not approved
    (Facts(0.0, must_see=True), HOLD, Rule.UNSEEN_PAGE),
    (Facts(0.0, must_see=True, own_allowed=True), HOLD, Rule.UNSEEN_PAGE),
    (Facts(0.0, must_see=True, own_page=True), HOLD, Rule.UNSEEN_PAGE),
    (Facts(0.0, must_see=True, status=FOUND), APPROVE, None),
    (Facts(0.5, must_see=True), HOLD, None),
    (Facts(0.9, must_see=True), SPAM, None),
]


@pytest.mark.parametrize(("facts", "verdict", "rule"), CASES)
def test_verdicts(facts, verdict, rule):
    assert POLICY.decide(facts) == (verdict, rule)


@pytest.mark.parametrize("chosen", list(Verdict))
def test_what_happens_to_self_pings_is_the_owners_choice(chosen):
    policy = Policy(Cutoffs(0.2, 0.8), self_pings=chosen)
    assert policy.decide(Facts(0.1, own_page=True, status=FOUND)) == (chosen, Rule.SELF_PING)


@pytest.mark.parametrize(("low", "high"), [(-0.1, 0.5), (0.6, 0.5), (float("nan"), 0.5)])
def test_crossed_cutoffs_are_refused(low, high):
    with pytest.raises(ValueError, match="approve_below"):
        Cutoffs(low, high)


def test_cutoffs_may_leave_no_room_for_approval_or_spam():
    assert Cutoffs(0.0, 1.1).verdict(0.0) is HOLD
    assert Cutoffs(0.0, 1.1).verdict(1.0) is HOLD


def test_only_what_is_no_reason_is_excused():
    assert excusable(LinkEvidence(FOUND, hidden=True, outbound_links=9)) == LinkEvidence(
        FOUND, hidden=False, outbound_links=9
    )
    assert excusable(LinkEvidence(MISSING, outbound_links=9)) == LinkEvidence(FOUND, outbound_links=9)
    for status in set(LinkStatus) - {MISSING}:
        seen = excusable(LinkEvidence(status, hidden=False, http_status=200))
        assert seen == (LinkEvidence() if status in UNREAD else None)


def test_every_state_of_a_page_but_found_keeps_it_from_approval():
    for status in LinkStatus:
        verdict, _ = POLICY.decide(Facts(0.0, status=status, must_see=True))
        assert (verdict is APPROVE) == (status is FOUND)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        (Facts(0.01, LinkStatus.FOUND, sent_on=True), Rule.SENT_ON),
        (Facts(0.01, LinkStatus.FOUND, copied_share=0.9), Rule.COPY),
        (Facts(0.01, LinkStatus.FOUND, copied_share=0.4), None),
        (Facts(0.01, LinkStatus.FOUND, bought_age=BOUGHT_LATELY - 1), Rule.BOUGHT_LINK),
        (Facts(0.01, LinkStatus.FOUND, bought_age=BOUGHT_LATELY), None),
        (Facts(0.01, LinkStatus.FOUND, bought_age=0.0, own_allowed=True), None),
        (Facts(0.01, LinkStatus.FOUND), None),
    ],
)
def test_a_page_that_is_a_door_or_a_copy_is_not_approved_by_its_good_words(facts: Facts, rule: Rule | None) -> None:
    assert Policy(Cutoffs(0.1, 0.9)).decide(facts) == (Verdict.APPROVE if rule is None else Verdict.HOLD, rule)


@pytest.mark.parametrize(
    ("spam_from", "probability", "clear"),
    [(0.8, 0.8, False), (0.8, 0.92, False), (0.8, 0.93, True), (0.8, 1.0, True), (1.0, 1.0, True), (1.1, 1.0, False)],
)
def test_clear_spam_has_three_times_the_odds_of_the_cut_off(spam_from: float, probability: float, clear: bool) -> None:
    assert Cutoffs(0.2, spam_from).is_clear(probability) is clear
