"""The outbox: events that are still to be sent, and short values that outlive the process."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from moderator.service.records import Mention
from moderator.service.store.database import Database, retry_on_deadlock
from moderator.service.store.tables import META, OUTBOX
from moderator.text import stable_hash

__all__ = ["HISTORY", "MakeEvent", "Outbox", "OutboxEvent"]

_WEBHOOK = "webhook"
HISTORY = "history"
"""Channel of labels that the history has not learned yet."""
_SECRET_BYTES = 32


class OutboxEvent(NamedTuple):
    """An event that is to be sent."""

    number: int
    payload: dict[str, Any]
    attempts: int
    """How often it was tried."""


MakeEvent = Callable[[Mention, bool], dict[str, Any] | None]
"""Makes the event of a mention; also gets whether the owner's label changed it. None: no event."""


class Outbox:
    """The tables `outbox` and `meta`; see `moderator.service.store.Store`."""

    _database: Database
    _make_event: MakeEvent

    def exclusive(self, duty: str) -> AbstractContextManager[bool]:
        """A block that one process of the service at a time is in; gives False where another one is in it."""
        return self._database.exclusive(duty)

    def _record_event(self, connection: Connection, mention: Mention, *, by_owner: bool = False) -> None:
        """Keeps a mention's event in the transaction that changes the mention: both are kept, or neither."""
        payload = self._make_event(mention, by_owner)
        if payload is not None:
            due_at = mention.changed_at.timestamp()
            connection.execute(
                insert(OUTBOX).values(
                    channel=_WEBHOOK, payload=json.dumps(payload), due_at=due_at, subject=mention.linkback.id
                )
            )

    def due_events(self, now: datetime, limit: int = 20) -> list[OutboxEvent]:
        """Events that are due, the oldest first."""
        columns = OUTBOX.c
        due = select(OUTBOX).where(columns.channel == _WEBHOOK, columns.due_at <= now.timestamp())
        query = due.order_by(columns.due_at, columns.number).limit(limit)
        with self._database.reading() as connection:
            return [OutboxEvent(row.number, json.loads(row.payload), row.attempts) for row in connection.execute(query)]

    def _record_label(self, connection: Connection, id: str, at: datetime) -> None:
        """Keeps that the history is to learn a mention's label, in the transaction that changes it."""
        connection.execute(OUTBOX.delete().where(OUTBOX.c.channel == HISTORY, OUTBOX.c.subject == id))
        connection.execute(insert(OUTBOX).values(channel=HISTORY, payload="{}", due_at=at.timestamp(), subject=id))

    def labels_to_learn(self, now: datetime, limit: int = 100) -> list[OutboxEvent]:
        """Mentions whose label the history is to learn now, in the order in which the owner gave them."""
        columns = OUTBOX.c
        due = select(OUTBOX).where(columns.channel == HISTORY, columns.due_at <= now.timestamp())
        with self._database.reading() as connection:
            rows = connection.execute(due.order_by(columns.number).limit(limit)).all()
        return [OutboxEvent(row.number, {"mention": row.subject}, row.attempts) for row in rows]

    @retry_on_deadlock
    def mark_sent(self, numbers: Iterable[int]) -> None:
        """Deletes events that were sent or given up."""
        with self._database.writing() as connection:
            connection.execute(OUTBOX.delete().where(OUTBOX.c.number.in_(list(numbers))))

    @retry_on_deadlock
    def postpone(self, number: int, due_at: datetime, problem: str) -> None:
        """Keeps something for another try."""
        with self._database.writing() as connection:
            connection.execute(
                update(OUTBOX)
                .where(OUTBOX.c.number == number)
                .values(due_at=due_at.timestamp(), problem=problem, attempts=OUTBOX.c.attempts + 1)
            )

    def secret(self, name: str) -> bytes:
        """32 random bytes that are made once and stay the same for this database."""
        query = select(META.c.value).where(META.c.name == name)
        with self._database.reading() as connection:
            found = connection.execute(query).scalar()
        if found is not None:
            return bytes(found)
        with self._database.writing() as connection:
            self._database.lock(connection, stable_hash(name))
            found = connection.execute(query).scalar()
            if found is None:
                found = secrets.token_bytes(_SECRET_BYTES)
                connection.execute(insert(META).values(name=name, value=found))
        return bytes(found)

    def set_value(self, name: str, value: str) -> None:
        """Keeps a short text, such as the day of the last digest."""
        with self._database.writing() as connection:
            self._database.lock(connection, stable_hash(name))
            connection.execute(META.delete().where(META.c.name == name))
            connection.execute(insert(META).values(name=name, value=value.encode()))

    def get_value(self, name: str) -> str:
        """A short text that was kept; empty: none."""
        with self._database.reading() as connection:
            found = connection.execute(select(META.c.value).where(META.c.name == name)).scalar()
        return "" if found is None else bytes(found).decode()
