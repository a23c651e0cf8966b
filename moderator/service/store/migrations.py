"""How an older database of the service becomes one of this version: numbered steps, all in one transaction.

Step ``n`` makes version ``n + 1`` of version ``n``. A step is never changed once it was released; a new one is put
below it, and `moderator.service.store.tables` shows the tables as they are after the last.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlalchemy import Connection, text

from moderator.serialization import decision_from_json
from moderator.service.store.rows import search_words

__all__ = ["MIGRATIONS", "VERSION", "migrate"]

_BATCH = 1000
"""Rows that are read at once where a step must look at each."""


def _words_titles_and_order(connection: Connection) -> None:
    """Version 2: words to search in, our post's title, and the order by probability."""
    connection.execute(text("ALTER TABLE mentions ADD COLUMN words TEXT NOT NULL DEFAULT ''"))
    connection.execute(text("ALTER TABLE mentions ADD COLUMN post_title TEXT NOT NULL DEFAULT ''"))
    connection.execute(text("CREATE INDEX mentions_by_probability ON mentions (status, probability)"))
    rows = text("SELECT number, linkback, decision FROM mentions WHERE number > :after ORDER BY number LIMIT :most")
    written = text("UPDATE mentions SET words = :words WHERE number = :number")
    after = 0
    while batch := connection.execute(rows, {"after": after, "most": _BATCH}).all():
        after = batch[-1].number
        words = [
            {"number": row.number, "words": search_words(json.loads(row.linkback), _evidence(row.decision))}
            for row in batch
        ]
        connection.execute(written, words)


def _senders_crashes_and_labels(connection: Connection) -> None:
    """Version 3: who sent it, for fair turns; how often the process ended over it; labels in the outbox."""
    connection.execute(text("ALTER TABLE mentions ADD COLUMN sender VARCHAR NOT NULL DEFAULT ''"))
    connection.execute(text("ALTER TABLE mentions ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0"))
    connection.execute(text("ALTER TABLE outbox ADD COLUMN subject VARCHAR NOT NULL DEFAULT ''"))
    connection.execute(text("CREATE INDEX ix_outbox_subject ON outbox (subject)"))
    waiting = "ON mentions (sender, due_at) WHERE due_at IS NOT NULL"
    connection.execute(text(f"CREATE INDEX mentions_by_sender {waiting}"))
    connection.execute(text("CREATE INDEX mentions_held ON mentions (status, domain, campaign, blog)"))


def _several_processes(connection: Connection) -> None:
    """Version 4: which process has a mention. In PostgreSQL the tables begin with this version."""
    connection.execute(text("ALTER TABLE mentions ADD COLUMN taken_by VARCHAR NOT NULL DEFAULT ''"))


def _long_queues(connection: Connection) -> None:
    """Version 5: the order by doubt, and what is held of each campaign, without a look at every row."""
    doubt = "abs(coalesce(probability, 0.5) - 0.5)"
    connection.execute(text(f"CREATE INDEX mentions_by_doubt ON mentions (status, {doubt}, number DESC)"))
    connection.execute(text("CREATE INDEX mentions_held_of_campaign ON mentions (status, campaign)"))


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    _words_titles_and_order,
    _senders_crashes_and_labels,
    _several_processes,
    _long_queues,
)
"""The steps, in order; the first one begins at version 1."""
VERSION = len(MIGRATIONS) + 1
"""The version after the last step: SQLite's ``user_version``; in PostgreSQL it stands in the table `about`."""


def migrate(connection: Connection, version: int) -> None:
    """Takes the steps that an older database lacks; the caller's transaction keeps all of them or none.

    Args:
        connection: Within a transaction.
        version: The version of its tables, 1 to `VERSION`.
    """
    for step in MIGRATIONS[version - 1 :]:
        step(connection)


def _evidence(decision: str | None) -> dict[str, str]:
    """The page's words of a decision as it is stored."""
    if decision is None:
        return {}
    evidence = decision_from_json(json.loads(decision)).evidence
    return {"page_title": evidence.page_title, "snippet": evidence.snippet}
