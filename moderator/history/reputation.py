"""How a key was judged so far: two weights that fade together, shared by every history.

Both stores do the same additions in the same order, so their reputations are equal to the last bit.

>>> tally = counted(counted(NO_TALLY, Label.SPAM, 0.0), Label.HAM, HALF_LIFE)
>>> tally.ham, tally.spam
(1.0, 0.5)
>>> taken_back(tally, Label.SPAM, 0.0).spam
0.0
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp2, inf, isfinite, nan
from typing import NamedTuple

from moderator.errors import HistoryError
from moderator.history.base import HALF_LIFE, UNKNOWN_REPUTATION, Keys, Reputation
from moderator.history.copies import NEVER_SEEN, FirstSeen
from moderator.records import Label

__all__ = ["NO_TALLY", "Tally", "arrival", "counted", "known_keys", "reputation_at", "reputations_at", "taken_back"]

_NOTHING = 1e-9
"""A weight below this is what rounding leaves of a label that was taken back."""


class Tally(NamedTuple):
    """The weighted labels of one key as of one moment."""

    ham: float
    """Ham labels, each weighing ``2 ** (-age / HALF_LIFE)``."""
    spam: float
    """Spam labels, weighted alike."""
    as_of: float
    """The moment: when the key's newest label arrived, in seconds since 1970; -inf: no label yet."""


NO_TALLY = Tally(0.0, 0.0, -inf)
"""A key that was never judged."""


def known_keys(keys: Keys) -> list[int]:
    """The known ones among the keys that have a reputation."""
    judged = (keys.sender, keys.network, keys.domain, keys.template, keys.site_author)
    return [key for key in judged if key is not None]


def arrival(at: float) -> float:
    """The moment at which a label arrived, in seconds since 1970, if it is one.

    Raises:
        HistoryError: It is nan or infinite, so the label's weight cannot be told.
    """
    if not isfinite(at):
        raise HistoryError(f"a label needs the time at which it arrived, not {at}: give seconds since 1970")
    return at


def counted(tally: Tally, label: Label, at: float) -> Tally:
    """The tally with one more label.

    Args:
        tally: The key's tally.
        label: The label.
        at: When the label arrived, in seconds since 1970; it may be earlier than the newest one.

    Returns:
        The new tally, as of the later of both moments.
    """
    ham, spam, as_of = tally
    if at > as_of:
        kept = _faded(at - as_of)
        ham, spam, as_of = ham * kept, spam * kept, at
    weight = _faded(as_of - at)
    return Tally(ham, spam + weight, as_of) if label is Label.SPAM else Tally(ham + weight, spam, as_of)


def taken_back(tally: Tally, label: Label, at: float) -> Tally:
    """The tally without a label that was counted before.

    Args:
        tally: The key's tally.
        label: The label to take back.
        at: When that label arrived, in seconds since 1970.

    Returns:
        The new tally; a weight never falls below zero.
    """
    ham, spam, as_of = tally
    weight = _faded(as_of - at)
    if label is Label.SPAM:
        spam -= weight
        return Tally(ham, spam if spam > _NOTHING else 0.0, as_of)
    ham -= weight
    return Tally(ham if ham > _NOTHING else 0.0, spam, as_of)


def reputation_at(tally: Tally, at: float, first_at: float = nan) -> Reputation:
    """How a key stands at a moment.

    Args:
        tally: The key's tally.
        at: The moment, in seconds since 1970; earlier than the tally, or nan: as of the tally.
        first_at: When the key was first seen; nan: not remembered.

    Returns:
        The reputation; its age is nan unless the key was seen strictly before the moment.
    """
    ham, spam, as_of = tally
    if at > as_of and (ham or spam):
        kept = _faded(at - as_of)
        ham, spam = ham * kept, spam * kept
    return Reputation(ham, spam, at - first_at if first_at < at else nan)


def reputations_at(
    keys: Keys, tallies: Mapping[int, Tally], at: float, seen: Mapping[int, FirstSeen]
) -> list[Reputation]:
    """The reputations of a linkback's keys at a moment, in the order of a `Snapshot`.

    Args:
        keys: The keys.
        tallies: The tallies of those that were judged.
        at: The moment, in seconds since 1970.
        seen: When keys were first seen; that of the site and author is read.
    """
    found = [UNKNOWN_REPUTATION if key is None else reputation_at(tallies.get(key, NO_TALLY), at) for key in keys[:4]]
    met = keys.site_author
    if met is None:
        return [*found, UNKNOWN_REPUTATION]
    return [*found, reputation_at(tallies.get(met, NO_TALLY), at, seen.get(met, NEVER_SEEN)[0])]


def _faded(seconds: float) -> float:
    return exp2(-seconds / HALF_LIFE)
