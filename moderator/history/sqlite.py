"""The usual history: one SQLite file beside the engine, without a server.

Several processes may use one file at once: readers never wait, writers wait for each other. A commit survives the
death of its process at any moment; with ``synchronous="full"`` it survives the loss of power too, at the price of a
disk flush for each decision. The file must lie on a local disk: SQLite's write-ahead log needs shared memory.

Windows are read from the table `sightings`, in which a key's latest entries lie side by side, so a snapshot costs the
same however many linkbacks are remembered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from math import inf, nan
from operator import itemgetter
from pathlib import Path
from typing import Any

from moderator.errors import HistoryError, shown
from moderator.history.base import (
    WEEK,
    Entry,
    Keys,
    LabelledEntry,
    Snapshot,
)
from moderator.history.connection import Connection, Synchronous
from moderator.history.reputation import NO_TALLY, Tally, arrival, counted, judged_keys, standings, taken_back
from moderator.history.rows import (
    DECISION_COLUMNS,
    ENTRY_COLUMNS,
    EVIDENCE_COLUMNS,
    READ_COLUMNS,
    decision_values,
    entry_values,
    evidence_from_text,
    evidence_values,
    labelled_entries,
    pair_key,
)
from moderator.history.schema import FIRST, SNAPSHOT
from moderator.history.windows import activity_of
from moderator.records import Decision, Label, LinkEvidence

__all__ = ["SqliteHistory"]

_PAGE = 500
"""Rows that `labelled` reads, and `prune` deletes, in one go: others get their turn in between."""


def _settings(columns: Iterable[str]) -> str:
    return ", ".join(f"{column} = ?" for column in columns)


# Only names of ours are put into SQL; every value is bound.
_KEYS = ", ".join(Keys._fields)
_INSERT = (
    f"INSERT INTO linkbacks ({', '.join(ENTRY_COLUMNS)}) VALUES ({', '.join('?' * len(ENTRY_COLUMNS))}) "  # noqa: S608
    "ON CONFLICT (id) DO NOTHING"
)
_REPLACE = f"UPDATE linkbacks SET {_settings(ENTRY_COLUMNS[1:])} WHERE id = ?"  # noqa: S608
_KNOWN = f"SELECT at, label, labelled_at, {_KEYS} FROM linkbacks WHERE id = ?"  # noqa: S608
_ROWS = ", ".join(f"(?{place}, ?8, ?9, ?5, ?3, ?1)" for place in range(1, len(Keys._fields)))
_SIGHT = f"INSERT OR IGNORE INTO sightings (key, at, id, target, domain, sender) VALUES {_ROWS}"  # noqa: S608
"""One row for each key but the last: the seven keys, at, id. Keys that are NULL are among what is ignored."""
_UNSIGHT = "DELETE FROM sightings WHERE key = ? AND at = ? AND id = ?"
_MEET = (
    "INSERT INTO acquaintances (key, first_at) VALUES (?, ?) "
    "ON CONFLICT (key) DO UPDATE SET first_at = excluded.first_at WHERE excluded.first_at < first_at"
)
_STANDINGS = "SELECT key, ham, spam, as_of FROM standings WHERE key IN (?, ?, ?, ?, ?)"
_STAND = "INSERT OR REPLACE INTO standings (key, ham, spam, as_of) VALUES (?, ?, ?, ?)"
_time = itemgetter(0)
_LABEL = "UPDATE linkbacks SET label = ?, labelled_at = ? WHERE id = ?"
_DECIDE = f"UPDATE linkbacks SET {_settings(DECISION_COLUMNS)} WHERE id = ?"  # noqa: S608
_CHECKED = f"UPDATE linkbacks SET {_settings(EVIDENCE_COLUMNS)} WHERE id = ?"  # noqa: S608
_EVIDENCE = (
    "SELECT evidence FROM linkbacks WHERE pair = ? AND checked_at >= ? ORDER BY checked_at DESC, id DESC LIMIT 1"
)
_LABELLED = f"SELECT label, labelled_at, {', '.join(READ_COLUMNS)} FROM linkbacks WHERE label IS NOT NULL"  # noqa: S608
_LABELLED_UNDATED = f"{_LABELLED} AND at IS NULL AND id > ? ORDER BY id LIMIT {_PAGE}"
_LABELLED_DATED = f"{_LABELLED} AND (at, id) > (?, ?) ORDER BY at, id LIMIT {_PAGE}"
_OLD = (
    f"SELECT number, id, at, label, {_KEYS} FROM linkbacks WHERE at < ? AND (at, id) > (?, ?) "  # noqa: S608
    f"ORDER BY at, id LIMIT {_PAGE}"
)
_FORGET = "DELETE FROM linkbacks WHERE number = ?"


class SqliteHistory:
    """A `History` in one SQLite file; safe to share among threads and processes, also across a fork.

    Args:
        path: The file; made, readable by its owner alone, where it does not exist.
        timeout: Seconds to wait while another process writes, before `HistoryError`.
        synchronous: ``normal``: a commit survives the death of the process; ``full``: also the loss of power.

    Raises:
        HistoryError: The file cannot be opened, is no history, or was written by a newer version.
    """

    def __init__(self, path: str | Path, *, timeout: float = 10.0, synchronous: Synchronous = "normal") -> None:
        if synchronous not in ("normal", "full"):
            raise HistoryError(f"synchronous is 'normal' or 'full', not {shown(synchronous)}")
        self._file = Connection(Path(path), timeout, synchronous)

    def snapshot(self, keys: Keys, at: float, id: str) -> Snapshot:
        """See `History.snapshot`."""
        asked = (*keys, at, id, at - WEEK)
        with self._file.reading() as connection:
            rows = connection.execute(SNAPSHOT, asked).fetchall()
        parts: list[list[Any]] = [[] for _ in range(FIRST + 1)]
        for row in rows:
            parts[row[-1]].append(row)
        *windows, judged, met = parts
        for window in windows:
            window.sort(key=_time, reverse=True)  # no order is promised across the parts of an answer
        activities = map(activity_of, keys[:6], [at] * 6, windows)
        tallies = {key: Tally(ham, spam, as_of) for key, ham, spam, as_of, _ in judged}
        first_at = met[0][0] if met else nan
        return Snapshot._make((*activities, *standings(keys, tallies, at, first_at)))

    def observe(self, entry: Entry) -> None:
        """See `History.observe`."""
        values = entry_values(entry)
        with self._file.writing() as connection:
            if connection.execute(_INSERT, values).rowcount == 0:
                _replace(connection, entry, values)
            at, keys = entry.at, entry.keys
            if at != at:
                return
            connection.execute(_SIGHT, (*keys, at, entry.linkback.id))
            if keys.neighbour is not None:
                connection.execute(_MEET, (keys.neighbour, at))

    def decide(self, decisions: Iterable[Decision]) -> None:
        """See `History.decide`."""
        decided = list(decisions)
        checked = [each for each in decided if each.evidence.checked_at is not None]
        with self._file.writing() as connection:
            connection.executemany(_DECIDE, [(*decision_values(each), each.linkback_id) for each in decided])
            connection.executemany(_CHECKED, [(*evidence_values(each.evidence), each.linkback_id) for each in checked])

    def judge(self, keys: Keys, label: Label, at: float) -> None:
        """See `History.judge`."""
        arrived = arrival(at)
        with self._file.writing() as connection:
            _count(connection, keys, label, arrived)

    def label(self, linkback_id: str, label: Label | None, at: float) -> None:
        """See `History.label`."""
        arrived = arrival(at)
        with self._file.writing() as connection:
            known = connection.execute(_KNOWN, (linkback_id,)).fetchone()
            if known is None:
                raise HistoryError(
                    f"linkback {shown(linkback_id)} is not remembered in history {self._file.path}: "
                    "check the id; it may have been pruned"
                )
            keys = Keys(*known[3:])
            if known[1] is not None:
                _take_back(connection, keys, Label(known[1]), known[2])
            if label is None:
                connection.execute(_LABEL, (None, None, linkback_id))
            else:
                _count(connection, keys, label, arrived)
                connection.execute(_LABEL, (label.value, arrived, linkback_id))

    def evidence(self, source_url: str, target_url: str, since: float) -> LinkEvidence | None:
        """See `History.evidence`."""
        with self._file.reading() as connection:
            found = connection.execute(_EVIDENCE, (pair_key(source_url, target_url), since)).fetchone()
        return None if found is None else evidence_from_text(found[0], self._file.path)

    def labelled(self) -> Iterator[LabelledEntry]:
        """See `History.labelled`; read page by page, so that others may write meanwhile."""
        return labelled_entries(self._labelled_page, _PAGE)

    def prune(self, before: float) -> int:
        """See `History.prune`; the file keeps its size, and the room in it is used again."""
        if self._file.in_transaction:
            raise HistoryError("prune cannot be part of a transaction: call it outside")
        forgotten = 0
        last = (-inf, "")
        while True:
            with self._file.writing() as connection:
                rows = connection.execute(_OLD, (before, *last)).fetchall()
                old = [row for row in rows if row[3] is None]
                connection.executemany(
                    _UNSIGHT, [(key, row[2], row[1]) for row in old for key in row[4:10] if key is not None]
                )
                connection.executemany(_FORGET, [(row[0],) for row in old])
            forgotten += len(old)
            if len(rows) < _PAGE:
                return forgotten
            last = (rows[-1][2], rows[-1][1])

    def _labelled_page(self, at: float | None, id: str) -> list[Any]:
        with self._file.reading() as connection:
            if at is None:
                return connection.execute(_LABELLED_UNDATED, (id,)).fetchall()
            return connection.execute(_LABELLED_DATED, (at, id)).fetchall()

    def transaction(self) -> AbstractContextManager[None]:
        """See `History.transaction`; other threads and other processes' writes wait until it ends."""
        return self._file.transaction()

    def close(self) -> None:
        """See `History.close`."""
        self._file.close()


def _tallies(connection: sqlite3.Connection, keys: Keys) -> dict[int, Tally]:
    judged = (keys.sender, keys.network, keys.domain, keys.template, keys.neighbour)
    return {row[0]: Tally(*row[1:]) for row in connection.execute(_STANDINGS, judged)}


def _count(connection: sqlite3.Connection, keys: Keys, label: Label, at: float) -> None:
    tallies = _tallies(connection, keys)
    connection.executemany(
        _STAND, [(key, *counted(tallies.get(key, NO_TALLY), label, at)) for key in judged_keys(keys)]
    )


def _take_back(connection: sqlite3.Connection, keys: Keys, label: Label, at: float) -> None:
    tallies = _tallies(connection, keys)
    connection.executemany(_STAND, [(key, *taken_back(tally, label, at)) for key, tally in tallies.items()])


def _replace(connection: sqlite3.Connection, entry: Entry, values: tuple[Any, ...]) -> None:
    """Puts a newer word in the place of what was known; a label stays, and counts for the new keys."""
    id = entry.linkback.id
    at, label, labelled_at, *known = connection.execute(_KNOWN, (id,)).fetchone()
    keys = Keys(*known)
    connection.execute(_REPLACE, (*values[1:], id))
    if at is not None:
        connection.executemany(_UNSIGHT, [(key, at, id) for key in keys[:6] if key is not None])
    if label is not None and keys != entry.keys:
        _take_back(connection, keys, Label(label), labelled_at)
        _count(connection, entry.keys, Label(label), labelled_at)
