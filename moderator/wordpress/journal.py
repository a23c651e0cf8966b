"""The journal of one queue: what each run judged and changed, so that it can be resumed and undone.

An SQLite file that is synced at each commit. What a run changes is noted before it is done (`State.SENDING`) and
after (`State.DONE`); what was interrupted in between is recognized by the row's status when the run goes on.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from moderator.errors import QueueError, shown

__all__ = ["Entry", "Journal", "Phase", "Run", "State"]

_VERSION = 1
_SCHEMA = """
CREATE TABLE run (
    id TEXT PRIMARY KEY, started TEXT NOT NULL, options TEXT NOT NULL, phase TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE entry (
    run TEXT NOT NULL, number INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, state INTEGER NOT NULL,
    verdict TEXT NOT NULL, probability REAL NOT NULL, note TEXT NOT NULL, evidence TEXT NOT NULL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX entry_state ON entry (run, state, number);
"""


class Phase(StrEnum):
    """How far a run is."""

    JUDGING = "judging"
    WRITING = "writing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class State(IntEnum):
    """What became of one row in a run."""

    JUDGED = 0
    """Nothing is to be changed."""
    PLANNED = 1
    SENDING = 2
    """Handed to the queue; whether it arrived is not known yet."""
    DONE = 3
    OVERTAKEN = 4
    """Somebody else changed it first, or it is gone; it was left alone."""
    UNDOING = 5
    UNDONE = 6
    KEPT = 7
    """Changed by somebody after the run, so undoing left it alone."""


class Entry(NamedTuple):
    """One row as a run judged it."""

    number: int
    """Which row of the queue."""
    before: str
    """The status it had."""
    after: str
    """The status it is to have; empty: it stays."""
    state: State
    verdict: str
    probability: float
    note: str = ""
    """A JSON object about the decision, for rows that are changed; empty for others."""
    evidence: str = ""
    """What its page showed, as JSON, when it was looked at in this run; empty: it was not."""


class Run(NamedTuple):
    """One run."""

    id: str
    started: str
    """Date in UTC, ISO 8601."""
    options: str
    """What it was asked to do, as JSON; no secret."""
    phase: Phase


class Journal:
    """The runs of one queue. Open it with `Journal.open`, which keeps every other run out.

    Args:
        path: The file.
        name: What to call the queue in messages.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self._name = name
        with self._journal_errors():
            _make_private(path)
            self._store = sqlite3.connect(path, isolation_level=None, timeout=10)
            self._store.execute("PRAGMA journal_mode = WAL")
            self._store.execute("PRAGMA synchronous = FULL")
            self._prepare()

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path, key: str, name: str) -> Iterator[Journal]:
        """Opens a queue's journal and holds its lock.

        Args:
            folder: Where journals lie; made when it is missing.
            key: What tells the queue from every other one.
            name: What to call it in messages.

        Raises:
            QueueError: Another run is at work on the queue, or the journal cannot be opened.
        """
        path = folder / f"{blake2b(key.encode(), digest_size=10).hexdigest()}.sqlite3"
        with _lock(path.with_suffix(".lock"), name):
            journal = cls(path, name)
            try:
                yield journal
            finally:
                journal.close()

    def begin(self, options: str) -> Run:
        """Starts a run, or goes on with the one that was interrupted.

        Raises:
            QueueError: One was interrupted that was asked to do something else.
        """
        with self._journal_errors():
            for run in self.runs():
                if run.phase in (Phase.JUDGING, Phase.WRITING):
                    if run.options != options:
                        raise QueueError(
                            f"run {run.id} on {self._name} was interrupted and had other options ({run.options}); "
                            f"finish it with those, or take it back with --undo {run.id}"
                        )
                    return run
                if run.phase is Phase.UNDOING:
                    raise QueueError(
                        f"taking back run {run.id} on {self._name} was interrupted; go on with --undo {run.id}"
                    )
            now = datetime.now(UTC)
            run = Run(f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}", now.isoformat(), options, Phase.JUDGING)
            self._store.execute("INSERT INTO run VALUES (?, ?, ?, ?)", run)
            return run

    def runs(self) -> list[Run]:
        """All runs, the newest first."""
        with self._journal_errors():
            rows = self._store.execute("SELECT id, started, options, phase FROM run ORDER BY started DESC, id DESC")
            return [Run(id, started, options, Phase(phase)) for id, started, options, phase in rows]

    def run(self, run_id: str) -> Run:
        """One run.

        Raises:
            QueueError: There is none of that id.
        """
        runs = self.runs()
        for run in runs:
            if run.id == run_id:
                return run
        known = ", ".join(run.id for run in runs[:5]) or "none"
        raise QueueError(f"there is no run {shown(run_id)} on {self._name}; known are: {known}")

    def record(self, run_id: str, entries: Iterable[Entry]) -> int:
        """Notes judged rows, all of them or none; a row that was noted before stays as it was.

        Returns:
            How many are new.
        """
        with self._transaction():
            before = self._store.total_changes
            self._store.executemany(
                "INSERT INTO entry (run, number, before, after, state, verdict, probability, note, evidence)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                ((run_id, *entry) for entry in entries),
            )
            return self._store.total_changes - before

    def recorded(self, run_id: str, numbers: list[int]) -> set[int]:
        """Which of the rows were noted before."""
        with self._journal_errors():
            marks = ",".join("?" * len(numbers))
            rows = self._store.execute(
                f"SELECT number FROM entry WHERE run = ? AND number IN ({marks})",  # noqa: S608 - marks
                (run_id, *numbers),
            )
            return {number for (number,) in rows}

    def statuses(self, run_id: str) -> dict[int, str]:
        """What this run saw of source pages, as JSON, by row."""
        with self._journal_errors():
            rows = self._store.execute("SELECT number, evidence FROM entry WHERE run = ? AND evidence != ''", (run_id,))
            return dict(rows)

    def verdicts(self, run_id: str) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
        """How many rows of each status have each verdict, and how many are to get each status."""
        changes: dict[str, dict[str, int]] = {}
        planned: dict[str, int] = {}
        with self._journal_errors():
            rows = self._store.execute(
                "SELECT before, verdict, after, COUNT(*) FROM entry WHERE run = ? GROUP BY 1, 2, 3", (run_id,)
            )
            for before, verdict, after, count in rows:
                verdicts = changes.setdefault(before, {})
                verdicts[verdict] = verdicts.get(verdict, 0) + count
                if after:
                    planned[after] = planned.get(after, 0) + count
        return changes, planned

    def entries(self, run_id: str, state: State, limit: int) -> list[Entry]:
        """The first rows in a state, in order of their numbers."""
        with self._journal_errors():
            rows = self._store.execute(
                "SELECT number, before, after, state, verdict, probability, note, evidence FROM entry"
                " WHERE run = ? AND state = ? ORDER BY number LIMIT ?",
                (run_id, state, limit),
            )
            return [
                Entry(number, before, after, State(state), verdict, probability, note, evidence)
                for number, before, after, state, verdict, probability, note, evidence in rows
            ]

    def counts(self, run_id: str) -> dict[State, int]:
        """How many rows are in each state."""
        with self._journal_errors():
            rows = self._store.execute("SELECT state, COUNT(*) FROM entry WHERE run = ? GROUP BY state", (run_id,))
            return {State(state): count for state, count in rows}

    def set_states(self, run_id: str, numbers: dict[int, State]) -> None:
        """Notes what became of rows, all of them or none."""
        with self._transaction():
            self._store.executemany(
                "UPDATE entry SET state = ? WHERE run = ? AND number = ?",
                [(state, run_id, number) for number, state in numbers.items()],
            )

    def set_phase(self, run_id: str, phase: Phase) -> None:
        """Notes that a run is one phase further."""
        with self._journal_errors():
            self._store.execute("UPDATE run SET phase = ? WHERE id = ?", (phase.value, run_id))

    def close(self) -> None:
        """Releases the file."""
        self._store.close()

    def _prepare(self) -> None:
        version = self._store.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            with self._transaction():
                for statement in _SCHEMA.split(";"):
                    self._store.execute(statement)
                self._store.execute(f"PRAGMA user_version = {_VERSION}")
        elif version != _VERSION:
            raise QueueError(f"{shown(self.path)} was written by another version ({version}); use that one to undo it")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._journal_errors():
            self._store.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._store.execute("COMMIT")
            except BaseException:
                if self._store.in_transaction:
                    self._store.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _journal_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise QueueError(
                f"the journal {shown(self.path)} cannot be read or written ({error}); "
                "nothing is lost: make room or repair it, and run the same command again"
            ) from error


def _make_private(path: Path) -> None:
    """Makes a file, and its folder, that nobody else can read: what was decided is the business of its owner.

    SQLite gives the files that it makes beside it the same rights.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600))
    path.chmod(0o600)


@contextlib.contextmanager
def _lock(path: Path, name: str) -> Iterator[None]:
    """Holds a file locked; the system lets go of it when the process ends, however it ends."""
    try:
        _make_private(path)
        with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as held:
            held.execute("BEGIN EXCLUSIVE")
            yield
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise QueueError(f"{shown(path)} cannot be locked: {error}") from error
        raise QueueError(f"another run is at work on {name}; wait until it ends, or end it") from None
    except OSError as error:
        raise QueueError(f"{shown(path)} cannot be locked: {error.strerror or error}") from error
