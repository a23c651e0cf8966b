"""How far publishers are trusted. Pure.

A new publisher counts little. Agreement with the owner's own words raises its weight, disagreement lowers it three
times as fast; only what it said before the owner did counts, so that nobody earns trust by copying. Where the owner has
said nothing, publishers whom the owner's words bear out can speak for another one, but never as far as to `TRUSTED`.
Publishers who copy each other count once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from moderator.domain_lists.feed import FeedEntry

__all__ = ["TRUSTED", "Agreement", "OwnWord", "Publisher", "agreement", "copying_groups", "weight", "with_peers"]

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
TRUSTED = 0.5
"""Weight from which a publisher is one of those whose majority can call spam what is otherwise held."""
PEER = 0.25
"""Agreements that one with a trusted publisher is worth, and the share of a disagreement with it."""
PEERS_MOST = 4.0
"""The most agreements that publishers can lend each other: the weight stays below `TRUSTED`."""


class Agreement(NamedTuple):
    """How often a publisher said before the owner what the owner said later."""

    agreed: int
    """Authors that it called spam, as the owner did; praise of whom all approve earns nothing."""
    disagreed: int
    """Authors of which it said the opposite."""
    by_peers: int = 0
    """Authors that it called spam before a trusted publisher did, and of whom the owner said nothing."""
    against_peers: int = 0
    """Authors of which a trusted publisher said the opposite, and the owner nothing."""


NO_AGREEMENT = Agreement(0, 0)
"""Of a publisher that is new."""


class OwnWord(NamedTuple):
    """What the owner decided about an author."""

    author: str
    spam: bool
    at: float
    """When, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """One publisher's list, and what is known of its publisher."""

    name: str
    entries: tuple[FeedEntry, ...]
    agreement: Agreement = NO_AGREEMENT
    pinned: bool = False

    @property
    def weight(self) -> float:
        """How much its word counts, from 0 to 1."""
        return weight(self.agreement, pinned=self.pinned)


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
        if (entry.spam > entry.ham) is not said.spam:
            disagreed += 1
        elif said.spam:
            agreed += 1
    return Agreement(agreed, disagreed)


def with_peers(
    found: Agreement,
    entries: Iterable[FeedEntry],
    known_since: Mapping[str, float],
    peers: Iterable[tuple[Iterable[FeedEntry], Mapping[str, float]]],
    words: Iterable[OwnWord],
) -> Agreement:
    """The agreement with what trusted publishers say of authors about whom the owner has said nothing.

    Args:
        found: The agreement with the owner.
        entries: What the publisher says.
        known_since: When each author was first seen in its list, in seconds since 1970.
        peers: Entries and first dates of each other publisher that the owner's words alone make trusted.
        words: The owner's decisions.
    """
    own = {word.author for word in words}
    mine = {entry.author: entry.spam > entry.ham for entry in entries if entry.spam != entry.ham} if peers else {}
    agreed: set[str] = set()
    against: set[str] = set()
    for said, since in peers:
        for entry in said:
            author = entry.author
            if author not in mine or author in own or entry.spam == entry.ham:
                continue
            if mine[author] is not (entry.spam > entry.ham):
                against.add(author)
            elif mine[author] and known_since.get(author, inf) < since.get(author, -inf):
                agreed.add(author)
    return found._replace(by_peers=len(agreed - against), against_peers=len(against))


def weight(found: Agreement, *, pinned: bool = False) -> float:
    """How much a publisher's word counts, from 0 to 1.

    It is twice the expected share of agreement, less one, so that a coin counts nothing.

    >>> [round(weight(Agreement(agreed, 0)), 2) for agreed in (0, 5, 30)], weight(Agreement(5, 3))
    ([0.1, 0.51, 0.85], 0.0)
    """
    first = PRIOR * (1 + NEW) / 2
    agreed = found.agreed + min(PEER * found.by_peers, PEERS_MOST)
    disagreed = found.disagreed + PEER * found.against_peers
    share = (first + agreed) / (PRIOR + agreed + FALSE_ALARM * disagreed)
    learned = max(2 * share - 1, 0.0)
    return max(learned, PINNED) if pinned else learned


def copying_groups(publishers: Sequence[Publisher]) -> list[int]:
    """For each publisher the number of its group: those whose lists of spam are mostly the same are one.

    A copy joins the one it copies, the less trusted the more trusted; so nobody makes two friends one by copying both.
    """
    lists = [frozenset(entry.author for entry in one.entries if entry.spam > entry.ham) for one in publishers]
    groups = list(range(len(publishers)))
    by_trust = sorted(groups, key=lambda place: -publishers[place].weight)
    for rank, place in enumerate(by_trust):
        for other in by_trust[:rank]:
            common = len(lists[place] & lists[other])
            either = len(lists[place]) + len(lists[other]) - common
            if common >= SAME_AT_LEAST and common >= SAME * either:
                groups[place] = groups[other]
                break
    return groups
