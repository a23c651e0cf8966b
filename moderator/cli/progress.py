"""A progress line on stderr; silent when stderr is no terminal."""

from __future__ import annotations

import sys
import time
from typing import TextIO

__all__ = ["ProgressLine", "duration_text", "progress_text"]

_PAUSE = 0.1
"""Seconds between two drawings."""
_BAR = 24
"""Characters of the bar."""


def progress_text(stage: str, done: int, total: int, seconds: float) -> str:
    """The line for one moment.

    Args:
        stage: What is being done.
        done: Rows done.
        total: Rows to do; 0: not known yet.
        seconds: Since the stage began.

    >>> progress_text("judging", 500, 2000, 10.0)
    'judging [######                  ] 500 of 2,000  50/s  30 s left'
    >>> progress_text("reading", 500, 0, 0.0)
    'reading 500'
    """
    rate = done / seconds if seconds > 0 else 0.0
    speed = f"  {rate:,.0f}/s" if rate else ""
    if not total:
        return f"{stage} {done:,}{speed}"
    filled = min(_BAR, _BAR * done // total)
    left = f"  {duration_text((total - done) / rate)} left" if rate else ""
    return f"{stage} [{'#' * filled:{_BAR}}] {done:,} of {total:,}{speed}{left}"


def duration_text(seconds: float) -> str:
    """A time for people to read.

    >>> duration_text(90), duration_text(600)
    ('90 s', '10 min')
    """
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    return f"{whole // 60} min" if whole < 7200 else f"{whole // 3600} h {whole % 3600 // 60} min"


class ProgressLine:
    """Draws the line; as a context it wipes it at the end."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._quiet = not self._stream.isatty()
        self._stage = ""
        self._began = self._drawn = 0.0

    def __enter__(self) -> ProgressLine:
        return self

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Draws, unless that was done a moment ago."""
        if self._quiet:
            return
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._drawn = stage, now, 0.0
        if now - self._drawn >= _PAUSE:
            self._drawn = now
            self._stream.write(f"\r\x1b[K{progress_text(stage, done, total, now - self._began)}")
            self._stream.flush()

    def __exit__(self, *_: object) -> None:
        if not self._quiet:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
