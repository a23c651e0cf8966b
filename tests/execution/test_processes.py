"""Worker processes: they are gone when the work is done or given up; test_executors.py has the rest."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moderator.errors import WorkersError
from moderator.execution.processes import ProcessExecutor

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="counts processes by their signals")


def always(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def negative(number: int) -> int:
    return -number


def unsendable(number: int) -> int:
    class Local(Exception):
        pass

    raise Local("cannot be sent")


def noisy(number: int) -> int:
    logging.getLogger("moderator.here").error("number %d", number)
    return number


def endless(number: int) -> int:
    time.sleep(60)
    return number


def gone(ids: list[int]) -> bool:
    for id in ids:
        try:
            os.kill(id, 0)
        except ProcessLookupError:
            continue
        return False
    return True


@pytest.fixture(scope="module")
def two() -> Iterator[ProcessExecutor]:
    with ProcessExecutor(2) as workers:
        yield workers


def test_an_error_that_cannot_be_sent_is_told_of(two: ProcessExecutor) -> None:
    with pytest.raises(RuntimeError, match="Local in a worker process: cannot be sent"):
        list(two.map(unsendable, range(2)))
    assert list(two.map(negative, range(9))) == [-number for number in range(9)]


def test_work_that_cannot_be_received_is_an_error() -> None:
    class Odd:
        def __reduce__(self) -> tuple[Any, ...]:
            return int, ("no number",)

    with ProcessExecutor(1) as workers:
        with pytest.raises(ValueError, match="no number"):
            list(workers.map(Odd(), range(2)))  # type: ignore[arg-type]  # it never arrives
        with pytest.raises(ValueError, match="no number"):
            list(workers.map(negative, [Odd()]))  # type: ignore[arg-type]


def test_log_lines_come_back(two: ProcessExecutor, caplog: pytest.LogCaptureFixture) -> None:
    assert list(two.map(noisy, range(3))) == [0, 1, 2]
    assert sorted(record.getMessage() for record in caplog.records) == ["number 0", "number 1", "number 2"]


def test_log_lines_of_a_run_that_was_given_up_are_nobodys(caplog: pytest.LogCaptureFixture) -> None:
    with ProcessExecutor(1) as workers:
        run = workers.map(noisy, range(3))
        assert next(run) == 0
        run.close()
        assert list(workers.map(noisy, range(7, 9))) == [7, 8]
    assert [record.getMessage() for record in caplog.records] == ["number 0", "number 7", "number 8"]


def test_workers_that_die_again_and_again_are_an_error() -> None:
    with ProcessExecutor(2) as workers:
        ids = workers.ids
        with pytest.raises(WorkersError, match=r"3 worker processes ended .* signal 9.*fewer workers"):
            list(workers.map(always, range(40)))
        ids += workers.ids
    assert gone(ids)


def test_giving_up_ends_workers_in_the_middle_of_their_work() -> None:
    with pytest.raises(KeyboardInterrupt), ProcessExecutor(2) as workers:
        ids = workers.ids
        run = workers.map(endless, range(4))
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        before = signal.signal(signal.SIGALRM, signal.default_int_handler)
        try:
            next(run)
        finally:
            signal.signal(signal.SIGALRM, before)
    assert gone(ids)


SCRIPT = """
import sys, time
from tests.execution.test_processes import endless
from moderator.execution.processes import ProcessExecutor
if __name__ == "__main__":
    with ProcessExecutor(2) as workers:
        print(*workers.ids, flush=True)
        list(workers.map(endless, range(4)))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_the_process_that_leads(tmp_path: Path, how: int) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    root = str(Path(__file__).parents[2])
    process: subprocess.Popen[Any] = subprocess.Popen(
        [sys.executable, str(tmp_path / "script.py")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    ids = [int(word) for word in process.stdout.readline().split()]
    assert len(ids) == 2
    time.sleep(0.3)
    if how == signal.SIGINT:
        os.killpg(process.pid, how)  # as a terminal does: to all of them
    else:
        process.send_signal(how)
    _, errors = process.communicate(timeout=30)
    # an endless piece is no reason to stay: those that lie in their sleep are looked for until it would be over
    for _ in range(100):
        if gone(ids):
            break
        time.sleep(0.1)
    for id in ids if not gone(ids) else ():
        os.kill(id, signal.SIGKILL)
        pytest.fail("a worker outlived the process that led it")
    if how == signal.SIGINT:
        assert errors.count("Traceback") <= 1


def test_a_script_that_does_its_work_when_imported_is_told(tmp_path: Path) -> None:
    script = SCRIPT.replace('if __name__ == "__main__":', "if True:")
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py")],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        text=True,
        check=False,
    )
    assert "3 worker processes ended before their work, the last one by exit code 1" in done.stderr.splitlines()[-1]
    assert "__main__" in done.stderr.splitlines()[-1]


def test_none_is_no_number_of_workers() -> None:
    with pytest.raises(ValueError, match="0"):
        ProcessExecutor(0)
