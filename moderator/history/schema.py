"""The tables of a SQLite history, and how a file is known to be one."""

from __future__ import annotations

import sqlite3

from moderator.errors import HistoryError
from moderator.history.base import RECENT
from moderator.history.migrations import STEPS, run_migrations

__all__ = ["APPLICATION", "FIRST_SEEN", "REPUTATIONS", "SNAPSHOT", "VERSION", "create_or_upgrade", "steps_taken"]

APPLICATION = 0x6D6F6472
"""SQLite's ``application_id`` of our files: ``modr``."""
VERSION = len(STEPS)
"""SQLite's ``user_version``: raised with each change of the tables."""

REPUTATIONS, FIRST_SEEN = 6, 7
"""Parts of the answer to `SNAPSHOT`, behind the windows of the first six keys."""
_WINDOW = f"""
SELECT * FROM (
    SELECT at, target, domain, sender, {{part}} FROM sightings
    WHERE key = ?{{key}} AND (at, id) < (?13, ?14) AND at > ?15 ORDER BY at DESC, id DESC LIMIT {RECENT}
)
"""  # noqa: S608 - constants of ours
SNAPSHOT = " UNION ALL ".join(
    (
        *(_WINDOW.format(part=part, key=part + 1) for part in range(REPUTATIONS)),
        f"SELECT key, ham, spam, as_of, {REPUTATIONS} FROM reputations WHERE key IN (?1, ?2, ?3, ?4, ?7)",  # noqa: S608
        f"SELECT key, first_at, authors, NULL, {FIRST_SEEN} FROM first_seen WHERE key IN (?7, ?8, ?9, ?10, ?11, ?12)",  # noqa: S608
    )
)
"""Everything that a snapshot needs, in one question: the twelve keys, at, id, oldest moment. Each row ends with the
part of the answer that it belongs to. For each key it is one look into one place of one B-tree."""


def steps_taken(connection: sqlite3.Connection, path: str) -> int:
    """How many steps of `moderator.history.migrations` a file has taken; it is read and not changed.

    Args:
        connection: The file.
        path: Its path, for messages.

    Returns:
        `VERSION`: it is ready; 0: it is new and empty; between them: an older version made it.

    Raises:
        HistoryError: It is another program's database, or a newer version wrote it.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == APPLICATION and 0 < version <= VERSION:
        return version
    if application == APPLICATION and version > VERSION:
        raise HistoryError(
            f"history {path} was written by a newer version (tables {version}, this one knows {VERSION}): "
            "upgrade moderator, or name another file"
        )
    if application or version or connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise HistoryError(f"history {path} is a database of another program: name another file")
    return 0


def create_or_upgrade(connection: sqlite3.Connection, path: str) -> None:
    """Makes our tables in an empty file, or upgrades those of an older version, as part of the open transaction.

    Raises:
        HistoryError: See `steps_taken`.
    """
    taken = steps_taken(connection, path)  # another process may have been quicker
    if taken < VERSION:
        run_migrations(connection, taken)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
