"""The usual history: one SQLite file beside the engine, without a server.

Several processes may use one file at once: readers never wait, writers wait for each other. A commit survives the
death of its process at any moment; with ``synchronous="full"`` it survives the loss of power too, at the price of a
disk flush for each decision. The file must lie on a local disk: SQLite's write-ahead log needs shared memory.

Windows are read from the table `sightings`, in which a key's latest entries lie side by side, so a snapshot costs the
same however many linkbacks are remembered.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from math import inf, nan
from operator import itemgetter
from pathlib import Path
from typing import Any

from moderator.errors import HistoryError, NotRememberedError, shown
from moderator.history.base import (
    WEEK,
    Entry,
    Holdings,
    Keys,
    LabelledEntry,
    Remembered,
    Snapshot,
    is_verified,
    judged_keys,
)
from moderator.history.connection import Connection, Synchronous
from moderator.history.copies import first_seen_keys, snapshot_copies
from moderator.history.reputation import NO_TALLY, Tally, arrival, counted, known_keys, reputations_at, taken_back
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
    remembered_entries,
)
from moderator.history.schema import FIRST_SEEN, SNAPSHOT
from moderator.history.windows import activity_of
from moderator.records import Decision, Label, LinkEvidence

__all__ = ["SqliteHistory"]

_PAGE = 500
"""Rows that are read in one go: others get their turn in between."""
_FORGOTTEN = 100
"""Rows that `prune` looks at in one go."""


def _settings(columns: Iterable[str]) -> str:
    return ", ".join(f"{column} = ?" for column in columns)


# Only names of ours are put into SQL; every value is bound.
_KEYS = ", ".join(Keys._fields)
_INSERT = (
    f"INSERT INTO linkbacks ({', '.join(ENTRY_COLUMNS)}) VALUES ({', '.join('?' * len(ENTRY_COLUMNS))}) "  # noqa: S608
    "ON CONFLICT (id) DO NOTHING"
)
_REPLACE = f"UPDATE linkbacks SET {_settings(ENTRY_COLUMNS[1:])} WHERE id = ?"  # noqa: S608
_KNOWN = f"SELECT at, label, labelled_at, verified, {_KEYS} FROM linkbacks WHERE id = ?"  # noqa: S608
_ROWS = ", ".join(f"(?{place}, ?7, ?8, ?5, ?3, ?1)" for place in range(1, 7))
_SIGHT = f"INSERT OR IGNORE INTO sightings (key, at, id, target, domain, sender) VALUES {_ROWS}"  # noqa: S608
"""One row for each of the first six keys: those keys, at, id. Keys that are NULL are among what is ignored."""
_DELETE_SIGHTINGS = "DELETE FROM sightings WHERE key = ? AND at = ? AND id = ?"
_MEET = tuple(
    f"INSERT INTO first_seen (key, first_at, authors) VALUES {', '.join(['(?, ?, ?)'] * count)} "  # noqa: S608
    "ON CONFLICT (key) DO UPDATE SET first_at = min(first_at, excluded.first_at), authors = authors | excluded.authors "
    "WHERE excluded.first_at < first_at OR authors | excluded.authors <> authors"
    for count in range(len(Keys._fields[6:]) + 1)
)
"""By how many keys there are: those whose first date is kept are behind the six that are counted."""
_REPUTATIONS = "SELECT key, ham, spam, as_of FROM reputations WHERE key IN (?, ?, ?, ?, ?)"
_PUT_REPUTATIONS = "INSERT OR REPLACE INTO reputations (key, ham, spam, as_of) VALUES (?, ?, ?, ?)"
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
_ALL = f"SELECT label, labelled_at, {', '.join(READ_COLUMNS)} FROM linkbacks WHERE"  # noqa: S608
_ALL_UNDATED = f"{_ALL} at IS NULL AND id > ? ORDER BY id LIMIT {_PAGE}"
_ALL_DATED = f"{_ALL} (at, id) > (?, ?) ORDER BY at, id LIMIT {_PAGE}"
_HOLDINGS = (
    "SELECT (SELECT count(*) FROM linkbacks), "
    "(SELECT count(*) FROM linkbacks WHERE label = 'ham'), (SELECT count(*) FROM linkbacks WHERE label = 'spam'), "
    "(SELECT min(at) FROM linkbacks), (SELECT max(at) FROM linkbacks)"
)
_OLD = (
    f"SELECT number, id, at, label, {_KEYS} FROM linkbacks WHERE at < ? AND (at, id) > (?, ?) "  # noqa: S608
    f"ORDER BY at, id LIMIT {_FORGOTTEN}"
)
_GIVE_BACK = "PRAGMA incremental_vacuum(1)"
"""One page a call: Python's module takes a single step of a statement without columns, whatever number stands there."""
_PAGES_AT_ONCE = 200
"""Pages of 4 KiB that are given back to the disk before others get their turn."""
_TURN = 2
"""The time that others have for writing after each page of rows that is forgotten, as a multiple of what it took.

Whoever waits for the file looks for it now and then, so it must be free for longer than it is taken.
"""
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
        parts: list[list[Any]] = [[] for _ in range(FIRST_SEEN + 1)]
        for row in rows:
            parts[row[-1]].append(row)
        *windows, judged, met = parts
        for window in windows:
            window.sort(key=_time, reverse=True)  # no order is promised across the parts of an answer
        activities = map(activity_of, keys[:6], [at] * 6, windows)
        tallies = {key: Tally(ham, spam, as_of) for key, ham, spam, as_of, _ in judged}
        seen = {key: (first_at, authors) for key, first_at, authors, *_ in met}
        reputations = reputations_at(keys, tallies, at, seen)
        return Snapshot._make((*activities, *reputations, *snapshot_copies(keys, seen, at)))

    def observe(self, entry: Entry) -> None:
        """See `History.observe`."""
        values = entry_values(entry)
        with self._file.writing() as connection:
            if connection.execute(_INSERT, values).rowcount == 0:
                _replace(connection, entry, values)
            at, keys = entry.at, entry.keys
            if at != at:
                return
            connection.execute(_SIGHT, (*keys[:6], at, entry.linkback.id))
            if met := first_seen_keys(keys):
                connection.execute(_MEET[len(met)], [value for key, bit in met.items() for value in (key, at, bit)])

    def decide(self, decisions: Iterable[Decision]) -> None:
        """See `History.decide`."""
        decided = list(decisions)
        checked = [each for each in decided if each.evidence.checked_at is not None]
        with self._file.writing() as connection:
            connection.executemany(_DECIDE, [(*decision_values(each), each.linkback_id) for each in decided])
            for each in checked:
                values = evidence_values(each.evidence)
                _verify(connection, each.linkback_id, values[-1])
                connection.execute(_CHECKED, (*values, each.linkback_id))

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
                raise NotRememberedError(
                    f"linkback {shown(linkback_id)} is not remembered in history {self._file.path}: "
                    "check the id; it may have been pruned"
                )
            keys = judged_keys(Keys(*known[4:]), verified=known[3])
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
        return labelled_entries(self._reader(_LABELLED_UNDATED, _LABELLED_DATED), _PAGE)

    def prune(self, before: float) -> int:
        """See `History.prune`; others get their turn after each page.

        The room is given back to the disk where this version made the file; one of 0.1.0 keeps its size, and the room
        in it is used again.
        """
        if self._file.in_transaction:
            raise HistoryError("prune cannot be part of a transaction: call it outside")
        forgotten = 0
        last = (-inf, "")
        while True:
            begun = time.monotonic()
            with self._file.writing() as connection:
                rows = connection.execute(_OLD, (before, *last)).fetchall()
                old = [row for row in rows if row[3] is None]
                connection.executemany(
                    _DELETE_SIGHTINGS, [(key, row[2], row[1]) for row in old for key in row[4:10] if key is not None]
                )
                connection.executemany(_FORGET, [(row[0],) for row in old])
            forgotten += len(old)
            if len(rows) < _FORGOTTEN:
                self._give_back()
                return forgotten
            last = (rows[-1][2], rows[-1][1])
            time.sleep(_TURN * (time.monotonic() - begun))

    def _give_back(self) -> None:
        """Makes the file as small as what it holds, a few pages at a time."""
        spare = 1
        while spare:
            begun = time.monotonic()
            with self._file.writing() as connection:
                [mode], [spare] = (
                    connection.execute(f"PRAGMA {name}").fetchone() for name in ("auto_vacuum", "freelist_count")
                )
                if not mode:
                    return  # a file of 0.1.0
                for _ in range(min(spare, _PAGES_AT_ONCE)):
                    connection.execute(_GIVE_BACK)
            time.sleep(_TURN * (time.monotonic() - begun))

    def remembered(self) -> Iterator[Remembered]:
        """See `History.remembered`; read page by page, so that others may write meanwhile."""
        return remembered_entries(self._reader(_ALL_UNDATED, _ALL_DATED), _PAGE)

    def holdings(self) -> Holdings:
        """See `History.holdings`."""
        with self._file.reading() as connection:
            count, ham, spam, first_at, last_at = connection.execute(_HOLDINGS).fetchone()
        sides = (Path(f"{self._file.path}{end}") for end in ("", "-wal"))
        size = sum(side.stat().st_size for side in sides if side.exists())
        first_at, last_at = (nan if at is None else at for at in (first_at, last_at))
        return Holdings(count, ham, spam, first_at, last_at, size)

    def _reader(self, undated: str, dated: str) -> Callable[[float | None, str], list[Any]]:
        def page(at: float | None, id: str) -> list[Any]:
            with self._file.reading() as connection:
                if at is None:
                    return connection.execute(undated, (id,)).fetchall()
                return connection.execute(dated, (at, id)).fetchall()

        return page

    def transaction(self) -> AbstractContextManager[None]:
        """See `History.transaction`; other threads and other processes' writes wait until it ends."""
        return self._file.transaction()

    def close(self) -> None:
        """See `History.close`."""
        self._file.close()


def _tallies(connection: sqlite3.Connection, keys: Keys) -> dict[int, Tally]:
    asked = (keys.sender, keys.network, keys.domain, keys.template, keys.site_author)
    return {row[0]: Tally(*row[1:]) for row in connection.execute(_REPUTATIONS, asked)}


def _count(connection: sqlite3.Connection, keys: Keys, label: Label, at: float) -> None:
    tallies = _tallies(connection, keys)
    connection.executemany(
        _PUT_REPUTATIONS, [(key, *counted(tallies.get(key, NO_TALLY), label, at)) for key in known_keys(keys)]
    )


def _take_back(connection: sqlite3.Connection, keys: Keys, label: Label, at: float) -> None:
    tallies = _tallies(connection, keys)
    connection.executemany(_PUT_REPUTATIONS, [(key, *taken_back(tally, label, at)) for key, tally in tallies.items()])


def _verify(connection: sqlite3.Connection, id: str, verified: int) -> None:
    """Lets a label count for the author from now on, or no more, where newer evidence tells so."""
    known = connection.execute(_KNOWN, (id,)).fetchone()
    if known is None or known[1] is None or known[3] == verified:
        return
    _recount(connection, Keys(*known[4:]), known[3], Keys(*known[4:]), verified, Label(known[1]), known[2])


def _recount(
    connection: sqlite3.Connection, old: Keys, was: int, new: Keys, verified: int, label: Label, at: float
) -> None:
    before, after = judged_keys(old, verified=bool(was)), judged_keys(new, verified=bool(verified))
    if before != after:
        _take_back(connection, before, label, at)
        _count(connection, after, label, at)


def _replace(connection: sqlite3.Connection, entry: Entry, values: tuple[Any, ...]) -> None:
    """Puts a newer word in the place of what was known; a label stays, and counts for the new keys."""
    id = entry.linkback.id
    at, label, labelled_at, was, *known = connection.execute(_KNOWN, (id,)).fetchone()
    keys = Keys(*known)
    connection.execute(_REPLACE, (*values[1:], id))
    if at is not None:
        connection.executemany(_DELETE_SIGHTINGS, [(key, at, id) for key in keys[:6] if key is not None])
    if label is not None:
        _recount(connection, keys, was, entry.keys, is_verified(entry.evidence), Label(label), labelled_at)
