"""The tables of a PostgreSQL history, in a schema of their own, and how they are made.

They are those of a SQLite history. Ids are compared by their bytes (collation C), as Python and SQLite do, so that
equal times are ordered alike everywhere.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

from moderator.errors import HistoryError
from moderator.history.base import RECENT

__all__ = ["LOCK", "SCHEMA", "SNAPSHOT", "VERSION", "make_tables"]

SCHEMA = "moderator"
"""Our schema in the owner's database."""
LOCK = 0x6D6F6472
"""The advisory lock of those who write many rows in one transaction, and of those who make the tables: ``modr``."""

_STEP_1 = f"""
-- One row for each linkback, with everything that was known and decided.
CREATE TABLE {SCHEMA}.linkbacks (
    id text COLLATE "C" PRIMARY KEY,
    at double precision,        -- seconds since 1970; NULL: not known
    sender bigint, network bigint, domain bigint, template bigint, target bigint, site bigint,
    neighbour bigint,           -- keys; NULL: the linkback does not tell
    linkback text NOT NULL,     -- JSON, as sent
    pair bigint NOT NULL,       -- digest of source and target URL
    evidence text,              -- JSON; NULL: not checked
    checked_at double precision,
    verdict text,               -- NULL: only remembered
    probability double precision,
    rule text,
    model text,
    decided_at text,
    reasons text,               -- JSON; NULL: none were asked for
    label text,                 -- ham, spam; NULL: none
    labelled_at double precision
);
CREATE INDEX linkbacks_by_time ON {SCHEMA}.linkbacks (at, id);
CREATE INDEX linkbacks_by_pair ON {SCHEMA}.linkbacks (pair, checked_at, id) WHERE checked_at IS NOT NULL;
CREATE INDEX linkbacks_by_label ON {SCHEMA}.linkbacks (at, id) WHERE label IS NOT NULL;
-- What windows are counted from: one row for each of a linkback's keys.
CREATE TABLE {SCHEMA}.sightings (
    key bigint NOT NULL,
    at double precision NOT NULL,
    id text COLLATE "C" NOT NULL,
    target bigint, domain bigint, sender bigint,
    PRIMARY KEY (key, at, id)
);
-- How each key was judged.
CREATE TABLE {SCHEMA}.standings (
    key bigint PRIMARY KEY,
    ham double precision NOT NULL, spam double precision NOT NULL, as_of double precision NOT NULL
);
-- When each site first met each author; pruning does not forget it.
CREATE TABLE {SCHEMA}.acquaintances (key bigint PRIMARY KEY, first_at double precision NOT NULL);
CREATE TABLE {SCHEMA}.about (version integer NOT NULL);
INSERT INTO {SCHEMA}.about VALUES (1);
"""  # noqa: S608 - names and a number of ours
"""Version 0.1.0."""
_STEP_2 = f"""
ALTER TABLE {SCHEMA}.linkbacks RENAME COLUMN neighbour TO site_author;
-- Digests of what is recognised when another author uses it; NULL: there is no such thing.
ALTER TABLE {SCHEMA}.linkbacks ADD COLUMN title bigint, ADD COLUMN slug bigint, ADD COLUMN excerpt bigint,
    ADD COLUMN page bigint;
-- Whether the source is verified, so that a label counts for its author.
ALTER TABLE {SCHEMA}.linkbacks ADD COLUMN verified integer NOT NULL DEFAULT 0;
-- Labels given so far were counted for the author.
UPDATE {SCHEMA}.linkbacks SET verified = 1 WHERE label IS NOT NULL OR position('"status":"found"' IN evidence) > 0;
ALTER TABLE {SCHEMA}.standings RENAME TO reputations;
-- When each site first met each author, and when each wording was first seen; pruning does not forget it.
ALTER TABLE {SCHEMA}.acquaintances RENAME TO first_seen;
-- The authors that used a wording, each as one bit.
ALTER TABLE {SCHEMA}.first_seen ADD COLUMN authors bigint NOT NULL DEFAULT 0;
"""  # noqa: S608 - names of ours
"""What is recognised in the long run, and whether the source was verified."""
_STEP_3 = f"""
-- Digest of the site to which the page has a link that looks bought; NULL: it has none, or was not read.
ALTER TABLE {SCHEMA}.linkbacks ADD COLUMN bought bigint;
"""
"""Where links lead that look bought."""
_STEPS = (_STEP_1, _STEP_2, _STEP_3)
"""Numbered steps, of which a database has taken the first ones; one that was released is never changed."""
VERSION = len(_STEPS)
"""Raised with each change of the tables."""

_FAMILIES = ("sender", "network", "domain", "template", "target", "site")
_LATEST = ", ".join(f"({place}, CAST(:{family} AS bigint))" for place, family in enumerate(_FAMILIES))

SNAPSHOT = text(
    f"""
SELECT asked.family, seen.at, seen.target, seen.domain, seen.sender, NULL AS ham, NULL AS spam
FROM (VALUES {_LATEST}) AS asked (family, key)
CROSS JOIN LATERAL (
    SELECT at, target, domain, sender FROM {SCHEMA}.sightings
    WHERE key = asked.key AND (at, id) < (CAST(:at AS double precision), CAST(:id AS text))
        AND at > CAST(:since AS double precision)
    ORDER BY at DESC, id DESC LIMIT {RECENT}
) AS seen
UNION ALL
SELECT 6, as_of, key, NULL, NULL, ham, spam FROM {SCHEMA}.reputations WHERE key = ANY (CAST(:judged AS bigint[]))
UNION ALL
SELECT 7, first_at, key, authors, NULL, NULL, NULL FROM {SCHEMA}.first_seen WHERE key = ANY (CAST(:met AS bigint[]))
"""  # noqa: S608 - names of ours
)
"""One question for a whole snapshot: six windows (families 0 to 5), the reputations (6) and first dates (7)."""

# The catalogue itself is asked: to_regclass may answer from a cache that does not know of other processes' tables yet.
_PRESENT = text(
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = :schema AND tablename = 'about'), "
    "EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = :schema), current_setting('server_encoding')"
).bindparams(schema=SCHEMA)
_VERSION = text(f"SELECT version FROM {SCHEMA}.about")  # noqa: S608
_SET_VERSION = text(f"UPDATE {SCHEMA}.about SET version = {VERSION}")  # noqa: S608
_ALONE = text(f"SELECT pg_advisory_xact_lock({LOCK})")


def make_tables(connection: Connection, name: str) -> None:
    """Makes the tables, or upgrades older ones, as part of the open transaction; safe to be raced for.

    Args:
        connection: The database.
        name: What messages call it.

    Raises:
        HistoryError: A newer version made them, or the database does not store text in UTF-8.
    """
    present, _, encoding = connection.execute(_PRESENT).one()
    if encoding != "UTF8":
        raise HistoryError(f"history {name}: the database's encoding is {encoding}: name one that is in UTF8")
    if not present:
        connection.execute(_ALONE)
        present, prepared, _ = connection.execute(_PRESENT).one()  # another process may have been quicker
    if not present and not prepared:  # by an administrator, where our user may not
        connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
    if not present:
        connection.exec_driver_sql(_STEP_1)
    if connection.execute(_VERSION).scalar_one() < VERSION:
        connection.execute(_ALONE)
        for step in _STEPS[connection.execute(_VERSION).scalar_one() :]:  # another process may have been quicker
            connection.exec_driver_sql(step)
        connection.execute(_SET_VERSION)
    version = connection.execute(_VERSION).scalar_one()
    if version > VERSION:
        raise HistoryError(
            f"history {name} was written by a newer version (tables {version}, this one knows {VERSION}): "
            "upgrade moderator, or name another database"
        )
