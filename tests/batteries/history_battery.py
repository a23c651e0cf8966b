"""What every history must do. A subclass gives the fixture `history`, empty and open."""

from dataclasses import replace
from datetime import UTC, datetime
from math import inf, isnan, nan

import pytest

from moderator.errors import HistoryError, NotRememberedError
from moderator.history.base import (
    DAY,
    HALF_LIFE,
    HOUR,
    RECENT,
    UNKNOWN_ACTIVITY,
    UNKNOWN_REPUTATION,
    UNKNOWN_SNAPSHOT,
    WEEK,
    Entry,
    History,
    Holdings,
    Keys,
)
from moderator.records import Decision, Label, Linkback, LinkEvidence, LinkStatus, Reason, SenderMatch, Verdict

NOW = 1_700_000_000.0
KEYS = Keys(sender=1, network=2, domain=3, template=4, target=5, site=6, site_author=7)
WORDED = KEYS._replace(title=8, slug=9, excerpt=10, page=11, bought=12)
VERIFIED = LinkEvidence(sender_match=SenderMatch.SAME_NETWORK)
NO_KEYS = Keys(*[None] * 7)
HAM, SPAM = Label.HAM, Label.SPAM


def entry(
    id: str,
    at: float = NOW,
    keys: Keys = KEYS,
    *,
    evidence: LinkEvidence | None = None,
    decision: Decision | None = None,
    source: str = "https://a.example/1",
) -> Entry:
    received = None if isnan(at) else datetime.fromtimestamp(at, UTC)
    linkback = Linkback(source_url=source, target_url="https://b.example/2", received_at=received, id=id)
    return Entry(linkback, keys, at, evidence or LinkEvidence(), decision)


def checked(at: float, status: LinkStatus = LinkStatus.FOUND, **fields: object) -> LinkEvidence:
    return LinkEvidence(status=status, checked_at=datetime.fromtimestamp(at, UTC), **fields)  # type: ignore[arg-type]


def decided(id: str, evidence: LinkEvidence | None = None) -> Decision:
    return Decision(
        linkback_id=id,
        verdict=Verdict.HOLD,
        spam_probability=0.25,
        reasons=(Reason("sending.sender_1h", 3.0, 0.5, "many"), Reason("domain.punycode", "xn--", -0.1, "name")),
        evidence=evidence or LinkEvidence(),
        rule="never_approve_missing",
        decided_at=datetime.fromtimestamp(NOW, UTC),
        model="default-0123",
    )


def same(first: object, second: object) -> bool:
    """Equal to the last bit; nan equals nan."""
    return repr(first) == repr(second)


class HistoryBattery:
    def test_an_empty_history_knows_the_keys_did_nothing(self, history: History) -> None:
        seen = history.snapshot(KEYS, NOW, "x")
        assert same(seen.sender, (seen.sender)._replace(count_7d=0, senders_7d=0, since_last=nan))
        assert seen.sender[:8] == (0,) * 8
        assert seen.domain_reputation[:2] == (0.0, 0.0)
        assert isnan(seen.site_author_reputation.age)

    def test_missing_keys_and_moments_are_unknown(self, history: History) -> None:
        history.observe(entry("a", NOW - 10))
        history.judge(KEYS, SPAM, NOW - 5)
        assert same(history.snapshot(NO_KEYS, NOW, "x"), UNKNOWN_SNAPSHOT)
        undated = history.snapshot(KEYS, nan, "x")
        assert same(undated[:6], (UNKNOWN_ACTIVITY,) * 6)
        assert undated.sender_reputation.spam == 1.0
        assert isnan(undated.site_author_reputation.age)

    @pytest.mark.parametrize(
        ("age", "hour", "day", "week"),
        [
            (0.0, 1, 1, 1),
            (HOUR - 1, 1, 1, 1),
            (HOUR, 0, 1, 1),  # a window's edge is outside
            (DAY - 1, 0, 1, 1),
            (DAY, 0, 0, 1),
            (WEEK - 1, 0, 0, 1),
            (WEEK, 0, 0, 0),
        ],
    )
    def test_windows_have_one_edge(self, history: History, age: float, hour: int, day: int, week: int) -> None:
        history.observe(entry("a", NOW - age))
        seen = history.snapshot(KEYS, NOW, "b")
        for activity in seen[:6]:
            assert (activity.count_1h, activity.count_24h, activity.count_7d) == (hour, day, week)
            assert (activity.targets_1h, activity.targets_24h, activity.targets_7d) == (hour, day, week)
            assert (activity.domains_7d, activity.senders_7d) == (week, week)
            assert same(activity.since_last, age if week else nan)

    def test_equal_times_are_ordered_by_id(self, history: History) -> None:
        for id in ("b", "a", "c"):
            history.observe(entry(id))
        assert [history.snapshot(KEYS, NOW, id).sender.count_1h for id in ("a", "b", "c", "d")] == [0, 1, 2, 3]
        assert history.snapshot(KEYS, NOW - 1, "z").sender.count_7d == 0

    def test_late_arrivals_are_counted_where_they_belong(self, history: History) -> None:
        history.observe(entry("new", NOW))
        history.observe(entry("old", NOW - 2 * DAY))
        assert history.snapshot(KEYS, NOW - DAY, "x").sender.count_7d == 1
        assert history.snapshot(KEYS, NOW - DAY, "x").sender.since_last == DAY
        assert history.snapshot(KEYS, NOW + 1, "x").sender.count_7d == 2
        assert history.snapshot(KEYS, NOW - DAY, "x").site_author_reputation.age == DAY

    def test_distinct_targets_domains_and_senders(self, history: History) -> None:
        for place in range(6):
            other = KEYS._replace(target=50 + place % 3, domain=30 + place % 2, sender=None if place else 10)
            history.observe(entry(str(place), NOW - place * HOUR / 2, other))
        site = history.snapshot(KEYS, NOW, "x").site
        assert (site.count_7d, site.targets_7d, site.domains_7d, site.senders_7d) == (6, 3, 2, 1)
        assert (site.count_1h, site.targets_1h) == (2, 2)

    def test_an_undated_linkback_is_in_no_window(self, history: History) -> None:
        history.observe(entry("a", nan))
        seen = history.snapshot(KEYS, NOW, "x")
        assert seen.sender.count_7d == 0
        assert isnan(seen.site_author_reputation.age)

    def test_counts_saturate_at_the_latest_entries(self, history: History) -> None:
        with history.transaction():
            for place in range(RECENT + 50):
                history.observe(entry(f"{place:04}", NOW + place, KEYS._replace(target=1000 + place)))
        seen = history.snapshot(KEYS, NOW + 1000, "x").sender
        assert (seen.count_1h, seen.targets_7d, seen.since_last) == (RECENT, RECENT, 1000 - RECENT - 49)
        early = history.snapshot(KEYS, NOW + 10, "0010").sender
        assert (early.count_1h, early.since_last) == (10, 1.0)

    def test_the_same_id_replaces(self, history: History) -> None:
        history.observe(entry("a", NOW - 10))
        history.observe(entry("a", NOW - 5))
        assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 1
        assert history.snapshot(KEYS, NOW, "x").sender.since_last == 5
        history.observe(entry("a", NOW - 5, NO_KEYS))
        assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 0
        history.observe(entry("a", nan))
        assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 0

    def test_labels_weigh_less_with_age(self, history: History) -> None:
        history.judge(KEYS, SPAM, NOW)
        history.judge(KEYS, HAM, NOW + HALF_LIFE)
        seen = history.snapshot(KEYS, NOW + 2 * HALF_LIFE, "x")
        for reputation in (
            seen.sender_reputation,
            seen.network_reputation,
            seen.domain_reputation,
            seen.template_reputation,
        ):
            assert same(tuple(reputation), (0.5, 0.25, nan))
        assert seen.site_author_reputation[:2] == (0.5, 0.25)
        assert history.snapshot(KEYS, NOW, "x").sender_reputation.ham == 1.0  # as of the newest label

    def test_a_label_that_arrives_out_of_order_weighs_by_its_own_age(self, history: History) -> None:
        history.judge(KEYS, HAM, NOW + HALF_LIFE)
        history.judge(KEYS, SPAM, NOW)
        assert history.snapshot(KEYS, NOW + HALF_LIFE, "x").sender_reputation[:2] == (1.0, 0.5)

    def test_a_new_label_takes_back_the_former(self, history: History) -> None:
        history.observe(entry("a", evidence=VERIFIED))
        history.label("a", SPAM, NOW + 1)
        assert history.snapshot(KEYS, NOW + 1, "x").domain_reputation[:2] == (0.0, 1.0)
        history.label("a", HAM, NOW + DAY)
        assert history.snapshot(KEYS, NOW + DAY, "x").domain_reputation[:2] == (1.0, 0.0)
        history.label("a", HAM, NOW + 2 * DAY)
        assert history.snapshot(KEYS, NOW + 2 * DAY, "x").domain_reputation[:2] == (1.0, 0.0)
        [only] = history.labelled()
        assert (only.label, only.labelled_at, only.entry) == (HAM, NOW + 2 * DAY, entry("a", evidence=VERIFIED))

    def test_a_label_can_be_taken_back(self, history: History) -> None:
        history.observe(entry("a", evidence=VERIFIED))
        history.label("a", SPAM, NOW + 1)
        history.label("a", None, NOW + 2)
        assert history.snapshot(KEYS, NOW + 3, "b").domain_reputation.spam == 0
        assert list(history.labelled()) == []
        history.label("a", HAM, NOW + 3)
        assert history.snapshot(KEYS, NOW + 3, "b").domain_reputation.ham == 1

    def test_a_label_follows_its_linkback_to_new_keys(self, history: History) -> None:
        other = KEYS._replace(domain=33)
        history.observe(entry("a", evidence=VERIFIED))
        history.label("a", SPAM, NOW)
        history.observe(entry("a", NOW, other, evidence=VERIFIED))
        assert history.snapshot(KEYS, NOW, "x").domain_reputation.spam == 0.0
        assert history.snapshot(other, NOW, "x").domain_reputation.spam == 1.0
        assert history.snapshot(KEYS, NOW, "x").sender_reputation.spam == 1.0
        [only] = history.labelled()
        assert (only.label, only.entry.keys) == (SPAM, other)

    def test_a_label_says_nothing_of_an_author_who_may_not_have_sent_it(self, history: History) -> None:
        for id, evidence in (("a", LinkEvidence()), ("b", checked(NOW, LinkStatus.MISSING)), ("c", checked(NOW))):
            history.observe(entry(id, evidence=evidence))
            history.label(id, SPAM, NOW)
        seen = history.snapshot(KEYS, NOW, "x")
        assert (seen.sender_reputation.spam, seen.network_reputation.spam, seen.template_reputation.spam) == (3, 3, 3)
        assert (seen.domain_reputation.spam, seen.site_author_reputation.spam) == (1, 1)

    def test_a_label_counts_for_an_author_once_the_source_is_verified(self, history: History) -> None:
        history.observe(entry("a"))
        history.label("a", SPAM, NOW)
        assert history.snapshot(KEYS, NOW, "x").domain_reputation.spam == 0
        history.decide([decided("a", checked(NOW))])
        assert history.snapshot(KEYS, NOW, "x").domain_reputation.spam == 1
        history.decide([decided("a", checked(NOW + 1, LinkStatus.MISSING))])
        assert history.snapshot(KEYS, NOW, "x").domain_reputation.spam == 0
        history.observe(entry("a", evidence=VERIFIED))
        assert history.snapshot(KEYS, NOW, "x").domain_reputation.spam == 1
        history.label("a", None, NOW)
        seen = history.snapshot(KEYS, NOW, "x")
        assert (seen.domain_reputation.spam, seen.sender_reputation.spam) == (0, 0)

    def test_a_wording_is_recognised_a_year_later(self, history: History) -> None:
        history.observe(entry("a", NOW, WORDED))
        later = NOW + 400 * DAY
        own = history.snapshot(WORDED, later, "x")
        assert set(own[-5:]) == {own.title_copies}
        assert own.title_copies.authors == 0, "its own author is no other"
        other = WORDED._replace(domain=4, page=None, slug=99)
        seen = history.snapshot(other, later, "x")
        assert same(tuple(seen.title_copies), (1, 400 * DAY))
        assert same(tuple(seen.excerpt_copies), (1, 400 * DAY))
        assert same(tuple(seen.bought_copies), (1, 400 * DAY))
        assert same(tuple(seen.slug_copies), (0, nan))
        assert same(tuple(seen.page_copies), (nan, nan))
        history.observe(entry("b", later, other))
        history.observe(entry("c", later + 1, other))
        assert history.snapshot(WORDED, later + DAY, "x").title_copies.authors == 1
        assert history.snapshot(WORDED._replace(domain=5), later + DAY, "x").title_copies.authors == 2
        assert history.snapshot(WORDED._replace(domain=5), NOW, "x").title_copies.authors == 0, "not before itself"
        assert isnan(history.snapshot(WORDED._replace(domain=5), nan, "x").title_copies.authors)

    def test_a_wording_outlives_pruning_and_no_rollback(self, history: History) -> None:
        history.observe(entry("a", NOW, WORDED))
        history.prune(NOW + DAY)
        other = WORDED._replace(domain=4)
        assert history.snapshot(other, NOW + DAY, "x").page_copies.authors == 1
        with pytest.raises(KeyboardInterrupt), history.transaction():
            history.observe(entry("b", NOW + 1, other))
            assert history.snapshot(WORDED, NOW + DAY, "x").page_copies.authors == 1
            raise KeyboardInterrupt
        assert history.snapshot(WORDED, NOW + DAY, "x").page_copies.authors == 0

    def test_an_unknown_id_cannot_be_labelled(self, history: History) -> None:
        with pytest.raises(NotRememberedError, match="'nobody' is not remembered"):
            history.label("nobody", SPAM, NOW)

    @pytest.mark.parametrize("at", [nan, inf, -inf])
    def test_a_label_needs_a_moment(self, history: History, at: float) -> None:
        history.observe(entry("a"))
        with pytest.raises(HistoryError, match="time at which it arrived"):
            history.judge(KEYS, SPAM, at)
        with pytest.raises(HistoryError, match="time at which it arrived"):
            history.label("a", SPAM, at)
        assert list(history.labelled()) == []

    def test_a_domain_ages_for_one_site_alone(self, history: History) -> None:
        history.observe(entry("a", NOW - 3 * DAY))
        history.observe(entry("b", NOW - DAY))
        assert history.snapshot(KEYS, NOW, "x").site_author_reputation.age == 3 * DAY
        assert isnan(history.snapshot(KEYS._replace(site_author=77), NOW, "x").site_author_reputation.age)
        assert isnan(history.snapshot(KEYS, NOW - 3 * DAY, "x").site_author_reputation.age)  # not before itself
        assert same(
            history.snapshot(KEYS._replace(site_author=None), NOW, "x").site_author_reputation, UNKNOWN_REPUTATION
        )

    def test_evidence_is_found_by_its_pair(self, history: History) -> None:
        pair = ("https://a.example/1", "https://b.example/2")
        assert history.evidence(*pair, -inf) is None
        newest = checked(NOW - 10, outbound_links=3, listed_in=("zen",), snippet="été \ud800 \0")
        history.observe(entry("a", NOW, evidence=checked(NOW - 100, LinkStatus.MISSING)))
        history.observe(entry("b", NOW, evidence=newest))
        history.observe(entry("c", NOW, evidence=checked(NOW - 50)))
        history.observe(entry("d", NOW))
        assert history.evidence(*pair, NOW - 1000) == newest
        assert history.evidence(*pair, NOW - 10) == newest
        assert history.evidence(*pair, NOW - 9) is None
        assert history.evidence(*pair, nan) is None
        assert history.evidence(pair[1], pair[0], -inf) is None
        history.observe(entry("b", NOW, source="https://elsewhere.example/"))
        assert history.evidence(*pair, -inf) == checked(NOW - 50)

    def test_decisions_are_kept_with_their_linkback(self, history: History) -> None:
        history.observe(entry("a", decision=decided("a")))
        history.observe(entry("b", NOW + 1))
        history.decide([decided("b"), decided("nobody")])
        history.observe(entry("c", NOW + 2))
        seen = checked(NOW)
        history.decide(iter([decided("c", seen)]))
        for id in "abc":
            history.label(id, HAM, NOW)
        first, second, third = (each.entry for each in history.labelled())
        assert first.decision == decided("a")
        assert second == entry("b", NOW + 1, decision=decided("b"))
        assert third == entry("c", NOW + 2, evidence=seen, decision=decided("c", seen))
        assert history.evidence("https://a.example/1", "https://b.example/2", NOW) == seen

    def test_labelled_comes_in_order_of_receipt(self, history: History) -> None:
        for id, at in (("late", NOW + 5), ("z", NOW), ("a", NOW), ("undated", nan), ("unlabelled", NOW)):
            history.observe(entry(id, at))
            if id != "unlabelled":
                history.label(id, SPAM, NOW)
        assert [each.entry.linkback.id for each in history.labelled()] == ["undated", "a", "z", "late"]

    def test_what_it_holds(self, history: History) -> None:
        assert same(replace(history.holdings(), size=0), Holdings(0, 0, 0, nan, nan, 0))
        for id, at in (("late", NOW + 5), ("z", NOW), ("a", NOW), ("undated", nan)):
            history.observe(entry(id, at))
        history.label("z", SPAM, NOW + 9)
        history.label("undated", HAM, NOW + 9)
        assert replace(history.holdings(), size=0) == Holdings(4, 1, 1, NOW, NOW + 5, 0)
        found = list(history.remembered())
        assert [each.entry.linkback.id for each in found] == ["undated", "a", "z", "late"]
        assert [each.label for each in found] == [HAM, None, SPAM, None]
        assert (found[2].labelled_at, isnan(found[1].labelled_at)) == (NOW + 9, True)

    def test_everything_a_stranger_sends_can_be_remembered(self, history: History) -> None:
        odd = replace(entry("a").linkback, title="\0\ud800 'x\"; DROP TABLE linkbacks;--", source_url="", site="\n")
        history.observe(replace(entry("a"), linkback=odd))
        history.label("a", SPAM, NOW)
        [only] = history.labelled()
        assert only.entry.linkback == odd

    def test_prune_forgets_what_is_old_and_unlabelled(self, history: History) -> None:
        for id, at in (("old", NOW - 2 * DAY), ("kept", NOW - 2 * DAY), ("edge", NOW - DAY), ("undated", nan)):
            history.observe(entry(id, at, evidence=checked(NOW)))
        history.label("kept", SPAM, NOW)
        assert history.prune(NOW - DAY) == 1
        assert history.prune(NOW - DAY) == 0
        seen = history.snapshot(KEYS, NOW, "x")
        assert seen.sender.count_7d == 2
        assert seen.site_author_reputation.age == 2 * DAY  # the first meeting is not forgotten
        assert seen.domain_reputation.spam == 1.0
        history.label("undated", HAM, NOW)
        with pytest.raises(HistoryError):
            history.label("old", HAM, NOW)
        history.observe(entry("old", NOW - HOUR))
        assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 3

    def test_prune_goes_through_many_pages(self, history: History) -> None:
        with history.transaction():
            for place in range(1_300):
                history.observe(entry(f"{place:04}", NOW + place // 3))
        for place in range(0, 600, 2):
            history.label(f"{place:04}", HAM, NOW)
        assert history.prune(NOW + 400) == 1_200 - 300
        assert len(list(history.labelled())) == 300

    def test_a_transaction_is_kept_whole_or_not_at_all(self, history: History) -> None:
        history.observe(entry("a", NOW - 10))
        history.label("a", SPAM, NOW - 9)
        before = history.snapshot(KEYS, NOW, "x"), list(history.labelled())
        with pytest.raises(KeyboardInterrupt), history.transaction():
            history.observe(entry("b", NOW - 8))
            history.observe(entry("a", NOW - 7, KEYS._replace(domain=99), evidence=checked(NOW)))
            history.label("a", HAM, NOW - 6)
            history.label("b", HAM, NOW - 6)
            history.decide([decided("a"), decided("b", checked(NOW))])
            history.judge(KEYS, HAM, NOW)
            with history.transaction():
                history.observe(entry("c", NOW - DAY))
            assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 3
            raise KeyboardInterrupt
        assert same((history.snapshot(KEYS, NOW, "x"), list(history.labelled())), before)
        assert history.evidence("https://a.example/1", "https://b.example/2", -inf) is None
        with history.transaction(), history.transaction():
            history.observe(entry("b", NOW - 8))
        assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 2

    def test_an_error_inside_that_is_caught_spoils_nothing(self, history: History) -> None:
        with history.transaction():
            history.observe(entry("a", NOW - 2))
            with pytest.raises(HistoryError):
                history.label("nobody", SPAM, NOW)
            with pytest.raises(HistoryError, match="transaction"):
                history.prune(NOW)
            history.observe(entry("b", NOW - 1))
        assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 2

    def test_a_transaction_leaves_others_errors_alone(self, history: History) -> None:
        with pytest.raises(UnicodeDecodeError), history.transaction():
            b"\xff".decode()

    def test_a_closed_history_says_so(self, history: History) -> None:
        history.close()
        history.close()
        for call in (
            lambda: history.snapshot(KEYS, NOW, "x"),
            lambda: history.observe(entry("a")),
            lambda: history.decide([decided("a")]),
            lambda: history.judge(KEYS, SPAM, NOW),
            lambda: history.label("a", SPAM, NOW),
            lambda: history.evidence("a", "b", 0.0),
            lambda: list(history.labelled()),
            lambda: history.prune(NOW),
            lambda: history.holdings(),
            lambda: list(history.remembered()),
            lambda: history.transaction().__enter__(),
        ):
            with pytest.raises(HistoryError, match="closed"):
                call()
