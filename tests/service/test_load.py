"""A flood over loopback with SIGKILL in the middle: the short form of `tests.benchmarks.serve_load`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.benchmarks.serve_load import Web, run


@pytest.mark.slow
@pytest.mark.loopback
def test_nothing_that_was_accepted_is_lost(tmp_path: Path) -> None:
    with closing(Web()) as web:
        tally, service, memory = run(8.0, tmp_path, web.port, queue=3)
        kept = service.kept()
        service.stop()
    assert set(tally.accepted) <= kept.keys()
    assert tally.wrong == []
    assert tally.accepted, "however busy the machine is"
    assert tally.statuses[503] > 0, "more was offered than taken"
    assert tally.broken > 0, "it was down in the middle"
    assert max(memory) < min(memory) + 60
    assert "Traceback" not in (tmp_path / "log").read_text()
