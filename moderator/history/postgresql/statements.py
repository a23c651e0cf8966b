"""What a PostgreSQL history says to its server. Only names of ours are put into SQL; every value is bound."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from moderator.history.base import Keys
from moderator.history.postgresql.tables import SCHEMA
from moderator.history.rows import DECISION_COLUMNS, ENTRY_COLUMNS, EVIDENCE_COLUMNS, READ_COLUMNS

__all__ = [
    "ALL_DATED",
    "ALL_UNDATED",
    "CHECKED",
    "DECIDE",
    "DELETE_SIGHTINGS",
    "EVIDENCE",
    "FORGET",
    "HOLDINGS",
    "KNOWN",
    "LABEL",
    "LABELLED_DATED",
    "LABELLED_UNDATED",
    "NEW_REPUTATIONS",
    "OBSERVE",
    "OLD",
    "PAGE",
    "REPLACE",
    "REPUTATIONS",
    "UPDATE_REPUTATIONS",
]

PAGE = 500
"""Rows that `labelled` reads, and `prune` deletes, in one go."""

_NUMBERS = {
    "verified": "integer",
    "at": "double precision",
    "checked_at": "double precision",
    "probability": "double precision",
}
_TYPES = {**dict.fromkeys(ENTRY_COLUMNS, "text"), **dict.fromkeys((*Keys._fields, "pair"), "bigint"), **_NUMBERS}


def _bound(column: str) -> str:
    """A column's value with its type: the server must know it even where the value is NULL."""
    return f"CAST(:{column} AS {_TYPES[column]})"


def _settings(columns: Iterable[str]) -> str:
    return ", ".join(f"{column} = {_bound(column)}" for column in columns)


_KEYS = ", ".join(Keys._fields)
_SIGHT = f"""
    INSERT INTO {SCHEMA}.sightings (key, at, id, target, domain, sender)
    SELECT key, {_bound("at")}, {_bound("id")}, {_bound("target")}, {_bound("domain")}, {_bound("sender")}
    FROM unnest(CAST(:keys AS bigint[])) AS own (key) WHERE EXISTS (SELECT FROM written)
    ON CONFLICT DO NOTHING
"""  # noqa: S608
# A first date is written only where it tells something new: a row that is only looked at is not locked.
_MEET = f"""
    INSERT INTO {SCHEMA}.first_seen (key, first_at, authors)
    SELECT new.key, {_bound("at")}, new.authors
    FROM unnest(CAST(:met AS bigint[]), CAST(:authors AS bigint[])) AS new (key, authors)
    WHERE EXISTS (SELECT FROM written) AND NOT EXISTS (
        SELECT FROM {SCHEMA}.first_seen AS old
        WHERE old.key = new.key AND old.first_at <= {_bound("at")} AND old.authors | new.authors = old.authors
    )
    ORDER BY new.key
    ON CONFLICT (key) DO UPDATE SET first_at = least(first_seen.first_at, excluded.first_at),
        authors = first_seen.authors | excluded.authors
"""  # noqa: S608
_REMEMBER = f"sighted AS ({_SIGHT}), met AS ({_MEET}) SELECT count(*) FROM written"  # noqa: S608

OBSERVE = text(
    f"""
WITH written AS (
    INSERT INTO {SCHEMA}.linkbacks ({", ".join(ENTRY_COLUMNS)}) VALUES ({", ".join(map(_bound, ENTRY_COLUMNS))})
    ON CONFLICT (id) DO NOTHING RETURNING id
), {_REMEMBER}
"""  # noqa: S608
)
"""A new linkback with its sightings and first date, all or nothing; answers 0, having done nothing, if it is known."""

REPLACE = text(
    f"""
WITH written AS (
    UPDATE {SCHEMA}.linkbacks SET {_settings(ENTRY_COLUMNS[1:])} WHERE id = {_bound("id")} RETURNING id
), {_REMEMBER}
"""  # noqa: S608
)
"""A newer word about a linkback that is known; its old sightings must have been taken away."""

KNOWN = text(f"SELECT at, label, labelled_at, verified, {_KEYS} FROM {SCHEMA}.linkbacks WHERE id = :id FOR UPDATE")  # noqa: S608
LABEL = text(
    f"UPDATE {SCHEMA}.linkbacks SET label = CAST(:label AS text), labelled_at = CAST(:labelled_at AS double precision) "  # noqa: S608
    "WHERE id = :id"
)
DECIDE = text(f"UPDATE {SCHEMA}.linkbacks SET {_settings(DECISION_COLUMNS)} WHERE id = :id")  # noqa: S608
CHECKED = text(f"UPDATE {SCHEMA}.linkbacks SET {_settings(EVIDENCE_COLUMNS)} WHERE id = :id")  # noqa: S608
EVIDENCE = text(
    f"SELECT evidence FROM {SCHEMA}.linkbacks "  # noqa: S608
    "WHERE pair = CAST(:pair AS bigint) AND checked_at >= CAST(:since AS double precision) "
    "ORDER BY checked_at DESC, id DESC LIMIT 1"
)

_LABELLED = f"SELECT label, labelled_at, {', '.join(READ_COLUMNS)} FROM {SCHEMA}.linkbacks WHERE label IS NOT NULL"  # noqa: S608
LABELLED_UNDATED = text(f"{_LABELLED} AND at IS NULL AND id > :id ORDER BY id LIMIT {PAGE}")
LABELLED_DATED = text(
    f"{_LABELLED} AND (at, id) > (CAST(:at AS double precision), CAST(:id AS text)) ORDER BY at, id LIMIT {PAGE}"
)
_ALL = f"SELECT label, labelled_at, {', '.join(READ_COLUMNS)} FROM {SCHEMA}.linkbacks WHERE"  # noqa: S608
ALL_UNDATED = text(f"{_ALL} at IS NULL AND id > :id ORDER BY id LIMIT {PAGE}")
ALL_DATED = text(f"{_ALL} (at, id) > (CAST(:at AS double precision), CAST(:id AS text)) ORDER BY at, id LIMIT {PAGE}")
HOLDINGS = text(
    "SELECT count(*), count(*) FILTER (WHERE label = 'ham'), count(*) FILTER (WHERE label = 'spam'), min(at), max(at), "  # noqa: S608
    "(SELECT sum(pg_total_relation_size(oid)) FROM pg_catalog.pg_class "
    f"WHERE relkind = 'r' AND relnamespace = '{SCHEMA}'::regnamespace) FROM {SCHEMA}.linkbacks"
)
OLD = text(
    f"SELECT id, at, label, {_KEYS} FROM {SCHEMA}.linkbacks WHERE at < CAST(:before AS double precision) "  # noqa: S608
    "AND (at, id) > (CAST(:at AS double precision), CAST(:id AS text)) "
    f"ORDER BY at, id LIMIT {PAGE} FOR UPDATE"
)
DELETE_SIGHTINGS = text(
    f"DELETE FROM {SCHEMA}.sightings AS seen "  # noqa: S608
    "USING unnest(CAST(:keys AS bigint[]), CAST(:ats AS double precision[]), CAST(:ids AS text[])) "
    "AS old (key, at, id) WHERE seen.key = old.key AND seen.at = old.at AND seen.id = old.id"
)
FORGET = text(f"DELETE FROM {SCHEMA}.linkbacks WHERE id = ANY (CAST(:ids AS text[]))")  # noqa: S608

NEW_REPUTATIONS = text(
    f"INSERT INTO {SCHEMA}.reputations (key, ham, spam, as_of) "  # noqa: S608
    "SELECT key, 0, 0, CAST(:as_of AS double precision) FROM unnest(CAST(:keys AS bigint[])) AS judged (key) "
    "ON CONFLICT DO NOTHING"
)
"""Rows to lock for keys that were never judged."""
REPUTATIONS = text(
    f"SELECT key, ham, spam, as_of FROM {SCHEMA}.reputations WHERE key = ANY (CAST(:keys AS bigint[])) "  # noqa: S608
    "ORDER BY key FOR UPDATE"
)
UPDATE_REPUTATIONS = text(
    f"UPDATE {SCHEMA}.reputations AS judged SET ham = given.ham, spam = given.spam, as_of = given.as_of "  # noqa: S608
    "FROM unnest(CAST(:keys AS bigint[]), CAST(:ham AS double precision[]), CAST(:spam AS double precision[]), "
    "CAST(:as_of AS double precision[])) AS given (key, ham, spam, as_of) WHERE judged.key = given.key"
)
