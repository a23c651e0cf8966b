"""Trust in publishers: learned from agreement, lost by false alarms, never multiplied by copies."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.domain_lists.feed import FeedEntry
from moderator.domain_lists.trust import (
    NEW,
    PINNED,
    TRUSTED,
    Agreement,
    OwnWord,
    Publisher,
    agreement,
    copying_groups,
    weight,
    with_peers,
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
    assert agreement(entries, since, words) == Agreement(1, 0), "praise earns nothing"
    assert agreement(entries, {}, words) == Agreement(0, 0), "since when it says so must be known"
    against = [OwnWord("a.example", False, 50.0)]
    assert agreement(entries, since, against) == Agreement(0, 1)


def test_copies_of_copies_are_one() -> None:
    chain = [Publisher(str(n), many(40, 4 * n)) for n in range(4)]
    assert copying_groups(chain) == [0, 0, 0, 0]
    assert copying_groups([]) == []


def test_few_common_hosts_prove_nothing() -> None:
    assert copying_groups([Publisher("a", many(5)), Publisher("b", many(5))]) == [0, 1]


def test_two_friends_stay_two_though_somebody_copies_both() -> None:
    one, two = Publisher("one", many(20), pinned=True), Publisher("two", many(14, 20), pinned=True)
    copies = Publisher("copies", many(34))
    assert copying_groups([copies, one, two])[1:] == [1, 2], "the copy joins a friend, and the friends do not join it"


def test_praise_of_whom_all_approve_earns_nothing() -> None:
    entries = tuple(says(f"good{n}.example", 0, 9) for n in range(50))
    since = {entry.author: 1.0 for entry in entries}
    words = [OwnWord(entry.author, False, 5.0) for entry in entries]
    assert weight(agreement(entries, since, words)) == pytest.approx(NEW)


def test_trusted_publishers_can_speak_for_a_new_one_but_not_make_it_trusted() -> None:
    new, theirs = many(100), many(100)
    early = {entry.author: 1.0 for entry in new}
    late = {entry.author: 2.0 for entry in theirs}
    first = with_peers(Agreement(0, 0), new, early, [(theirs, late)], [])
    assert first.by_peers == 100
    assert NEW < weight(first) < TRUSTED
    copied = with_peers(Agreement(0, 0), theirs, late, [(new, early)], [])
    assert copied == Agreement(0, 0), "who says it after the other one has copied it"
    decided = with_peers(Agreement(0, 0), new, early, [(theirs, late)], [OwnWord(new[0].author, True, 1.0)])
    assert decided.by_peers == 99, "where the owner has spoken, only that counts"
    opposite = tuple(says(entry.author, 0, 5) for entry in theirs)
    against = with_peers(Agreement(10, 0), new, early, [(opposite, late)], [])
    assert weight(against) < weight(Agreement(10, 0)) / 4
    assert with_peers(Agreement(1, 0), new, early, [], []) == Agreement(1, 0)
