"""Numbers by key in little room, for batches that may forget nothing.

A dict of digests takes 120 bytes a key with a float each and 270 with a tally each (tests/benchmarks/history_speed.py);
this table takes 8 bytes for the key and 8 for each number, with a quarter to a half of its places empty.

>>> dates = CompactTable((0.0,), tuple)
>>> dates.put(7, (1.5,))
>>> dates.get(7), dates.get(8)
((1.5,), (0.0,))
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import numpy as np

__all__ = ["CompactTable"]

_PARTS = 64
"""A table grows part by part, so that it is never there twice."""
_FEWEST = 16
"""Homes in a new part."""
_SPARE = 16
"""Places behind the homes; a part grows when they do not suffice."""
_Numbers = TypeVar("_Numbers", bound=tuple[float, ...])


class CompactTable(Generic[_Numbers]):
    """A mapping of 64-bit signed keys to a few floats each.

    Args:
        missing: The numbers of a key that was never put.
        make: Makes what `get` returns of a row of numbers.
    """

    def __init__(self, missing: _Numbers, make: Callable[[Any], _Numbers]) -> None:
        self._missing = missing
        self._make = make
        self._row = struct.Struct(f"{len(missing)}d")
        self._parts = [_Part(len(missing), _FEWEST, _FEWEST + _SPARE) for _ in range(_PARTS)]
        self._of_zero: bytes = b""
        """What the key 0 has, which marks an empty place in the parts; empty: it was never put."""

    def __len__(self) -> int:
        return sum(part.used for part in self._parts) + bool(self._of_zero)

    def get(self, key: int) -> _Numbers:
        """The numbers of a key."""
        if not key:
            return self._make(self._row.unpack(self._of_zero)) if self._of_zero else self._missing
        part = self._parts[key % _PARTS]
        place = part.place(key)
        if not part.keys[place]:
            return self._missing
        return self._make(self._row.unpack_from(part.numbers, self._row.size * place))

    def put(self, key: int, numbers: _Numbers) -> None:
        """Sets the numbers of a key."""
        if not key:
            self._of_zero = self._row.pack(*numbers)
            return
        part = self._parts[key % _PARTS]
        place = part.place(key)
        while not part.keys[place]:
            if part.has_room_at(place):
                part.keys[place] = key
                part.used += 1
                break
            part = self._parts[key % _PARTS] = part.grown()
            place = part.place(key)
        self._row.pack_into(part.numbers, self._row.size * place, *numbers)

    def tidy(self) -> None:
        """Forgets nothing."""


class _Part:
    """Each key stands at its home, or behind it with no empty place between; the last place is always empty."""

    __slots__ = ("homes", "keys", "numbers", "used", "width")

    def __init__(self, width: int, homes: int, places: int) -> None:
        self.width = width
        self.homes = homes
        self.keys = array("q", bytes(8 * places))
        self.numbers = array("d", bytes(8 * places * width))
        self.used = 0

    def place(self, key: int) -> int:
        """Where the key stands, or the empty place where it would."""
        keys = self.keys
        place = key // _PARTS % self.homes
        while (found := keys[place]) != key and found:
            place += 1
        return place

    def has_room_at(self, place: int) -> bool:
        """Whether a new key may stand there without making the ways too long."""
        return 4 * self.used < 3 * self.homes and place < len(self.keys) - 1

    def grown(self) -> _Part:
        """The same keys with half as many homes more."""
        homes = self.homes * 3 // 2
        keys = np.frombuffer(self.keys, np.int64)
        taken = np.flatnonzero(keys)
        home = keys[taken] // _PARTS % homes
        order = np.argsort(home, kind="stable")
        number = np.arange(len(order))
        places = np.maximum.accumulate(home[order] - number) + number  # each at home, or right behind the one before
        larger = _Part(self.width, homes, max(homes, int(places[-1]) + 1) + _SPARE)
        np.frombuffer(larger.keys, np.int64)[places] = keys[taken[order]]
        rows = np.frombuffer(self.numbers).reshape(-1, self.width)
        np.frombuffer(larger.numbers).reshape(-1, self.width)[places] = rows[taken[order]]
        larger.used = self.used
        return larger
