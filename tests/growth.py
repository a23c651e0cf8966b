"""Whether work grows with the length of what is read and no faster: a ratio, so that a slow machine says the same."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

TIMES = 8
SLACK = 3.0
FLOOR = 0.05
"""Seconds of processor time; what takes less is too short to be compared."""


def assert_linear(work: Callable[[int], object], length: int = 60_000) -> None:
    """Fails where eight times the length takes more than three times eight times the processor time.

    A quadratic reader takes 64 times as long. The other tries are for whatever else the machine did in the first.

    Args:
        work: Reads something of so many characters.
        length: Of the shorter text.
    """
    for _ in range(3):
        small, large = _seconds(work, length), _seconds(work, TIMES * length)
        if large < max(small, FLOOR) * TIMES * SLACK:
            return
    raise AssertionError(f"{length:,} characters: {small:.2f} s, {TIMES} times as many: {large:.2f} s")


def _seconds(work: Callable[[int], object], length: int) -> float:
    # Collecting garbage goes through all that the tests before have left, which has nothing to do with the length.
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        work(length)
        return time.process_time() - began
    finally:
        gc.enable()
