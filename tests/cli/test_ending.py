"""A rescoring process that is told to end leaves what was there before, and nothing else."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import moderator

ROOT = Path(moderator.__file__).parents[1]
CODE = """
import sys, time
from moderator.cli import main
from moderator.batch import rescore
slow = rescore._Run._verdicts
def slowly(*arguments):
    print("judging", flush=True)
    time.sleep(0.2)
    return slow(*arguments)
rescore._Run._verdicts = slowly
rescore._CHUNK = 5
sys.argv[1:] = sys.argv[2:]
sys.exit(main())
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("mixed", [False, True])
def test_an_ended_process_leaves_no_half_output(
    tmp_path: Path, model_folder: Path, number: signal.Signals, code: int, mixed: bool
) -> None:
    rows = [
        {"source_url": f"https://a{at}.example/", "target_url": "https://b.example/", "received_at": f"20{at}-01-01"}
        for at in range(10, 99)
    ]
    if mixed:
        rows.reverse()
    queue, output = tmp_path / "queue.jsonl", tmp_path / "out.jsonl"
    queue.write_text("".join(json.dumps(row) + "\n" for row in rows))
    output.write_text("before")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    words = ["rescore", str(queue), "--output", str(output), "--model", str(model_folder)]
    with subprocess.Popen(
        [sys.executable, "-c", CODE, "-", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "judging\n"
        time.sleep(0.05)
        process.send_signal(number)
        told = process.stderr.read()
        assert process.wait(30) == code
    assert "Traceback" not in told
    assert output.read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} == {"queue.jsonl", "out.jsonl"}


SHARED = """
import sys, time
from moderator.cli import main
from moderator.batch import parallel, rescore
slow = parallel.ManyHands._led
def slowly(run, seen):
    print(*run._workers.ids, flush=True)
    time.sleep(0.2)
    return slow(run, seen)
parallel.ManyHands._led = slowly
rescore._CHUNK = 5
sys.argv[1:] = sys.argv[2:]
if __name__ == "__main__":
    sys.exit(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a group")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_an_ended_process_ends_its_workers(
    tmp_path: Path, model_folder: Path, number: signal.Signals, code: int
) -> None:
    rows = [
        {"source_url": f"https://a{at}.example/", "target_url": "https://b.example/", "received_at": f"20{at}-01-01"}
        for at in range(10, 99)
    ]
    queue, output = tmp_path / "queue.jsonl", tmp_path / "out.jsonl"
    queue.write_text("".join(json.dumps(row) + "\n" for row in rows))
    output.write_text("before")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    words = ["rescore", str(queue), "--output", str(output), "--model", str(model_folder), "--workers", "2"]
    with subprocess.Popen(
        [sys.executable, "-c", SHARED, "-", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        ids = [int(word) for word in process.stdout.readline().split()]
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        told = process.stderr.read()
        assert process.wait(30) == code
    assert len(ids) == 2
    for _ in range(100):
        if not any(_lives(id) for id in ids):
            break
        time.sleep(0.1)
    else:
        pytest.fail("a worker outlived the process that led it")
    assert "Traceback" not in told
    assert output.read_text() == "before"


def _lives(id: int) -> bool:
    try:
        os.kill(id, 0)
    except ProcessLookupError:
        return False
    return True
