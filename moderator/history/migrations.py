"""How the tables of a SQLite history came to be: numbered steps, of which a file has taken the first ones.

A new file takes all steps, an older one those it lacks, in one transaction: it is upgraded whole or not at all.
A step is never changed once it was released.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

__all__ = ["STEPS", "run_migrations"]

_STEP_1 = (
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
"""Version 0.1.0."""
_STEP_2 = (
    """
    ALTER TABLE linkbacks RENAME COLUMN neighbour TO site_author
    """,
    """
    -- Digests of what is recognised when another author uses it; NULL: there is no such thing.
    ALTER TABLE linkbacks ADD COLUMN title INTEGER
    """,
    """
    ALTER TABLE linkbacks ADD COLUMN slug INTEGER
    """,
    """
    ALTER TABLE linkbacks ADD COLUMN excerpt INTEGER
    """,
    """
    ALTER TABLE linkbacks ADD COLUMN page INTEGER
    """,
    """
    -- Whether the source is verified, so that a label counts for its author.
    ALTER TABLE linkbacks ADD COLUMN verified INTEGER NOT NULL DEFAULT 0
    """,
    """
    -- Labels given so far were counted for the author.
    UPDATE linkbacks SET verified = 1 WHERE label IS NOT NULL OR json_extract(evidence, '$.status') = 'found'
    """,
    """
    ALTER TABLE standings RENAME TO reputations
    """,
    """
    -- When each site first met each author, and when each wording was first seen; pruning does not forget it.
    ALTER TABLE acquaintances RENAME TO first_seen
    """,
    """
    -- The authors that used a wording, each as one bit.
    ALTER TABLE first_seen ADD COLUMN authors INTEGER NOT NULL DEFAULT 0
    """,
)
"""What is recognised in the long run, and whether the source was verified."""
_STEP_3 = (
    """
    -- Digest of the site to which the page has a link that looks bought; NULL: it has none, or was not read.
    ALTER TABLE linkbacks ADD COLUMN bought INTEGER
    """,
)
"""Where links lead that look bought."""
STEPS: Sequence[Sequence[str]] = (_STEP_1, _STEP_2, _STEP_3)
"""SQLite's ``user_version`` is how many of them a file has taken."""


def run_migrations(connection: sqlite3.Connection, taken: int) -> None:
    """Takes the steps that a file lacks, as part of the open transaction.

    Args:
        connection: The file.
        taken: How many it has taken; 0: it is new and empty.
    """
    for step in STEPS[taken:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(STEPS)}")
