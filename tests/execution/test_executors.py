"""What holds for every executor: results in order, questions in order, failures as they are, dead workers replaced."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from moderator.errors import QueueError
from moderator.execution.base import Ask, Executor
from moderator.execution.inline import InlineExecutor
from moderator.execution.processes import ProcessExecutor

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills processes by signals")
DASK = pytest.param("dask", marks=[pytest.mark.loopback, pytest.mark.slow])


@pytest.fixture(scope="module", params=["inline", "processes", DASK])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    if request.param == "dask":
        dask = pytest.importorskip("moderator.execution.dask", reason="the extra [dask] is not installed")
        made: Executor = dask.DaskExecutor(dask.LOCAL, 2)
    else:
        made = InlineExecutor() if request.param == "inline" else ProcessExecutor(2)
    with made as executor:
        yield executor


class Sum:
    """Asks what came before a piece; a piece whose first number is odd asks again, with what it knows then."""

    def begin(self, piece: list[int]) -> Ask[tuple[str, int]] | list[int]:
        time.sleep(0.002 * (piece[0] % 3))
        return Ask(("before", len(piece)), piece, last=piece[0] % 2 == 0)

    def resume(self, state: list[int], answer: tuple[str, int]) -> Ask[tuple[str, int]] | list[int]:
        what, number = answer
        numbers = [each + number for each in state]
        if what == "before" and state[0] % 2:
            return Ask(("again", numbers[0]), numbers)
        return numbers


class Dies(Sum):
    """Kills its own process when it comes to a number, the first few times."""

    def __init__(self, step: str, number: int, folder: Path, times: int = 1) -> None:
        self.step, self.number, self.folder, self.times = step, number, folder, times

    def die(self, step: str, numbers: list[int]) -> None:
        if step == self.step and self.number in numbers:
            for mark in range(self.times):
                try:
                    (self.folder / f"died{mark}").touch(exist_ok=False)
                except FileExistsError:
                    continue
                os.kill(os.getpid(), signal.SIGKILL)

    def begin(self, piece: list[int]) -> Any:
        self.die("begin", piece)
        return super().begin(piece)

    def resume(self, state: list[int], answer: tuple[str, int]) -> Any:
        self.die(answer[0], state)
        return super().resume(state, answer)


class Leader:
    """Answers what `Sum` asks, and notes it."""

    def __init__(self) -> None:
        self.before = 0
        self.asked: dict[str, list[int]] = {"before": [], "again": []}
        self.order: list[tuple[str, int]] = []

    def __call__(self, question: tuple[str, int]) -> tuple[str, int]:
        what, number = question
        self.asked[what].append(number)
        self.order.append((what, len(self.asked["before"]) - 1))
        if what == "again":
            return what, 1000 * len(self.asked[what])
        self.before += number
        return what, self.before - number


def pieces(count: int) -> Iterator[list[int]]:
    for number in range(count):
        yield [number] * (1 + number % 4)


def expected(count: int) -> list[list[int]]:
    results, before, again = [], 0, 0
    for piece in pieces(count):
        again += piece[0] % 2
        results.append([number + before + 1000 * again * (piece[0] % 2) for number in piece])
        before += len(piece)
    return results


def negative(number: int) -> int:
    return -number


@dataclass(frozen=True)
class Refuses:
    """Fails at one piece."""

    at: int

    def __call__(self, piece: int) -> int:
        if piece == self.at:
            raise QueueError(f"piece {piece} cannot be read")
        return piece

    def begin(self, piece: int) -> Ask[int]:
        return Ask(piece, piece)

    def resume(self, state: int, answer: int) -> int:
        return self(state)


@pytest.mark.parametrize("count", [0, 1, 50])
def test_results_and_questions_come_in_the_order_of_the_pieces(executor: Executor, count: int) -> None:
    leader = Leader()
    assert list(executor.run(Sum(), pieces(count), leader)) == expected(count)
    assert leader.asked["before"] == [len(piece) for piece in pieces(count)]
    assert len(leader.asked["again"]) == count // 2
    assert leader.order == [(what, number) for number in range(count) for what in ("before", "again")[: 1 + number % 2]]


def test_the_same_is_done_to_every_piece(executor: Executor) -> None:
    assert list(executor.map(negative, range(100))) == [-number for number in range(100)]
    assert sorted(executor.map_unordered(negative, range(100))) == [-number for number in range(99, -1, -1)]
    assert list(executor.map(negative, [])) == list(executor.map_unordered(negative, [])) == []


def test_pieces_are_taken_a_few_ahead_only(executor: Executor) -> None:
    taken: list[int] = []

    def slowly() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    for place, _ in enumerate(executor.map(negative, slowly())):
        assert len(taken) <= place + executor.count * 3 + 1


def test_a_run_that_is_given_up_leaves_nothing_for_the_next(executor: Executor) -> None:
    run = executor.map(negative, range(100))
    assert [next(run) for _ in range(3)] == [0, -1, -2]
    del run
    asked = executor.run(Sum(), pieces(30), Leader())
    assert next(asked) == [0]
    del asked
    assert list(executor.run(Sum(), pieces(20), Leader())) == expected(20)


def test_a_failure_inside_is_told_as_it_is(executor: Executor) -> None:
    with pytest.raises(QueueError, match="piece 7 cannot be read"):
        list(executor.map(Refuses(7), range(20)))
    with pytest.raises(QueueError, match="piece 7 cannot be read"):
        list(executor.map_unordered(Refuses(7), range(20)))
    with pytest.raises(QueueError, match="piece 7 cannot be read"):
        list(executor.run(Refuses(7), range(20), negative))
    assert list(executor.map(negative, range(9))) == [-number for number in range(9)]


def test_a_failure_of_who_answers_ends_the_run(executor: Executor) -> None:
    def fails(question: Any) -> Any:
        raise QueueError("no answer")

    with pytest.raises(QueueError, match="no answer"):
        list(executor.run(Sum(), pieces(5), fails))
    assert list(executor.run(Sum(), pieces(5), Leader())) == expected(5)


@pytest.mark.parametrize("step", ["begin", "before", "again"])
def test_a_killed_worker_is_replaced_and_changes_nothing(executor: Executor, tmp_path: Path, step: str) -> None:
    if isinstance(executor, InlineExecutor):
        pytest.skip("it has no workers")
    leader = Leader()
    number = 17 if step != "again" else 17 + sum(len(piece) for piece in list(pieces(17)))
    assert list(executor.run(Dies(step, number, tmp_path), pieces(40), leader)) == expected(40)
    assert (tmp_path / "died0").exists()
    assert leader.asked["before"] == [len(piece) for piece in pieces(40)], "nothing is asked twice"
