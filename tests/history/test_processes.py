"""Several processes at one history, and processes that die."""

import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from moderator.history.sqlite import SqliteHistory
from moderator.records import Label
from tests.batteries.history_battery import KEYS, NOW, decided, entry

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
PROCESSES = 4
EACH = 60


def _context() -> multiprocessing.context.ForkContext:
    return multiprocessing.get_context("fork")


def _write_many(path: Path, name: int, told: Connection) -> None:
    try:
        history = SqliteHistory(path)  # all of them find no file, and make it at once
        for place in range(EACH):
            id = f"{name}-{place}"
            with history.transaction():
                history.snapshot(KEYS, NOW, id)
                history.observe(entry(id, NOW - 1 - place, decision=decided(id)))
            history.label(id, Label.SPAM, NOW)
            history.judge(KEYS, Label.HAM, NOW)
        history.close()
        told.send("")
    except BaseException as error:
        told.send(repr(error))


def test_nothing_is_lost_where_several_processes_write(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    pipes, children = [], []
    for name in range(PROCESSES):
        receiver, sender = _context().Pipe(duplex=False)
        child = _context().Process(target=_write_many, args=(path, name, sender))
        child.start()
        pipes.append(receiver)
        children.append(child)
    errors = [pipe.recv() for pipe in pipes]
    for child in children:
        child.join()
    assert errors == [""] * PROCESSES
    history = SqliteHistory(path)
    assert len(list(history.labelled())) == PROCESSES * EACH
    seen = history.snapshot(KEYS, NOW, "x")
    assert seen.domain_standing[:2] == (PROCESSES * EACH, PROCESSES * EACH)  # no label overwrote another
    history.close()
    _assert_whole(path, {f"{name}-{place}" for name in range(PROCESSES) for place in range(EACH)})


def _decide_for_ever(path: Path, start: int, told: int) -> None:
    history = SqliteHistory(path)
    number = start
    while True:
        id = f"{number:08}"
        history.observe(entry(id, NOW + number, decision=decided(id)))
        if number % 7 == 0:
            history.label(id, Label.SPAM, NOW + number)
        if number % 50 == 0:
            history.prune(NOW - 1)
        os.write(told, f"{id}\n".encode())
        number += 1


@pytest.mark.parametrize("rounds", [4, pytest.param(40, marks=pytest.mark.slow)])
def test_a_killed_process_loses_no_committed_decision(tmp_path: Path, rounds: int) -> None:
    path = tmp_path / "history.sqlite3"
    chance = random.Random(20)
    reported: set[str] = set()
    for number in range(rounds):
        reading, writing = os.pipe()
        child = _context().Process(target=_decide_for_ever, args=(path, number * 1_000_000, writing))
        child.start()
        os.close(writing)
        time.sleep(chance.uniform(0.0, 0.25))  # at any point: while it makes the file, commits, folds its log
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        with os.fdopen(reading) as lines:
            reported.update(line.strip() for line in lines if line.endswith("\n"))
        _assert_whole(path, reported)
    assert len(reported) > 10 * rounds
    history = SqliteHistory(path)
    history.observe(entry("after", NOW))
    history.close()


def _assert_whole(path: Path, ids: set[str]) -> None:
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            assert not ids  # killed before the tables were made
            return
        kept = {id for (id,) in connection.execute("SELECT id FROM linkbacks WHERE verdict = 'hold'")}
        assert ids <= kept
        sightings = connection.execute("SELECT count(*) FROM sightings").fetchone()[0]
        assert sightings == 6 * connection.execute("SELECT count(*) FROM linkbacks").fetchone()[0]
    finally:
        connection.close()
