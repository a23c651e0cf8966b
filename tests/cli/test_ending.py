"""A rescoring process that is told to end leaves what was there before, and nothing else.

The queue is long enough to be in work for a while; that it is in work is seen from outside: the output's temporary
file, or the parts of a queue in no order, stand in the folder.
"""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import moderator

ROOT = Path(moderator.__file__).parents[1]
ROWS = 20_000
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals to a group")


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return [
        json.dumps(
            {
                "source_url": f"https://a{number}.example/",
                "target_url": "https://b.example/",
                "excerpt": "I read of tulips and their bulbs. " * 20,
                "received_at": f"2020-01-01T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z",
            }
        )
        for number in range(ROWS)
    ]


class Run:
    """``moderator rescore`` on a queue in a folder of its own, until it writes."""

    def __init__(self, folder: Path, model: Path, lines: list[str], *words: str) -> None:
        self.folder, self.output = folder, folder / "out.jsonl"
        (folder / "queue.jsonl").write_text("\n".join(lines))
        self.output.write_text("before")
        arguments = ["rescore", "queue.jsonl", "--output", "out.jsonl", "--model", str(model), *words]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moderator", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_until_at_work(self) -> None:
        """Waits until there is more in the folder than before."""
        for _ in range(1200):
            if len(list(self.folder.iterdir())) > 2:
                return
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.05)
        pytest.fail("it never began to write")

    def ended(self) -> tuple[int, str]:
        """Its exit code, and what it said on stderr."""
        _, told = self.process.communicate(timeout=60)
        return self.process.returncode, told

    def children(self) -> list[int]:
        """Processes of its session, itself excepted."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) != self.process.pid:
                try:
                    fields = (folder / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                if int(fields[3]) == self.process.pid and fields[0] != "Z":
                    found.append(int(folder.name))
        return found


@pytest.fixture
def running(tmp_path: Path, model_folder: Path, lines: list[str]) -> Iterator[Any]:
    started: list[Run] = []

    def run(*words: str, mixed: bool = False) -> Run:
        started.append(Run(tmp_path, model_folder, lines[::-1] if mixed else lines, *words))
        return started[-1]

    yield run
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("mixed", [False, True])
def test_an_ended_process_leaves_no_half_output(running: Any, number: signal.Signals, code: int, mixed: bool) -> None:
    run = running(mixed=mixed)
    run.wait_until_at_work()
    run.process.send_signal(number)
    found, told = run.ended()
    assert found == code
    assert "Traceback" not in told
    assert run.output.read_text() == "before"
    assert {path.name for path in run.folder.iterdir()} == {"queue.jsonl", "out.jsonl"}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes as Linux shows them")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_an_ended_process_ends_its_workers(running: Any, number: signal.Signals, code: int) -> None:
    run = running("--workers", "2")
    run.wait_until_at_work()
    assert len(run.children()) >= 2
    if number == signal.SIGINT:
        os.killpg(run.process.pid, number)  # as a terminal does: to all of them
    else:
        run.process.send_signal(number)
    found, told = run.ended()
    assert found == code
    for _ in itertools.takewhile(lambda _: run.children(), range(200)):
        time.sleep(0.1)
    assert run.children() == [], "a worker outlived the process that led it"
    assert "Traceback" not in told
    assert run.output.read_text() == "before"
