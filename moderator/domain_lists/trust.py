"""How far publishers are trusted, and what they say together about an author, a wording or a page. Pure.

A new publisher counts little. Agreement with the owner's own words raises its weight, disagreement lowers it three
times as fast; only what it said before the owner did counts, so that nobody earns trust by copying. Publishers who copy
each other count once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from moderator.domain_lists.feed import FeedEntry

__all__ = ["Agreement", "OwnWord", "Publisher", "PublisherReports", "Reports", "agreement", "copying_groups", "weight"]

NEW = 0.1
"""Weight of a publisher that nothing is known of."""
PRIOR = 6.0
"""Agreements that the first impression is worth."""
FALSE_ALARM = 3
"""Agreements that one disagreement takes back: honest people lost cost more than spam caught."""
PINNED = 0.8
"""Weight of a friend's list that the owner has pinned, at least."""
SAME = 0.6
"""Share of common authors from which two publishers count as one (Jaccard)."""
SAME_AT_LEAST = 10
"""Common authors below which nothing is said about copying."""
MAX_HAM = 0.5
"""The most that reports of ham can weigh: praise is cheap, and the page decides."""


class Agreement(NamedTuple):
    """How often a publisher said before the owner what the owner said later."""

    agreed: int
    disagreed: int


NO_AGREEMENT = Agreement(0, 0)
"""Of a publisher that is new."""


class OwnWord(NamedTuple):
    """What the owner decided about an author."""

    author: str
    spam: bool
    at: float
    """When, in seconds since 1970."""


class Reports(NamedTuple):
    """What publishers say together, weighed by trust."""

    spam: float
    """0: nobody says so; each independent publisher adds at most 1."""
    ham: float
    """0 to `MAX_HAM`."""
    publishers: int
    """Independent ones that say anything."""


NO_REPORTS = Reports(0.0, 0.0, 0)


@dataclass(frozen=True, slots=True)
class Publisher:
    """One publisher's list, and what is known of its publisher."""

    name: str
    entries: tuple[FeedEntry, ...]
    agreement: Agreement = NO_AGREEMENT
    pinned: bool = False


def agreement(entries: Iterable[FeedEntry], known_since: Mapping[str, float], words: Iterable[OwnWord]) -> Agreement:
    """Compares a publisher with the owner.

    Args:
        entries: What it says now.
        known_since: When each author was first seen in its list, in seconds since 1970.
        words: The owner's decisions; an author's last one counts.
    """
    own: dict[str, OwnWord] = {}
    for word in words:
        if word.author not in own or word.at >= own[word.author].at:
            own[word.author] = word
    agreed = disagreed = 0
    for entry in entries:
        said = own.get(entry.author)
        if said is None or entry.spam == entry.ham or not known_since.get(entry.author, said.at) < said.at:
            continue
        if (entry.spam > entry.ham) is said.spam:
            agreed += 1
        else:
            disagreed += 1
    return Agreement(agreed, disagreed)


def weight(found: Agreement, *, pinned: bool = False) -> float:
    """How much a publisher's word counts, from 0 to 1.

    It is twice the expected share of agreement, less one, so that a coin counts nothing.

    >>> [round(weight(Agreement(agreed, 0)), 2) for agreed in (0, 5, 30)], weight(Agreement(5, 3))
    ([0.1, 0.51, 0.85], 0.0)
    """
    first = PRIOR * (1 + NEW) / 2
    share = (first + found.agreed) / (PRIOR + found.agreed + FALSE_ALARM * found.disagreed)
    learned = max(2 * share - 1, 0.0)
    return max(learned, PINNED) if pinned else learned


def copying_groups(publishers: Sequence[Publisher]) -> list[int]:
    """For each publisher the number of its group: those whose lists of spam are mostly the same are one."""
    lists = [frozenset(entry.author for entry in one.entries if entry.spam > entry.ham) for one in publishers]
    groups = list(range(len(publishers)))
    for later, mine in enumerate(lists):
        for earlier in range(later):
            common = len(mine & lists[earlier])
            either = len(mine) + len(lists[earlier]) - common
            if common >= SAME_AT_LEAST and common >= SAME * either:
                old, new = groups[later], groups[earlier]
                groups = [new if group == old else group for group in groups]
    return groups


class PublisherReports:
    """Answers what the publishers say together.

    Args:
        publishers: Their lists, with how far each is trusted.

    >>> from datetime import date
    >>> friend = Publisher("a friend", (FeedEntry("pills.example", 4, 0, date(2026, 1, 2)),), pinned=True)
    >>> PublisherReports([friend]).author("pills.example").spam > 0.5
    True
    """

    def __init__(self, publishers: Sequence[Publisher]) -> None:
        self.weights = {one.name: weight(one.agreement, pinned=one.pinned) for one in publishers}
        self._authors: dict[str, list[tuple[int, float, float]]] = {}
        self._wordings: dict[str, list[tuple[int, float, float]]] = {}
        self._pages: dict[str, list[tuple[int, float, float]]] = {}
        for group, one in zip(copying_groups(publishers), publishers, strict=True):
            trusted = self.weights[one.name]
            if not trusted:
                continue
            for entry in one.entries:
                said = (group, trusted * _sure(entry.spam, entry), trusted * _sure(entry.ham, entry))
                self._authors.setdefault(entry.author, []).append(said)
                for prints, index in ((entry.wordings, self._wordings), (entry.pages, self._pages)):
                    for found in prints:
                        index.setdefault(found, []).append((group, said[1], 0.0))

    def author(self, author: str) -> Reports:
        """About an author: `Url.author`."""
        return _together(self._authors.get(author))

    def wording(self, fingerprint: int | None) -> Reports:
        """About what was sent; see `moderator.text.fingerprint`. None: nothing was."""
        return _together(self._wordings.get(_hexadecimal(fingerprint)))

    def page(self, fingerprint: int | None) -> Reports:
        """About a page's main text; None: not known."""
        return _together(self._pages.get(_hexadecimal(fingerprint)))


def _hexadecimal(fingerprint: int | None) -> str:
    return "" if fingerprint is None else f"{fingerprint & 0xFFFFFFFFFFFFFFFF:016x}"


def _sure(count: int, entry: FeedEntry) -> float:
    """How much some of an entry's decisions say: few little, contradicted ones less, the owner's own most."""
    total = entry.spam + entry.ham
    return count / (count + 1.0) * count / total * (0.5 + 0.5 * entry.sure) if count else 0.0


def _together(said: Sequence[tuple[int, float, float]] | None) -> Reports:
    """Independent publishers add up; of a group that copies each other the strongest word counts."""
    if not said:
        return NO_REPORTS
    spam: dict[int, float] = {}
    ham: dict[int, float] = {}
    for group, for_spam, for_ham in said:
        spam[group] = max(spam.get(group, 0.0), for_spam)
        ham[group] = max(ham.get(group, 0.0), for_ham)
    return Reports(sum(spam.values()), min(sum(ham.values()), MAX_HAM), len(spam))
