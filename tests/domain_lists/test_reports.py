"""What publishers say together: independent ones add up, copies count once, praise lowers nothing."""

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.domain_lists.feed import FeedEntry
from moderator.domain_lists.reports import NO_REPORTS, PublisherReports, Reports, reported_names
from moderator.domain_lists.trust import NEW, Agreement, Publisher
from moderator.urls import parse_url

DAY = date(2026, 1, 2)


def says(
    author: str, spam: int = 5, ham: int = 0, wordings: tuple[str, ...] = (), pages: tuple[str, ...] = ()
) -> FeedEntry:
    return FeedEntry(author, spam, ham, DAY, wordings=wordings, pages=pages)


def many(count: int, start: int = 0) -> tuple[FeedEntry, ...]:
    return tuple(says(f"host{n}.example") for n in range(start, start + count))


def author(name: str, *publishers: Publisher) -> Reports:
    return PublisherReports(publishers).about([name], None, None)


def friends(*entries: tuple[FeedEntry, ...]) -> list[Publisher]:
    """Pinned publishers, none of which copies another."""
    return [Publisher(f"friend{n}", said, pinned=True) for n, said in enumerate(entries)]


def test_independent_publishers_add_up_and_copies_count_once() -> None:
    one, copy, other = Publisher("one", many(20)), Publisher("copy", many(21)), Publisher("other", many(20, 15))
    single = author("host16.example", one)
    assert author("host16.example", one, copy) == single
    both = author("host16.example", one, copy, other)
    assert both.spam == single.spam * 2
    assert both.said_by == ("one", "other")


def test_one_publisher_counts_once_however_it_knows_the_linkback() -> None:
    entry = says("pills.example", wordings=("00000000000000ff",), pages=("00000000000000fe",))
    reports = PublisherReports(friends((entry,)))
    by_author = reports.about(["pills.example"], None, None)
    assert reports.about(["pills.example"], 255, 254) == by_author
    assert reports.about([], 255, None).spam == by_author.spam
    assert reports.about([], None, 254).spam == by_author.spam
    assert reports.about(["good.example"], 256, 256) is NO_REPORTS
    assert [one.about for one in reports.statements(["pills.example"], 255, 254)] == ["author", "page", "wording"]


def test_fingerprints_are_signed_here() -> None:
    reports = PublisherReports(friends((says("a.example", wordings=("ffffffffffffffff",)),)))
    assert reports.about([], -1, None).spam


def test_a_new_publisher_counts_little_and_a_liar_nothing() -> None:
    liar = Publisher("liar", many(3), Agreement(4, 3))
    assert 0 < author("host1.example", Publisher("new", many(3))).spam[0] <= NEW
    assert author("host1.example", liar) is NO_REPORTS
    assert PublisherReports([liar]).empty
    assert PublisherReports().empty
    assert author("host1.example", *friends(many(3))).spam[0] > 0.5


def test_contradicted_and_single_decisions_say_less() -> None:
    [friend] = friends((says("a.example", 8), says("b.example", 8, 8), says("c.example", 1)))
    sizes = [author(f"{name}.example", friend).spam[0] for name in "abc"]
    assert sizes[0] > sizes[1]
    assert sizes[0] > sizes[2]


def test_most_of_the_trusted_must_agree() -> None:
    bad, other = (says("bad.example"),), (says("other.example"),)
    new = Publisher("new", bad)
    assert not author("bad.example", *friends(bad)).confirmed, "one alone"
    assert not author("bad.example", *friends(bad), new).confirmed, "one and a stranger"
    assert author("bad.example", *friends(bad, bad)).confirmed
    assert author("bad.example", *friends(bad, bad, other)).confirmed
    assert not author("bad.example", *friends(bad, bad, other, other)).confirmed, "half of them"
    praised = (says("bad.example", 0, 3),)
    assert not author("bad.example", *friends(bad, bad, praised)).confirmed, "a friend says the opposite"
    assert author("bad.example", *friends(bad, bad), Publisher("stranger", praised)).confirmed


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.booleans()), max_size=6), st.integers(1, 50))
def test_praise_never_lowers_what_is_reported(said: list[tuple[int, int, bool]], ham: int) -> None:
    publishers = [
        Publisher(f"p{n}", (says("a.example", spam, praise),), pinned=pinned)
        for n, (spam, praise, pinned) in enumerate(said)
        if spam + praise
    ]
    before = author("a.example", *publishers)
    after = author("a.example", *publishers, Publisher("praise", (says("a.example", 0, ham),), pinned=True))
    assert after.spam == before.spam
    assert after.ham >= before.ham
    assert all(0 < weight <= 1 for weight in after.spam)


def test_who_is_meant() -> None:
    assert reported_names(parse_url("https://tilde.example/~ann/post")) == ("tilde.example/~ann",)
    assert reported_names(parse_url("https://www.pills.example/x")) == ("pills.example",)
    moved = reported_names(parse_url("https://a.example/"), parse_url("https://shop.example.org/"))
    assert moved == ("a.example", "shop.example.org", "example.org")
    assert reported_names(parse_url("no address")) == ()


def test_it_can_be_sent() -> None:
    reports = PublisherReports(friends(many(5)))
    sent = pickle.loads(pickle.dumps(reports))
    assert sent.about(["host1.example"], None, None) == reports.about(["host1.example"], None, None)
    assert sent.weights == reports.weights == {"friend0": pytest.approx(0.8)}
