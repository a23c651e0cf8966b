"""Drawing from a seeded generator, quickly and in the same way on every machine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import exp, log
from random import Random
from typing import Generic, TypeVar

__all__ = ["Loaded", "between", "pick", "seeded", "stretched"]

T = TypeVar("T")


def seeded(seed: int, *names: object) -> Random:
    """A generator that depends on nothing but the seed and the names."""
    return Random(":".join(map(str, (seed, *names))))


def pick(rng: Random, things: Sequence[T]) -> T:
    """One of the things, each as likely as the others."""
    return things[int(rng.random() * len(things))]


def between(rng: Random, low: float, high: float) -> float:
    """A number between two others, each as likely as the others."""
    return low + (high - low) * rng.random()


def stretched(rng: Random, low: float, high: float) -> int:
    """A whole number between two positive ones, each order of magnitude as likely as the others."""
    return int(exp(log(low) + (log(high) - log(low)) * rng.random()))


class Loaded(Generic[T]):
    """A loaded die.

    >>> Loaded({"heads": 3, "tails": 0}).roll(Random(1))
    'heads'
    """

    __slots__ = ("_limits", "faces")

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.faces = tuple(face for face, weight in weights.items() if weight > 0)
        total = sum(weights.values())
        self._limits = [sofar / total for sofar in accumulate(weights[face] for face in self.faces)][:-1]

    def roll(self, rng: Random) -> T:
        """One face."""
        return self.faces[bisect_right(self._limits, rng.random())]
