"""Worker processes: results in order, replaced when they die, gone when the work is done or given up."""

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

from moderator.errors import QueueError, WorkersError
from moderator.execution.processes import Workers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="counts processes by their signals")


class Sum:
    """Tells a piece's length, is answered with what came before, and gives both together."""

    def first(self, piece: list[int]) -> tuple[int, list[int]]:
        time.sleep(0.002 * (piece[0] % 3))
        return len(piece), piece

    def second(self, kept: list[int], answer: int) -> list[int]:
        return [number + answer for number in kept]


class Deadly(Sum):
    """Dies once, or whenever a piece holds `number`."""

    def __init__(self, step: str, number: int, mark: Path | None) -> None:
        self.step, self.number, self.mark = step, number, mark

    def die(self, step: str, piece: list[int]) -> None:
        if step != self.step or self.number not in piece:
            return
        if self.mark is not None:
            try:
                self.mark.touch(exist_ok=False)
            except FileExistsError:
                return
        os.kill(os.getpid(), signal.SIGKILL)

    def first(self, piece: list[int]) -> tuple[int, list[int]]:
        self.die("first", piece)
        return super().first(piece)

    def second(self, kept: list[int], answer: int) -> list[int]:
        self.die("second", kept)
        return super().second(kept, answer)


def pieces(count: int) -> Iterator[list[int]]:
    for number in range(count):
        yield [number] * (1 + number % 4)


def led(workers: Workers, job: Sum, count: int) -> list[list[int]]:
    before = [0]

    def between(length: int) -> int:
        before.append(before[-1] + length)
        return before[-2]

    return list(workers.in_turn(job, pieces(count), between))


def expected(count: int) -> list[list[int]]:
    results, before = [], 0
    for piece in pieces(count):
        results.append([number + before for number in piece])
        before += len(piece)
    return results


def negative(number: int) -> int:
    return -number


def failing(number: int) -> int:
    if number == 7:
        raise QueueError("piece 7 is broken")
    return number


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
def two() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


def test_results_come_in_order_whatever_is_done_first(two: Workers) -> None:
    assert led(two, Sum(), 50) == expected(50)
    assert list(two.each(negative, range(100))) == [-number for number in range(100)]
    assert led(two, Sum(), 1) == expected(1)
    assert led(two, Sum(), 0) == []


def test_pieces_are_taken_a_few_ahead_only(two: Workers) -> None:
    taken: list[int] = []

    def slowly() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    for place, _ in enumerate(two.each(negative, slowly())):
        assert len(taken) <= place + 2 * 3 + 1


def test_a_run_that_is_given_up_leaves_nothing_for_the_next(two: Workers) -> None:
    run = two.each(negative, range(100))
    assert [next(run) for _ in range(3)] == [0, -1, -2]
    run.close()
    assert led(two, Sum(), 20) == expected(20)


def test_errors_come_back(two: Workers) -> None:
    with pytest.raises(QueueError, match="piece 7 is broken"):
        list(two.each(failing, range(20)))
    with pytest.raises(RuntimeError, match="Local in a worker process: cannot be sent"):
        list(two.each(unsendable, range(2)))
    assert list(two.each(negative, range(9))) == [-number for number in range(9)]


def test_work_that_cannot_be_received_is_an_error() -> None:
    class Odd:
        def __reduce__(self) -> tuple[Any, ...]:
            return int, ("no number",)

    with Workers(1) as workers:
        with pytest.raises(ValueError, match="no number"):
            list(workers.each(Odd(), range(2)))  # type: ignore[arg-type]  # it never arrives
        with pytest.raises(ValueError, match="no number"):
            list(workers.each(negative, [Odd()]))  # type: ignore[arg-type]


def test_log_lines_come_back(two: Workers, caplog: pytest.LogCaptureFixture) -> None:
    assert list(two.each(noisy, range(3))) == [0, 1, 2]
    assert sorted(record.getMessage() for record in caplog.records) == ["number 0", "number 1", "number 2"]


@pytest.mark.parametrize("step", ["first", "second"])
def test_a_killed_worker_is_replaced_and_changes_nothing(tmp_path: Path, step: str) -> None:
    with Workers(2) as workers:
        ids = workers.ids
        assert led(workers, Deadly(step, 17, tmp_path / "died"), 40) == expected(40)
        assert (tmp_path / "died").exists()
        assert workers.ids != ids
        ids += workers.ids
    assert gone(ids)


def test_workers_that_die_again_and_again_are_an_error() -> None:
    with Workers(2) as workers:
        ids = workers.ids
        with pytest.raises(WorkersError, match=r"3 worker processes ended .* signal 9.*fewer workers"):
            led(workers, Deadly("first", 17, None), 40)
        ids += workers.ids
    assert gone(ids)


def test_giving_up_ends_workers_in_the_middle_of_their_work() -> None:
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Workers(2) as workers:
        ids = workers.ids
        run = workers.each(endless, range(4))
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        before = signal.signal(signal.SIGALRM, signal.default_int_handler)
        try:
            next(run)
        finally:
            signal.signal(signal.SIGALRM, before)
    assert gone(ids)
    assert time.monotonic() - begun < 20


SCRIPT = """
import sys, time
from tests.execution.test_processes import endless
from moderator.execution.processes import Workers
if __name__ == "__main__":
    with Workers(2) as workers:
        print(*workers.ids, flush=True)
        list(workers.each(endless, range(4)))
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
        Workers(0)
