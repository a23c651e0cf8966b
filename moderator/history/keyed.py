"""What a history in memory knows of each key: of the latest keys in a dict, or of all keys in a compact table."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from math import inf
from typing import Any, Generic, Protocol, TypeVar

from moderator.history.compact import CompactTable

__all__ = ["NEVER", "Keyed", "LatestKeys", "keyed"]

NEVER = (inf, 0.0)
"""The first date of a key that was never seen, and the bits of its authors."""
_Numbers = TypeVar("_Numbers", bound=tuple[float, ...])


class Keyed(Protocol[_Numbers]):
    """A few numbers for each key."""

    def __len__(self) -> int:
        """How many keys have numbers."""
        ...

    def get(self, key: int) -> _Numbers:
        """The numbers of a key, those of an unknown one included."""
        ...

    def put(self, key: int, numbers: _Numbers) -> None:
        """Sets the numbers of a key."""
        ...

    def tidy(self) -> None:
        """Lets go of what need not be kept."""
        ...


class LatestKeys(Generic[_Numbers]):
    """Numbers of the keys that were put last.

    Args:
        kept: How many keys are left by `tidy`.
        missing: The numbers of an unknown key.
    """

    def __init__(self, kept: int, missing: _Numbers) -> None:
        self._kept = kept
        self._missing = missing
        self._numbers: dict[int, _Numbers] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def get(self, key: int) -> _Numbers:
        """See `Keyed.get`."""
        return self._numbers.get(key, self._missing)

    def put(self, key: int, numbers: _Numbers) -> None:
        """See `Keyed.put`; the key moves to the end, so that what stands first was untouched for longest."""
        self._numbers.pop(key, None)
        self._numbers[key] = numbers

    def tidy(self) -> None:
        """See `Keyed.tidy`."""
        spare = len(self._numbers) - self._kept
        if spare > 0:
            self._numbers = dict(islice(self._numbers.items(), spare, None))


def keyed(kept: int | None, missing: _Numbers, make: Callable[[Any], _Numbers]) -> Keyed[_Numbers]:
    """Room for numbers of the latest keys, or of all.

    Args:
        kept: How many keys; None: all of them.
        missing: The numbers of an unknown key.
        make: Makes numbers of a row of floats.
    """
    return CompactTable(missing, make) if kept is None else LatestKeys(kept, missing)
