"""Trust in publishers: learned from agreement, lost by false alarms, never multiplied by copies."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.domain_lists.feed import FeedEntry
from moderator.domain_lists.trust import (
    MAX_HAM,
    NEW,
    PINNED,
    Agreement,
    OwnWord,
    Publisher,
    PublisherReports,
    agreement,
    copying_groups,
    weight,
)

DAY = date(2026, 1, 2)


def says(author: str, spam: int = 5, ham: int = 0, wordings: tuple[str, ...] = ()) -> FeedEntry:
    return FeedEntry(author, spam, ham, DAY, wordings=wordings)


def many(count: int, start: int = 0) -> tuple[FeedEntry, ...]:
    return tuple(says(f"host{n}.example") for n in range(start, start + count))


def test_trust_grows_with_agreement_and_falls_faster() -> None:
    assert weight(Agreement(0, 0)) == pytest.approx(NEW)
    assert weight(Agreement(5, 0)) > weight(Agreement(1, 0)) > NEW
    assert weight(Agreement(20, 0)) > 0.7
    assert weight(Agreement(20, 3)) < weight(Agreement(20, 0)) / 1.5
    assert weight(Agreement(0, 1)) == 0
    assert weight(Agreement(0, 0), pinned=True) == PINNED


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_weight_is_a_share(agreed: int, disagreed: int) -> None:
    found = weight(Agreement(agreed, disagreed))
    assert 0 <= found <= 1
    assert weight(Agreement(agreed + 1, disagreed)) >= found >= weight(Agreement(agreed, disagreed + 1))


def test_only_what_was_said_before_the_owner_counts() -> None:
    entries = (says("a.example"), says("b.example"), says("c.example", 0, 4), says("d.example", 2, 2))
    since = {"a.example": 10.0, "b.example": 99.0, "c.example": 10.0, "d.example": 10.0}
    words = [
        OwnWord("a.example", True, 50.0),
        OwnWord("b.example", True, 50.0),  # it only repeats what the owner had said
        OwnWord("c.example", True, 40.0),
        OwnWord("c.example", False, 50.0),  # the last word counts
        OwnWord("d.example", True, 50.0),
        OwnWord("e.example", True, 50.0),
    ]
    assert agreement(entries, since, words) == Agreement(2, 0)
    assert agreement(entries, {}, words) == Agreement(0, 0), "since when it says so must be known"
    against = [OwnWord("a.example", False, 50.0)]
    assert agreement(entries, since, against) == Agreement(0, 1)


def test_independent_publishers_add_up_and_copies_count_once() -> None:
    one, copy, other = Publisher("one", many(20)), Publisher("copy", many(21)), Publisher("other", many(20, 15))
    assert copying_groups([one, copy, other]) == [0, 0, 2]
    single = PublisherReports([one]).author("host16.example")
    assert PublisherReports([one, copy]).author("host16.example").spam == pytest.approx(single.spam)
    both = PublisherReports([one, copy, other]).author("host16.example")
    assert both.spam == pytest.approx(2 * single.spam)
    assert (single.publishers, both.publishers) == (1, 2)


def test_copies_of_copies_are_one() -> None:
    chain = [Publisher(str(n), many(40, 4 * n)) for n in range(4)]
    assert copying_groups(chain) == [0, 0, 0, 0]
    assert copying_groups([]) == []


def test_few_common_hosts_prove_nothing() -> None:
    assert copying_groups([Publisher("a", many(5)), Publisher("b", many(5))]) == [0, 1]


def test_a_new_publisher_counts_little_and_a_liar_nothing() -> None:
    new = Publisher("new", many(3))
    liar = Publisher("liar", many(3, 100), Agreement(4, 3))
    friend = Publisher("friend", many(3, 200), pinned=True)
    reports = PublisherReports([new, liar, friend])
    assert 0 < reports.author("host1.example").spam <= NEW
    assert reports.author("host101.example") == (0, 0, 0)
    assert reports.author("host201.example").spam > 0.5
    assert reports.weights["liar"] == 0


def test_praise_is_cheap() -> None:
    praising = [
        Publisher(str(n), (says(f"own{n}.example", 0, 999), says("shop.example", 0, 10_000))) for n in range(30)
    ]
    found = PublisherReports([*praising, Publisher("friend", (says("shop.example", 0, 9),), pinned=True)])
    assert found.author("shop.example").ham <= MAX_HAM
    assert found.author("shop.example").spam == 0


def test_wordings_and_pages_are_known_by_fingerprint() -> None:
    known = PublisherReports([Publisher("friend", (says("a.example", wordings=("00000000000000ff",)),), pinned=True)])
    assert known.wording(255).spam > 0
    assert known.wording(256) == known.wording(None) == known.page(255) == (0, 0, 0)
    negative = Publisher("friend", (says("a.example", wordings=("ffffffffffffffff",)),), pinned=True)
    assert PublisherReports([negative]).wording(-1).spam > 0, "fingerprints are signed here"


def test_contradicted_and_single_reports_say_less() -> None:
    friend = Publisher("f", (says("a.example", 8), says("b.example", 8, 8), says("c.example", 1)), pinned=True)
    reports = PublisherReports([friend])
    spam = [reports.author(f"{name}.example").spam for name in "abc"]
    assert spam[0] > spam[1]
    assert spam[0] > spam[2]
