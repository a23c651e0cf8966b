"""The process in which the service makes a new model: what it is given, how it ends, and that nothing of it stays."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from moderator.service.learning import process
from moderator.service.learning.process import FAILED, TOO_LITTLE, Job, run_retraining
from moderator.service.store import Store
from moderator.wiring import default_model_folder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at another process by /proc"),
]
SECRET = "nobody-may-read-this"
PATIENCE = 240.0
"""Seconds that a process may take here, however busy the machine is."""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job on an empty database."""
    with closing(Store(tmp_path / "service.sqlite3")):
        pass
    model = str(default_model_folder())
    return Job(
        database=str(tmp_path / "service.sqlite3"),
        history="",
        lists=str(tmp_path / "lists"),
        base=model,
        in_use=model,
        output=str(tmp_path / "new"),
        verify=True,
        chosen={"blog": "", "approve_below": None, "spam_from": None, "self_pings": "approve"},
        posts=[["https://blog.example/1", "Roses", SECRET]],
        nice=7,
    )


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were started."""
    made: list[subprocess.Popen[bytes]] = []
    popen: Callable[..., subprocess.Popen[bytes]] = subprocess.Popen

    def start(*given: Any, **named: Any) -> subprocess.Popen[bytes]:
        made.append(popen(*given, **named))
        return made[-1]

    monkeypatch.setattr(process.subprocess, "Popen", start)  # type: ignore[attr-defined]
    return made


def test_with_too_little_to_learn_from_nothing_stays(job: Job) -> None:
    found = run_retraining(job, PATIENCE, Event(), lambda: None)
    assert found.outcome == TOO_LITTLE
    assert found.why
    assert not Path(job.output).exists()


def test_it_stands_back_and_is_given_no_secret(
    job: Job, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODERATOR_API_TOKEN", SECRET)
    seen: list[tuple[int, bytes]] = []

    def look() -> None:
        folder = Path(f"/proc/{started[0].pid}")
        with contextlib.suppress(ProcessLookupError):  # it may just have ended
            given = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            seen.append((os.getpriority(os.PRIO_PROCESS, started[0].pid), given))

    run_retraining(job, PATIENCE, Event(), look)
    assert max(nice for nice, _ in seen) == os.getpriority(os.PRIO_PROCESS, 0) + job.nice
    assert all(SECRET.encode() not in given for _, given in seen)


def test_it_ends_with_the_service(job: Job, started: list[subprocess.Popen[bytes]]) -> None:
    ended = Event()
    found = run_retraining(job, PATIENCE, ended, ended.set)
    assert (found.outcome, found.why) == (FAILED, "the service ended meanwhile")
    assert started[0].poll() is not None


def test_it_is_given_up_after_its_time(job: Job, started: list[subprocess.Popen[bytes]]) -> None:
    found = run_retraining(job, 0.0, Event(), lambda: None)
    assert found.outcome == FAILED
    assert "was ended" in found.why
    assert started[0].poll() is not None


def test_one_that_is_killed_changes_nothing(job: Job, started: list[subprocess.Popen[bytes]]) -> None:
    Path(job.output).mkdir()
    (Path(job.output) / "half").write_text("of a model")
    found = run_retraining(job, PATIENCE, Event(), lambda: os.kill(started[0].pid, signal.SIGKILL))
    assert found.outcome == FAILED
    assert "signal 9" in found.why
    assert not Path(job.output).exists()


@pytest.mark.parametrize("wrong", ["database", "base"])
def test_what_cannot_be_read_is_told_in_one_line(wrong: str, job: Job, tmp_path: Path) -> None:
    (tmp_path / "none").write_bytes(b"this is neither a database nor a model")
    found = run_retraining(replace(job, **{wrong: str(tmp_path / "none")}), PATIENCE, Event(), lambda: None)  # type: ignore[arg-type]
    assert found.outcome == FAILED
    assert found.why.count("\n") == 0
    assert "Traceback" not in found.why and SECRET not in found.why
