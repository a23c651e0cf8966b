"""How a key was judged so far: two weights that fade together, shared by every history.

Both stores do the same additions in the same order, so their standings are equal to the last bit.

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
from moderator.history.base import HALF_LIFE, UNKNOWN_STANDING, Keys, Standing
from moderator.records import Label

__all__ = ["NO_TALLY", "Tally", "arrival", "counted", "judged_keys", "standing", "standings", "taken_back"]

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


def judged_keys(keys: Keys) -> list[int]:
    """The known ones among the keys that have a standing."""
    judged = (keys.sender, keys.network, keys.domain, keys.template, keys.neighbour)
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


def standing(tally: Tally, at: float, first_at: float = nan) -> Standing:
    """How a key stands at a moment.

    Args:
        tally: The key's tally.
        at: The moment, in seconds since 1970; earlier than the tally, or nan: as of the tally.
        first_at: When the key was first seen; nan: not remembered.

    Returns:
        The standing; its age is nan unless the key was seen strictly before the moment.
    """
    ham, spam, as_of = tally
    if at > as_of and (ham or spam):
        kept = _faded(at - as_of)
        ham, spam = ham * kept, spam * kept
    return Standing(ham, spam, at - first_at if first_at < at else nan)


def standings(keys: Keys, tallies: Mapping[int, Tally], at: float, first_at: float) -> list[Standing]:
    """How the keys of a linkback stand at a moment, in the order of a `Snapshot`.

    Args:
        keys: The keys.
        tallies: The tallies of those that were judged.
        at: The moment, in seconds since 1970.
        first_at: When the neighbour was first seen; nan: never.
    """
    found = [UNKNOWN_STANDING if key is None else standing(tallies.get(key, NO_TALLY), at) for key in keys[:4]]
    if keys.neighbour is None:
        return [*found, UNKNOWN_STANDING]
    return [*found, standing(tallies.get(keys.neighbour, NO_TALLY), at, first_at)]


def _faded(seconds: float) -> float:
    return exp2(-seconds / HALF_LIFE)
