"""A process that stands still ends, even where no thread of Python can do anything any more."""

from __future__ import annotations

import subprocess
import sys

import pytest

ENDLESS = "import re; re.match('(a+)+b', 'a' * 60)"
"""C code that holds Python's lock for longer than anybody lives."""
BUSY = "import time; time.sleep({seconds})"


def end_of(body: str, limit: float) -> tuple[int, str]:
    code = f"from moderator.service.health import heartbeat\nwith heartbeat({limit}):\n    {body}\nprint('well')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_a_stuck_process_ends_and_tells_where_it_stood() -> None:
    code, told = end_of(ENDLESS, limit=2.0)
    assert code == 1
    assert "Timeout" in told and "re" in told
    assert "well" not in told


@pytest.mark.slow
def test_one_that_goes_on_is_left_alone() -> None:
    """For longer than the limit, which is wide so that a busy machine does not stop it."""
    assert end_of(BUSY.format(seconds=12), limit=10.0) == (0, "well\n")
