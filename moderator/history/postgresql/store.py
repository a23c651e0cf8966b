"""A history that receivers on several hosts share: one PostgreSQL database, reached through SQLAlchemy.

It answers as `SqliteHistory` does, to the last bit. A live check takes two round trips: one question for the whole
snapshot, one statement for everything that is remembered. Groups of writes (`transaction`) wait for each other, and
labels wait for a group to end; a live check waits for one only where both meet an author on a site for the first time.

What a process has committed is kept when the process dies, and, with the server's usual ``synchronous_commit``, when
the server loses its power. A step that meets a deadlock or a lost connection is tried again; while the server is
away every step raises `HistoryError`, and when it is back the next one finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from math import inf, nan
from typing import TYPE_CHECKING, Any

from moderator.errors import HistoryError, NotRememberedError, shown
from moderator.history.address import Address, read_address
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
from moderator.history.copies import FirstSeen, first_seen_keys, snapshot_copies
from moderator.history.postgresql import statements as sql
from moderator.history.postgresql.server import Server
from moderator.history.postgresql.tables import SNAPSHOT
from moderator.history.reputation import NO_TALLY, Tally, arrival, counted, known_keys, reputations_at, taken_back
from moderator.history.rows import (
    DECISION_COLUMNS,
    ENTRY_COLUMNS,
    EVIDENCE_COLUMNS,
    decision_values,
    entry_values,
    evidence_from_text,
    evidence_values,
    labelled_entries,
    pair_key,
    remembered_entries,
)
from moderator.history.windows import activity_of
from moderator.records import Decision, Label, LinkEvidence

if TYPE_CHECKING:
    from sqlalchemy import TextClause
    from sqlalchemy.engine import Connection

__all__ = ["PostgresqlHistory"]

_REPUTATIONS, _FIRST = 6, 7
"""Families of `SNAPSHOT` behind the six of windows."""


class PostgresqlHistory:
    """A `History` in one PostgreSQL database; safe to share among threads, processes and hosts, also across a fork.

    The password is best left to ``~/.pgpass``, the parameter ``passfile`` or the environment (``PGPASSWORD``); one in
    the address works, and is shown nowhere.

    Args:
        address: ``postgresql+psycopg://user@host/name``; the tables are made in the schema ``moderator`` of that
            database where they do not exist. Parameters behind ``?`` go to libpq.
        timeout: Seconds to wait for a connection, and while another process writes, before `HistoryError`.

    Raises:
        HistoryError: The address is none, the database cannot be reached, or a newer version made its tables.
        MissingExtraError: SQLAlchemy or psycopg is not installed.
    """

    def __init__(self, address: str | Address, *, timeout: float = 10.0) -> None:
        try:
            where = read_address(address.text if isinstance(address, Address) else address)
        except ValueError as error:
            raise HistoryError(f"the history's address {error}") from None
        self._server = Server(where, timeout)

    def __repr__(self) -> str:
        return f"PostgresqlHistory({self._server.name!r})"

    def snapshot(self, keys: Keys, at: float, id: str) -> Snapshot:
        """See `History.snapshot`."""
        dated = at == at
        asked = {
            **(keys._asdict() if dated else dict.fromkeys(Keys._fields)),  # no windows of an unknown moment
            "judged": known_keys(keys),
            "met": [key for key in (keys.site_author, *keys.wordings) if key is not None],
            "at": at if dated else None,
            "id": id if dated else None,
            "since": at - WEEK if dated else None,
        }
        rows = self._server.direct(lambda connection: connection.execute(SNAPSHOT, asked).fetchall())
        windows: list[list[Any]] = [[] for _ in range(6)]
        tallies: dict[int, Tally] = {}
        seen: dict[int, FirstSeen] = {}
        for family, *row, ham, spam in rows:
            if family < _REPUTATIONS:
                windows[family].append(row)
            elif family == _REPUTATIONS:
                tallies[row[1]] = Tally(ham, spam, row[0])
            else:
                seen[row[1]] = (row[0], row[2])
        for window in windows:
            window.sort(key=_time, reverse=True)  # the server promises no order across the parts of its answer
        activities = map(activity_of, keys[:6], [at] * 6, windows)
        reputations = reputations_at(keys, tallies, at, seen)
        return Snapshot._make((*activities, *reputations, *snapshot_copies(keys, seen, at)))

    def observe(self, entry: Entry) -> None:
        """See `History.observe`."""
        values = _named(ENTRY_COLUMNS, entry_values(entry))
        dated = entry.at == entry.at
        values["keys"] = [key for key in entry.keys[:6] if key is not None] if dated else []
        met = first_seen_keys(entry.keys) if dated else {}
        values["met"], values["authors"] = [*met], [*met.values()]
        if self._server.direct(lambda connection: connection.execute(sql.OBSERVE, values).scalar_one()):
            return
        self._server.write(lambda connection: _replace(self._server, connection, entry, values))

    def decide(self, decisions: Iterable[Decision]) -> None:
        """See `History.decide`."""
        # In one order, so that two processes that decide about the same linkbacks do not stop each other.
        decided = sorted(decisions, key=lambda each: each.linkback_id)
        verdicts = [{**_named(DECISION_COLUMNS, decision_values(each)), "id": each.linkback_id} for each in decided]
        seen = [
            {**_named(EVIDENCE_COLUMNS, evidence_values(each.evidence)), "id": each.linkback_id}
            for each in decided
            if each.evidence.checked_at is not None
        ]

        def step(connection: Connection) -> None:
            if seen:
                self._server.wait_for_groups(connection)
            if verdicts:
                connection.execute(sql.DECIDE, verdicts)
            for each in seen:
                _verify(connection, each["id"], each["verified"])
            if seen:
                connection.execute(sql.CHECKED, seen)

        self._server.write(step)

    def judge(self, keys: Keys, label: Label, at: float) -> None:
        """See `History.judge`."""
        arrived = arrival(at)

        def step(connection: Connection) -> None:
            self._server.wait_for_groups(connection)
            _count(connection, keys, label, arrived)

        self._server.write(step)

    def label(self, linkback_id: str, label: Label | None, at: float) -> None:
        """See `History.label`."""
        arrived = arrival(at)

        def step(connection: Connection) -> bool:
            self._server.wait_for_groups(connection)
            known = connection.execute(sql.KNOWN, {"id": linkback_id}).one_or_none()
            if known is None:
                return False
            _, former, labelled_at, verified, *found = known
            keys = judged_keys(Keys(*found), verified=bool(verified))
            if former is not None:
                _take_back(connection, keys, Label(former), labelled_at)
            if label is not None:
                _count(connection, keys, label, arrived)
            value, moment = (None, None) if label is None else (label.value, arrived)
            connection.execute(sql.LABEL, {"label": value, "labelled_at": moment, "id": linkback_id})
            return True

        if not self._server.write(step):
            raise NotRememberedError(
                f"linkback {shown(linkback_id)} is not remembered in history {self._server.name}: "
                "check the id; it may have been pruned"
            )

    def evidence(self, source_url: str, target_url: str, since: float) -> LinkEvidence | None:
        """See `History.evidence`."""
        asked = {"pair": pair_key(source_url, target_url), "since": since}
        found = self._server.direct(lambda connection: connection.execute(sql.EVIDENCE, asked).one_or_none())
        return None if found is None else evidence_from_text(found[0], self._server.name)

    def labelled(self) -> Iterator[LabelledEntry]:
        """See `History.labelled`; read page by page, so that nothing is held open meanwhile."""
        return labelled_entries(self._reader(sql.LABELLED_UNDATED, sql.LABELLED_DATED), sql.PAGE)

    def remembered(self) -> Iterator[Remembered]:
        """See `History.remembered`; read page by page, so that nothing is held open meanwhile."""
        return remembered_entries(self._reader(sql.ALL_UNDATED, sql.ALL_DATED), sql.PAGE)

    def holdings(self) -> Holdings:
        """See `History.holdings`."""
        found = self._server.direct(lambda connection: connection.execute(sql.HOLDINGS).one())
        count, ham, spam, first_at, last_at, size = found
        first_at, last_at = (nan if at is None else at for at in (first_at, last_at))
        return Holdings(count, ham, spam, first_at, last_at, int(size or 0))

    def _reader(self, undated: TextClause, dated: TextClause) -> Callable[[float | None, str], Sequence[Any]]:
        def page(at: float | None, id: str) -> Sequence[Any]:
            query = undated if at is None else dated
            return self._server.direct(lambda connection: connection.execute(query, {"at": at, "id": id}).fetchall())

        return page

    def prune(self, before: float) -> int:
        """See `History.prune`; one page after the other, so that others get their turn in between."""
        if self._server.in_transaction:
            raise HistoryError("prune cannot be part of a transaction: call it outside")
        forgotten = 0
        at, id = -inf, ""
        while True:
            asked = {"before": before if before == before else None, "at": at, "id": id}
            rows, old = self._server.write(partial(_forget, asked=asked))
            forgotten += old
            if len(rows) < sql.PAGE:
                return forgotten
            at, id = rows[-1][1], rows[-1][0]

    def transaction(self) -> AbstractContextManager[None]:
        """See `History.transaction`; other groups of writes and labels wait until it ends, other threads do not."""
        return self._server.transaction()

    def close(self) -> None:
        """See `History.close`."""
        self._server.close()


def _time(row: Sequence[Any]) -> float:
    return float(row[0])


def _named(columns: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(columns, values, strict=True))


def _locked_tallies(connection: Connection, keys: Sequence[int]) -> dict[int, Tally]:
    """The tallies of keys that were judged, locked in order of the keys until the transaction ends."""
    rows = connection.execute(sql.REPUTATIONS, {"keys": sorted(keys)})
    return {key: Tally(ham, spam, as_of) for key, ham, spam, as_of in rows}


def _count(connection: Connection, keys: Keys, label: Label, at: float) -> None:
    judged = known_keys(keys)
    if not judged:
        return
    connection.execute(sql.NEW_REPUTATIONS, {"keys": sorted(judged), "as_of": NO_TALLY.as_of})
    tallies = _locked_tallies(connection, judged)
    _stand(connection, {key: counted(tally, label, at) for key, tally in tallies.items()})


def _take_back(connection: Connection, keys: Keys, label: Label, at: float) -> None:
    tallies = _locked_tallies(connection, known_keys(keys))
    _stand(connection, {key: taken_back(tally, label, at) for key, tally in tallies.items()})


def _stand(connection: Connection, tallies: dict[int, Tally]) -> None:
    if tallies:
        ham, spam, as_of = map(list, zip(*tallies.values(), strict=True))
        connection.execute(sql.UPDATE_REPUTATIONS, {"keys": list(tallies), "ham": ham, "spam": spam, "as_of": as_of})


def _verify(connection: Connection, id: str, verified: int) -> None:
    """Lets a label count for the author from now on, or no more, where newer evidence tells so."""
    known = connection.execute(sql.KNOWN, {"id": id}).one_or_none()
    if known is None or known[1] is None or known[3] == verified:
        return
    _, label, labelled_at, was, *found = known
    _recount(connection, Keys(*found), was, Keys(*found), verified, Label(label), labelled_at)


def _recount(connection: Connection, old: Keys, was: int, new: Keys, verified: int, label: Label, at: float) -> None:
    before, after = judged_keys(old, verified=bool(was)), judged_keys(new, verified=bool(verified))
    if before == after:
        return
    # Both sets in one order first, so that two processes that do this do not stop each other.
    _locked_tallies(connection, [*known_keys(before), *known_keys(after)])
    _take_back(connection, before, label, at)
    _count(connection, after, label, at)


def _replace(server: Server, connection: Connection, entry: Entry, values: dict[str, Any]) -> None:
    """Puts a newer word in the place of what was known; a label stays, and counts for the new keys."""
    server.wait_for_groups(connection)
    known = connection.execute(sql.KNOWN, {"id": entry.linkback.id}).one_or_none()
    if known is None:  # pruned meanwhile
        connection.execute(sql.OBSERVE, values)
        return
    at, label, labelled_at, was, *found = known
    keys = Keys(*found)
    if at is not None:
        old = [key for key in keys[:6] if key is not None]
        connection.execute(
            sql.DELETE_SIGHTINGS, {"keys": old, "ats": [at] * len(old), "ids": [entry.linkback.id] * len(old)}
        )
    connection.execute(sql.REPLACE, values)
    if label is not None:
        verified = is_verified(entry.evidence)
        _recount(connection, keys, was, entry.keys, verified, Label(label), labelled_at)


def _forget(connection: Connection, asked: dict[str, Any]) -> tuple[Sequence[Any], int]:
    rows = connection.execute(sql.OLD, asked).fetchall()
    old = [(id, at, keys) for id, at, label, *keys in rows if label is None]
    sightings = [(key, at, id) for id, at, keys in old for key in keys[:6] if key is not None]
    if sightings:
        keys, ats, ids = map(list, zip(*sightings, strict=True))
        connection.execute(sql.DELETE_SIGHTINGS, {"keys": keys, "ats": ats, "ids": ids})
    if old:
        connection.execute(sql.FORGET, {"ids": [id for id, _, _ in old]})
    return rows, len(old)
