"""The progress line: drawn on a terminal, silent elsewhere."""

import io

import pytest

from moderator.cli.progress import ProgressLine, progress_text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_it_and_it_goes_away() -> None:
    stream = Terminal()
    with ProgressLine(stream) as progress:
        progress("reading", 1000, 0)
        progress("judging", 1000, 4000)
        progress("judging", 1001, 4000)
    drawn = stream.getvalue().split("\r\x1b[K")
    assert drawn[1].startswith("reading 1,000")
    assert drawn[2].startswith("judging [######")
    assert len(drawn) == 4
    assert drawn[-1] == ""


def test_a_file_sees_nothing() -> None:
    stream = io.StringIO()
    with ProgressLine(stream) as progress:
        progress("judging", 1, 2)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("seconds", "left"), [(1.0, "9 s left"), (100.0, "15 min left"), (3000.0, "7 h 30 min left")])
def test_time_left(seconds: float, left: str) -> None:
    assert progress_text("judging", 100, 1000, seconds).endswith(left)
