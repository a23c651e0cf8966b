"""Several processes at one history, and processes that die. A subclass gives the fixture `shared`."""

import multiprocessing
import os
import random
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

import pytest

from moderator.history.base import DAY, History
from moderator.records import Label
from tests.batteries.history_battery import KEYS, NOW, VERIFIED, decided, entry

PROCESSES = 4
EACH = 60


@dataclass
class Shared:
    """A history that several processes open."""

    open: Callable[[], History]
    """Opens it, and makes it where it does not exist."""
    ids: Callable[[], set[str]]
    """The decided linkbacks in it, found without our code; raises where anything is damaged or half there."""


def _context() -> multiprocessing.context.ForkContext:
    return multiprocessing.get_context("fork")


def _write_many(shared: Shared, name: int, told: Connection) -> None:
    try:
        history = shared.open()  # all of them find nothing, and make it at once
        for place in range(EACH):
            id = f"{name}-{place}"
            with history.transaction():
                history.snapshot(KEYS, NOW, id)
                history.observe(entry(id, NOW - 1 - place, evidence=VERIFIED, decision=decided(id, VERIFIED)))
            history.label(id, Label.SPAM, NOW)
            history.judge(KEYS, Label.HAM, NOW)
            history.observe(
                entry("everybody's", NOW - DAY, KEYS._replace(target=50 + name), decision=decided("everybody's"))
            )
        history.close()
        told.send("")
    except BaseException as error:
        told.send(repr(error))


def _decide_for_ever(shared: Shared, start: int, told: int) -> None:
    history = shared.open()
    number = start
    while True:
        ids = [f"{number:08}", f"{number:08}+"]
        with history.transaction():
            for id in ids:
                history.observe(entry(id, NOW + number, decision=decided(id)))
        if number % 7 == 0:
            history.label(ids[0], Label.SPAM, NOW + number)
        if number % 50 == 0:
            history.prune(NOW - 1)
        os.write(told, f"{' '.join(ids)}\n".encode())
        number += 1


class ProcessesBattery:
    def test_nothing_is_lost_where_several_processes_write(self, shared: Shared) -> None:
        pipes, children = [], []
        for name in range(PROCESSES):
            receiver, sender = _context().Pipe(duplex=False)
            child = _context().Process(target=_write_many, args=(shared, name, sender))
            child.start()
            pipes.append(receiver)
            children.append(child)
        errors = [pipe.recv() for pipe in pipes]
        for child in children:
            child.join()
        assert errors == [""] * PROCESSES
        history = shared.open()
        assert len(list(history.labelled())) == PROCESSES * EACH
        seen = history.snapshot(KEYS, NOW, "x")
        assert seen.domain_reputation[:2] == (PROCESSES * EACH, PROCESSES * EACH)  # no label overwrote another
        assert history.snapshot(KEYS, NOW - DAY + 1, "x").domain.targets_7d == 1  # the last word stands, once
        history.close()
        ids = {f"{name}-{place}" for name in range(PROCESSES) for place in range(EACH)}
        assert shared.ids() == ids | {"everybody's"}

    @pytest.mark.parametrize("rounds", [4, pytest.param(40, marks=pytest.mark.slow)])
    def test_a_killed_process_loses_no_committed_decision(self, shared: Shared, rounds: int) -> None:
        chance = random.Random(20)
        reported: set[str] = set()
        for number in range(rounds):
            reading, writing = os.pipe()
            child = _context().Process(target=_decide_for_ever, args=(shared, number * 1_000_000, writing))
            child.start()
            os.close(writing)
            if number % 2:  # it has begun to commit; otherwise it may not have come to it, where machines are slow
                assert select.select([reading], [], [], 60)[0]
            time.sleep(chance.uniform(0.0, 0.3))  # at any point: while it makes the tables, commits, folds its log
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            child.join()
            with os.fdopen(reading) as lines:
                reported.update(id for line in lines if line.endswith("\n") for id in line.split())
            kept = shared.ids()
            assert reported <= kept
            assert {id.removesuffix("+") for id in kept} == {id for id in kept if not id.endswith("+")}
            assert len(kept) % 2 == 0  # of each group both, or none
        assert len(reported) >= rounds  # two for each other round, at least
        history = shared.open()
        history.observe(entry("after", NOW))
        history.close()
