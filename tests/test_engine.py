"""The engine: verdicts, what it remembers, and that a failure inside holds and never approves."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from moderator.engine import Moderator
from moderator.errors import HistoryError, ListError
from moderator.features.base import Group
from moderator.features.extractor import GROUPS, Extractor
from moderator.history.memory import MemoryHistory
from moderator.model.explain import BASE, REST
from moderator.model.policy import Cutoffs, Policy, Rule
from moderator.records import Case, Label, Linkback, LinkEvidence, LinkStatus, Post, SenderMatch, Verdict
from tests.small_model import small_model

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
APPROVE, HOLD, SPAM = Verdict.APPROVE, Verdict.HOLD, Verdict.SPAM
FOUND, MISSING, UNREACHABLE = LinkStatus.FOUND, LinkStatus.MISSING, LinkStatus.UNREACHABLE
SPLITS = {
    "link.found": (0.5, 0.0, -3.0),  # a link that was found speaks for ham
    "link.missing": (0.5, 0.0, 2.5),
    "link.unreachable": (0.5, 0.0, 2.0),  # a model that learned the wrong thing
    "sending.sender_1h": (2.5, 0.0, 4.0),  # three in an hour speak for spam
    "reputation.site_spam": (0.5, 0.0, 2.0),
}


def linkback(number=0, **fields):
    return Linkback(
        **{
            "source_url": f"https://friend{number}.example/post",
            "target_url": "https://blog.example/ours",
            "kind": "trackback",
            "sender_ip": "203.0.113.9",
            "received_at": NOON + timedelta(minutes=number),
            **fields,
        }
    )


class Verifier:
    def __init__(self, status=FOUND):
        self.evidence = LinkEvidence(status=status, hidden=False if status is FOUND else None)
        self.asked = []

    def verify(self, linkback, post=None):
        self.asked.append(linkback.source_url)
        return self.evidence


def moderator(**parts):
    extractor = parts.pop("extractor", None) or Extractor()
    model = small_model(extractor.schema, parts.pop("splits", SPLITS))
    policy = parts.pop("policy", Policy(Cutoffs(0.3, 0.7)))
    history = parts.pop("history", None) or MemoryHistory()
    return Moderator(model=model, policy=policy, history=history, extractor=extractor, clock=lambda: NOON, **parts)


def test_reasons_add_up_to_the_log_odds():
    decision = moderator().check(linkback(), evidence=LinkEvidence(status=FOUND, hidden=False))
    assert decision.verdict is APPROVE
    assert decision.spam_probability == pytest.approx(1 / (1 + 2.718281828459045**3))
    assert sum(reason.contribution for reason in decision.reasons) == pytest.approx(-3.0, abs=1e-12)
    assert decision.reasons[0].feature == "link.found"
    assert decision.reasons[0].meaning
    assert {reason.feature for reason in decision.reasons} <= {"link.found", REST, BASE}


def test_the_past_counts_and_the_present_does_not():
    engine = moderator()
    verdicts = [engine.check(linkback(number)).verdict for number in range(5)]
    assert verdicts == [HOLD, HOLD, HOLD, SPAM, SPAM]


def test_a_linkback_without_a_date_counts_as_received_now():
    engine = moderator()
    assert engine.check(linkback(received_at=None)).decided_at == NOON
    for number in range(1, 4):
        engine.check(linkback(number))
    assert engine.check(linkback(9)).verdict is SPAM


def test_a_label_teaches_the_history():
    engine = moderator()
    seen = LinkEvidence(status=FOUND, hidden=False)  # else anybody could have sent it
    first = engine.check(linkback(1, source_url="https://shop.example/1", sender_ip=""), evidence=seen)
    again = linkback(2, source_url="https://shop.example/2", sender_ip="")
    engine.label(first.linkback_id, "spam")
    assert engine.check(again).verdict is SPAM
    engine.label(first.linkback_id, "ham")  # a change of mind takes the first word back
    assert engine.check(linkback(3, source_url="https://shop.example/3", sender_ip="")).verdict is HOLD


def test_labelling_the_unknown_is_an_error():
    with pytest.raises(HistoryError, match="'nobody'"):
        moderator().label("nobody", "spam")
    with pytest.raises(ValueError, match="maybe"):
        moderator().label("nobody", "maybe")


def test_many_at_once_equal_one_by_one():
    cases = [Case(linkback(number)) for number in range(7)]
    one_by_one = moderator()
    expected = [one_by_one.check(case.linkback) for case in cases]
    for chunk in (1, 2, 3, 100):
        assert list(moderator().check_many(cases, chunk=chunk)) == expected


def test_a_cases_own_label_never_reaches_it_and_later_ones_only_in_time():
    def verdicts(delay):
        cases = [
            Case(
                linkback(number, source_url=f"https://shop.example/{number}", sender_ip=""),
                evidence=LinkEvidence(sender_match=SenderMatch.SAME_NETWORK),
                label=Label.SPAM,
                labelled_at=NOON + timedelta(minutes=number) + delay,
            )
            for number in range(3)
        ]
        return [decision.verdict for decision in moderator().check_many(cases)]

    assert verdicts(timedelta(seconds=1)) == [HOLD, SPAM, SPAM]
    assert verdicts(timedelta(seconds=90)) == [HOLD, HOLD, SPAM]
    assert verdicts(timedelta(days=1)) == [HOLD, HOLD, HOLD]


def test_self_ping_and_same_page():
    engine = moderator()
    own = {"source_url": "https://blog.example/other", "evidence": LinkEvidence(status=FOUND, hidden=False)}
    decision = engine.check(linkback(source_url=own["source_url"]), evidence=own["evidence"])
    assert (decision.verdict, decision.rule) == (APPROVE, Rule.SELF_PING.value)
    itself = engine.check(linkback(source_url="http://www.blog.example/ours/#top"))
    assert (itself.verdict, itself.rule) == (SPAM, Rule.SAME_PAGE.value)


def test_a_page_without_the_link_is_never_approved():
    splits = {"link.missing": (0.5, 0.0, -9.0)}
    decision = moderator(splits=splits).check(linkback(), evidence=LinkEvidence(status=MISSING))
    assert (decision.verdict, decision.rule) == (HOLD, Rule.NO_LINK.value)


def test_an_unread_page_alone_is_no_spam():
    decision = moderator().check(linkback(), evidence=LinkEvidence(status=UNREACHABLE))
    assert decision.spam_probability > 0.7
    assert (decision.verdict, decision.rule) == (HOLD, Rule.UNREAD_PAGE.value)


# looking at the page


def test_a_look_changes_the_verdict():
    verifier = Verifier(FOUND)
    decision = moderator(verifier=verifier).check(linkback(), verify=True)
    assert decision.verdict is APPROVE
    assert decision.evidence == verifier.evidence
    assert verifier.asked == ["https://friend0.example/post"]


def test_nobody_looks_unless_told():
    verifier = Verifier()
    assert moderator(verifier=verifier).check(linkback()).verdict is HOLD
    assert moderator(verifier=verifier, verify=True).check(linkback(), verify=False).verdict is HOLD
    assert not verifier.asked


def test_nobody_looks_where_it_could_not_matter():
    verifier = Verifier()
    splits = {"link.not_checked": (0.5, 5.0, 5.0), "link.found": (0.5, 5.0, 5.0), "link.missing": (0.5, 5.0, 5.0)}
    assert moderator(verifier=verifier, splits=splits).check(linkback(), verify=True).verdict is SPAM
    known = LinkEvidence(status=FOUND, hidden=False)
    assert moderator(verifier=verifier).check(linkback(), evidence=known, verify=True).verdict is APPROVE
    assert not verifier.asked


@pytest.mark.parametrize(("log_odds", "looks"), [(0.9, 2), (1.9, 2), (2.0, 0), (9.0, 0)])
def test_only_what_is_clearly_spam_by_its_words_is_spam_unseen(log_odds, looks):
    """Spam begins at odds of 0.7 to 0.3; three times those are 7 to 1, a log-odds of 1.95."""
    verifier = Verifier(FOUND)
    splits = {"link.not_checked": (0.5, 0.0, log_odds), "link.found": (0.5, 0.0, -3.0)}
    decision = moderator(verifier=verifier, splits=splits).check(linkback(), verify=True)
    [in_queue] = moderator(verifier=verifier, splits=splits).check_many([Case(linkback())], verify=True)
    assert decision.verdict == in_queue.verdict == (APPROVE if looks else SPAM)
    assert len(verifier.asked) == looks


@pytest.mark.parametrize("kind", ["pingback", "webmention", "trackback"])
def test_what_a_rule_calls_spam_is_not_looked_at(kind):
    verifier = Verifier(FOUND)
    itself = linkback(kind=kind, source_url="https://blog.example/post", target_url="https://blog.example/post")
    decision = moderator(verifier=verifier).check(itself, verify=True)
    [in_queue] = moderator(verifier=verifier).check_many([Case(itself)], verify=True)
    assert decision.rule == in_queue.rule == Rule.SAME_PAGE.value
    assert not verifier.asked


@pytest.mark.parametrize("kind", ["pingback", "webmention"])
def test_what_brings_nothing_but_an_address_is_no_spam_unseen(kind):
    """Its words stand on the page, so its address alone does not speak for it."""
    verifier = Verifier(FOUND)
    splits = {"link.not_checked": (0.5, 5.0, 5.0), "link.found": (0.5, 5.0, 5.0), "link.missing": (0.5, 5.0, 5.0)}
    moderator(verifier=verifier, splits=splits).check(linkback(kind=kind), verify=True)
    list(moderator(verifier=verifier, splits=splits).check_many([Case(linkback(kind=kind))], verify=True))
    assert len(verifier.asked) == 2
    moderator(verifier=verifier, splits=splits).check(linkback(kind=kind, excerpt="buy roses"), verify=True)
    assert len(verifier.asked) == 2


def test_a_queue_can_look_too():
    verifier = Verifier(FOUND)
    decisions = list(moderator(verifier=verifier).check_many([Case(linkback(n)) for n in range(3)], verify=True))
    assert [decision.verdict for decision in decisions] == [APPROVE] * 3
    assert len(verifier.asked) == 3


# failures inside


class Broken:
    def look_up(self, host, folder=""):
        raise ListError("domain list 'x.txt' cannot be read; mend it")


class LockedHistory(MemoryHistory):
    def __init__(self, method):
        super().__init__()
        self.method = method

    def __getattribute__(self, name):
        if name != "method" and not name.startswith("_") and name == self.method:

            def fail(*_):
                raise HistoryError("the history is locked by another process; try again")

            return fail
        return super().__getattribute__(name)


def raising(material):
    raise ZeroDivisionError("with https://secret.example/?token=1 inside")


FAILURES = {
    "list": lambda: {"extractor": Extractor(Broken())},
    "feature": lambda: {"extractor": Extractor(None, (*tuple(GROUPS), Group("bad", "t", ("bad.x",), ("x",), raising)))},
    "history snapshot": lambda: {"history": LockedHistory("snapshot")},
    "history observe": lambda: {"history": LockedHistory("observe")},
    "history transaction": lambda: {"history": LockedHistory("transaction")},
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_inside_holds_with_a_reason_and_a_log_line(failure, caplog):
    if failure != "history transaction":
        engine = moderator(**FAILURES[failure]())
        with caplog.at_level(logging.ERROR):
            decision = engine.check(linkback(), evidence=LinkEvidence(status=FOUND, hidden=False))
        check_held(decision, caplog)
    caplog.clear()
    engine = moderator(**FAILURES[failure]())
    with caplog.at_level(logging.ERROR):
        decisions = list(engine.check_many([Case(linkback(n), evidence=LinkEvidence(status=FOUND)) for n in range(3)]))
    assert len(decisions) == 3
    for decision in decisions:
        check_held(decision, caplog)


def check_held(decision, caplog):
    assert decision.verdict is HOLD
    assert decision.spam_probability == 0.5
    assert decision.rule == Rule.FAILURE.value
    [reason] = decision.reasons
    assert reason.feature == "failure"
    assert "secret" not in str(reason.value)
    assert decision.linkback_id in caplog.text


def test_one_bad_row_holds_alone():
    def picky(material):
        if material.linkback.title == "bad":
            raise ValueError
        return (0.0,)

    groups = (*tuple(GROUPS), Group("picky", "t", ("picky.x",), ("x",), picky))
    engine = moderator(extractor=Extractor(None, groups))
    cases = [
        Case(linkback(n, title="bad" if n == 1 else ""), evidence=LinkEvidence(status=FOUND, hidden=False))
        for n in range(3)
    ]
    assert [decision.verdict for decision in engine.check_many(cases)] == [APPROVE, HOLD, APPROVE]


def test_a_row_whose_features_fail_is_remembered_all_the_same():
    def failing(material):
        if material.linkback.title == "bad":
            raise ValueError
        return (0.0,)

    groups = (*tuple(GROUPS), Group("failing", "t", ("failing.x",), ("x",), failing))
    for chunk in (1, 2, 100):
        engine = moderator(extractor=Extractor(None, groups))
        cases = [Case(linkback(n, title="bad" if n < 3 else "")) for n in range(4)]
        verdicts = [decision.verdict for decision in engine.check_many(cases, chunk=chunk)]
        assert verdicts == [HOLD, HOLD, HOLD, SPAM]  # three in an hour before it


def test_a_verifier_that_raises_holds():
    class Raising(Verifier):
        def verify(self, linkback, post=None):
            raise RuntimeError

    assert moderator(verifier=Raising()).check(linkback(), verify=True).verdict is HOLD


def test_the_post_is_used():
    post = Post("https://blog.example/ours", "Tulips in spring", "Tulips flower in spring when nights are cold.")
    decision = moderator().check(linkback(excerpt="tulips flower in spring"), post)
    assert decision.verdict is HOLD


def test_a_queue_looks_at_what_would_be_held_or_approved_and_not_at_spam():
    verifier = Verifier(FOUND)
    splits = {**SPLITS, "domain.root_only": (0.5, 0.0, 9.0), "domain.ip_address": (0.5, 0.0, -9.0)}
    cases = [
        Case(linkback(0)),
        Case(linkback(1, source_url="https://shop.example/")),
        Case(linkback(2), evidence=LinkEvidence(status=FOUND, hidden=False)),
        Case(linkback(3, source_url="http://203.0.113.7/post")),
    ]
    engine = moderator(verifier=verifier, splits=splits)
    assert [decision.verdict for decision in engine.check_many(cases)] == [HOLD, SPAM, APPROVE, APPROVE]
    engine = moderator(verifier=verifier, splits=splits)
    decisions = list(engine.check_many(cases, verify=True))
    assert [decision.verdict for decision in decisions] == [APPROVE, SPAM, APPROVE, APPROVE]
    assert verifier.asked == ["https://friend0.example/post", "http://203.0.113.7/post"]


GOOD = {"link.not_checked": (0.5, -9.0, -9.0), "link.found": (0.5, -9.0, -9.0)}
"""A model that likes everything."""


@pytest.mark.parametrize("kind", ["pingback", "trackback", "webmention"])
@pytest.mark.parametrize("status", [*LinkStatus, "hidden"])
def test_nothing_is_approved_whose_page_was_not_seen_to_link(kind, status):
    verifier = Verifier()
    verifier.evidence = (
        LinkEvidence(status=FOUND, hidden=True)
        if status == "hidden"
        else LinkEvidence(status=status, hidden=False if status is FOUND else None)
    )
    wanted = APPROVE if status is FOUND else HOLD
    decision = moderator(verifier=verifier, splits=GOOD).check(linkback(kind=kind), verify=True)
    assert (decision.verdict, bool(decision.rule)) == (wanted, wanted is HOLD)
    [decision] = moderator(verifier=verifier, splits=GOOD).check_many([Case(linkback(kind=kind))], verify=True)
    assert (decision.verdict, bool(decision.rule)) == (wanted, wanted is HOLD)
    assert len(verifier.asked) == 2


def test_without_looking_the_words_decide():
    decision = moderator(splits=GOOD).check(linkback())
    assert (decision.verdict, decision.rule, decision.evidence) == (APPROVE, "", LinkEvidence())


def test_a_verified_self_ping_is_approved_and_an_unverified_one_is_not():
    own = linkback(source_url="https://blog.example/other", kind="pingback")
    assert moderator(verifier=Verifier(FOUND)).check(own, verify=True).rule == Rule.SELF_PING.value
    assert moderator(verifier=Verifier(UNREACHABLE), splits=GOOD).check(own, verify=True).verdict is HOLD


def looked_at(minutes, status=FOUND):
    seen = LinkEvidence(status=status, hidden=False if status is FOUND else None)
    return replace(seen, checked_at=NOON + timedelta(minutes=minutes))


def test_a_look_made_before_the_linkback_came_says_nothing_of_it():
    verifier = Verifier(FOUND)
    verifier.evidence = looked_at(0)
    engine = moderator(verifier=verifier)
    for number in range(2):
        again = linkback(number, source_url="https://friend.example/same", id=f"same{number}")
        assert engine.check(again, verify=True).evidence is verifier.evidence
    assert len(verifier.asked) == 2


def test_what_was_recorded_before_the_linkback_came_is_no_evidence():
    verifier = Verifier(MISSING)
    decision = moderator(verifier=verifier, splits=GOOD).check(linkback(), evidence=looked_at(-1), verify=True)
    assert (decision.evidence.status, len(verifier.asked)) == (MISSING, 1)
    own = linkback(source_url="https://blog.example/other", kind="pingback")
    assert moderator().check(own, evidence=looked_at(-1)).rule == ""
    assert moderator().check(own, evidence=looked_at(1)).rule == Rule.SELF_PING.value


@pytest.mark.parametrize("status", LinkStatus)
def test_a_later_run_takes_up_fresh_looks_and_makes_failed_ones_again(status):
    verifier = Verifier(status)
    verifier.evidence = looked_at(5, status)
    engine = moderator(verifier=verifier)
    for _ in range(2):
        [decision] = engine.check_many([Case(linkback())], verify=True)
        assert decision.evidence == (LinkEvidence() if status is LinkStatus.NOT_CHECKED else verifier.evidence)
    assert len(verifier.asked) == (1 if status in (FOUND, MISSING) else 2)
    # what a row tells of itself counts in the same way
    verifier = Verifier(FOUND)
    [decision] = moderator(verifier=verifier).check_many([Case(linkback(), evidence=looked_at(5, status))], verify=True)
    assert len(verifier.asked) == (0 if status in (FOUND, MISSING) else 1)


def test_the_text_around_the_link_is_among_the_reasons():
    evidence = LinkEvidence(status=FOUND, hidden=False, snippet="as the blog says of tulips")
    [*_, last] = moderator().check(linkback(), evidence=evidence).reasons
    assert (last.feature, last.value, last.contribution) == ("link.snippet", evidence.snippet, 0.0)
    assert moderator().check(linkback(), evidence=evidence, reasons=0).reasons == ()
