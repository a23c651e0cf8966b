"""The tables of a SQLite history, and how a file is known to be one."""

from __future__ import annotations

import sqlite3

from moderator.errors import HistoryError
from moderator.history.base import RECENT

__all__ = ["APPLICATION", "FIRST", "SNAPSHOT", "STANDINGS", "VERSION", "is_ready", "make_tables"]

APPLICATION = 0x6D6F6472
"""SQLite's ``application_id`` of our files: ``modr``."""
VERSION = 1
"""SQLite's ``user_version``: raised with each change of the tables."""

_TABLES = (
    """
    -- One row for each linkback, with everything that was known and decided.
    CREATE TABLE linkbacks (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        at REAL,                        -- seconds since 1970; NULL: not known
        sender INTEGER, network INTEGER, domain INTEGER, template INTEGER, target INTEGER, site INTEGER,
        neighbour INTEGER,              -- keys; NULL: the linkback does not tell
        linkback TEXT NOT NULL,         -- JSON, as sent
        pair INTEGER NOT NULL,          -- digest of source and target URL
        evidence TEXT,                  -- JSON; NULL: not checked
        checked_at REAL,
        verdict TEXT,                   -- NULL: only remembered
        probability REAL,
        rule TEXT,
        model TEXT,
        decided_at TEXT,
        reasons TEXT,                   -- JSON; NULL: none were asked for
        label TEXT,                     -- ham, spam; NULL: none
        labelled_at REAL
    )
    """,
    """
    CREATE INDEX linkbacks_by_time ON linkbacks (at, id)
    """,
    """
    CREATE INDEX linkbacks_by_pair ON linkbacks (pair, checked_at, id) WHERE checked_at IS NOT NULL
    """,
    """
    CREATE INDEX linkbacks_by_label ON linkbacks (at, id) WHERE label IS NOT NULL
    """,
    """
    -- What windows are counted from: one row for each of a linkback's keys, clustered by key and time.
    CREATE TABLE sightings (
        key INTEGER NOT NULL,
        at REAL NOT NULL,
        id TEXT NOT NULL,
        target INTEGER, domain INTEGER, sender INTEGER,
        PRIMARY KEY (key, at, id)
    ) WITHOUT ROWID
    """,
    """
    -- How each key was judged.
    CREATE TABLE standings (key INTEGER PRIMARY KEY, ham REAL NOT NULL, spam REAL NOT NULL, as_of REAL NOT NULL)
    """,
    """
    -- When each site first met each author; pruning does not forget it.
    CREATE TABLE acquaintances (key INTEGER PRIMARY KEY, first_at REAL NOT NULL)
    """,
)

STANDINGS, FIRST = 6, 7
"""Parts of the answer to `SNAPSHOT`, behind the windows of the first six keys."""
_WINDOW = f"""
SELECT * FROM (
    SELECT at, target, domain, sender, {{part}} FROM sightings
    WHERE key = ?{{key}} AND (at, id) < (?8, ?9) AND at > ?10 ORDER BY at DESC, id DESC LIMIT {RECENT}
)
"""  # noqa: S608 - constants of ours
SNAPSHOT = " UNION ALL ".join(
    (
        *(_WINDOW.format(part=part, key=part + 1) for part in range(STANDINGS)),
        f"SELECT key, ham, spam, as_of, {STANDINGS} FROM standings WHERE key IN (?1, ?2, ?3, ?4, ?7)",  # noqa: S608
        f"SELECT first_at, NULL, NULL, NULL, {FIRST} FROM acquaintances WHERE key = ?7",  # noqa: S608
    )
)
"""Everything that a snapshot needs, in one question: the seven keys, at, id, oldest moment. Each row ends with the part
of the answer that it belongs to. For each key it is one look into one place of one B-tree."""


def is_ready(connection: sqlite3.Connection, path: str) -> bool:
    """Whether a file holds our tables; it is read and not changed.

    Args:
        connection: The file.
        path: Its path, for messages.

    Returns:
        True: it is a history; False: it is new and empty.

    Raises:
        HistoryError: It is another program's database, or a newer version wrote it.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == APPLICATION and version == VERSION:
        return True
    if application == APPLICATION and version > VERSION:
        raise HistoryError(
            f"history {path} was written by a newer version (tables {version}, this one knows {VERSION}): "
            "upgrade moderator, or name another file"
        )
    if application or version or connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise HistoryError(f"history {path} is a database of another program: name another file")
    return False


def make_tables(connection: sqlite3.Connection) -> None:
    """Makes our tables in an empty file, as part of the open transaction."""
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
