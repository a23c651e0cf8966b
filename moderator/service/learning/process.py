"""Retraining in a process of its own, with low priority; it ends with the service.

Its job comes through standard input, never through the command line, where others could read it. It cannot change the
model in use: it writes a new folder and prints its result.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from moderator.config.service import Secrets

__all__ = ["BETTER", "FAILED", "NOT_BETTER", "TOO_LITTLE", "Job", "Retrain", "Retrained", "run_retraining"]

BETTER = "better"
NOT_BETTER = "not better"
TOO_LITTLE = "too little"
"""Nothing can be learned or measured from what there is."""
FAILED = "failed"
_PROGRAM = "moderator.cli.retrain_process"
_LOOK = 0.5
"""Seconds between two looks whether the process has ended."""
_TOLD = 300
"""Characters of an error that are shown."""
_KILLED = 9
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be learned from, and what a new model is measured against."""

    database: str
    """The service's, a file or an address."""
    history: str
    """Likewise; empty: there is none that another process can read."""
    lists: str
    """Folder of domain lists."""
    base: str
    """Folder of the model to start from."""
    in_use: str
    """Folder of the model that a new one must better."""
    output: str
    """Folder of the new model."""
    verify: bool
    """Whether nothing is approved unseen."""
    chosen: dict[str, Any] = field(default_factory=dict)
    """The owner's cut-offs and what else decides beside the model: fields of `moderator.config.settings.Settings`."""
    posts: list[list[str]] = field(default_factory=list)
    """Our posts: address, title, words."""
    nice: int = 10
    """How far the process stands back."""


@dataclass(frozen=True, slots=True)
class Retrained:
    """What came of a retraining."""

    outcome: str
    """``better``, ``not better``, ``too little``, ``failed``."""
    why: str
    """The grounds in plain words."""
    found: dict[str, Any] = field(default_factory=dict)
    """What was measured, as `moderator.training.retrain.Learned.to_json` gives it; empty: nothing."""


Retrain = Callable[[Job, float, Event, Callable[[], None]], Retrained]
"""Runs a job; see `run_retraining`."""


def run_retraining(job: Job, seconds: float, ended: Event, beat: Callable[[], None]) -> Retrained:
    """Runs a job in a process of its own, and waits for it.

    Args:
        job: What is to be done.
        seconds: After which it is given up.
        ended: Set when the service ends; the process is ended then, too.
        beat: Called while it runs.

    Returns:
        What it found; where it did not come to its end, why. Its folder is there only if the model is better.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own program, and nothing of a stranger's in its arguments
                [sys.executable, "-m", _PROGRAM], stdin=subprocess.PIPE, stdout=out, stderr=err, env=_environment()
            )
        except OSError as error:
            return Retrained(FAILED, f"the process could not be started ({error.strerror})")
        try:
            problem = _watched(process, job, seconds, ended, beat)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdin is not None:
                _closed(process)
        found = problem or _read(process.returncode, _text(out), _text(err))
    if found.outcome != BETTER:
        shutil.rmtree(Path(job.output), ignore_errors=True)
    return found


def _watched(
    process: subprocess.Popen[bytes], job: Job, seconds: float, ended: Event, beat: Callable[[], None]
) -> Retrained | None:
    """Waits for the end; why it was ended instead, or None."""
    assert process.stdin is not None  # noqa: S101 - it was asked for
    try:
        process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
        process.stdin.flush()
    except OSError:
        return None  # it has ended already; its last words say why
    until = monotonic() + seconds
    while process.poll() is None:
        if ended.wait(_LOOK):
            return Retrained(FAILED, "the service ended meanwhile")
        if monotonic() > until:
            return Retrained(FAILED, f"it took longer than {seconds / 60:g} minutes and was ended")
        beat()
    return None


def _read(code: int, out: str, err: str) -> Retrained:
    if code == 0:
        try:
            result = json.loads(out.strip().rpartition("\n")[2])
            return Retrained(result["outcome"], result["why"], result["found"])
        except (ValueError, KeyError, TypeError):
            return Retrained(FAILED, "the process ended without telling what it found")
    _log.error("a retraining failed with code %d:\n%s", code, err)
    if code < 0:
        memory = "; perhaps memory was short" if code == -_KILLED else ""
        return Retrained(FAILED, f"the process was ended by signal {-code}{memory}")
    last = err.strip().rpartition("\n")[2] or f"exit code {code}"
    return Retrained(FAILED, last[:_TOLD])


def _environment() -> dict[str, str]:
    """Ours without the service's secrets, and with one thread for numbers: the other cores are for judging."""
    secret = {f"MODERATOR_{entry.name.upper()}{end}" for entry in fields(Secrets) for end in ("", "_FILE")}
    kept = {name: value for name, value in os.environ.items() if name not in secret}
    return kept | {"OMP_NUM_THREADS": "1"}


def _closed(process: subprocess.Popen[bytes]) -> None:
    try:
        if process.stdin is not None:
            process.stdin.close()
    except OSError:
        _log.debug("the process had closed its side already")


def _text(file: Any) -> str:
    file.seek(0)
    return bytes(file.read()).decode("utf-8", "replace")
