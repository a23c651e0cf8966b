"""Events of retrainings and models, and the owner's decisions beside the engine's."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Float, Integer, String, Table, Text, func, insert, select

from moderator.records import Label, Verdict
from moderator.service.records import Mention, OwnerLabel, Status
from moderator.service.store.database import Database
from moderator.service.store.rows import mention_from_row
from moderator.service.store.tables import ACTIONS, MENTIONS, META, TABLES

__all__ = ["LEARNING", "Learning", "LearningEvent", "OwnerDecision"]

LEARNING = Table(
    "learning",
    TABLES,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("event", String, nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("model", String, nullable=False, default=""),
    Column("details", Text, nullable=False, default="{}"),  # JSON
)
_WORDS = (OwnerLabel.HAM.value, OwnerLabel.SPAM.value)


class LearningEvent(NamedTuple):
    """Something that happened to a model."""

    number: int
    at: datetime
    event: str
    by: str
    """Who did it; empty: the service by itself."""
    model: str
    """Name of the model's folder; empty: the one that the settings name, or none."""
    details: dict[str, Any]


class OwnerDecision(NamedTuple):
    """One of the owner's decisions beside the engine's."""

    at: datetime
    """When the owner decided."""
    label: Label
    verdict: Verdict
    probability: float
    """The engine's, of spam."""


class Learning:
    """The table `learning`, and questions about the others; see `moderator.service.store.Store`."""

    _database: Database

    def add_learning_event(
        self, event: str, at: datetime, by: str, model: str = "", details: Mapping[str, Any] | None = None
    ) -> int:
        """Writes down that something happened; returns its number."""
        values = {"event": event, "at": at.timestamp(), "by": by, "model": model, "details": json.dumps(details or {})}
        with self._database.writing() as connection:
            number = connection.execute(insert(LEARNING).values(values)).inserted_primary_key
        return int(number[0]) if number else 0

    def learning_events(self, events: Collection[str] = (), limit: int = 20) -> list[LearningEvent]:
        """What happened, newest first: all of it, or only some sorts."""
        query = select(LEARNING).order_by(LEARNING.c.number.desc()).limit(limit)
        if events:
            query = query.where(LEARNING.c.event.in_(list(events)))
        with self._database.reading() as connection:
            return [_event(row) for row in connection.execute(query)]

    def newest_decision(self) -> int:
        """The number of the owner's newest decision; 0: there is none."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.max(ACTIONS.c.number))).scalar() or 0)

    def decisions_after(self, number: int) -> int:
        """How many decisions (ham or spam) behind a number still hold."""
        holds = (ACTIONS.c.number > number) & ACTIONS.c.undone.is_(False) & ACTIONS.c.after.in_(_WORDS)
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(ACTIONS).where(holds)).scalar_one())

    def owner_decisions(self, limit: int) -> list[OwnerDecision]:
        """The owner's newest decisions that hold, beside the engine's; newest first."""
        a, m = ACTIONS.c, MENTIONS.c
        # of several labels on one mention the last one holds
        holds = a.undone.is_(False) & m.label.in_(_WORDS) & (a.at == m.labelled_at) & m.verdict.is_not(None)
        query = (
            select(a.at, m.label, m.verdict, m.probability)
            .join(MENTIONS, m.id == a.mention)
            .where(holds)
            .order_by(a.number.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            OwnerDecision(datetime.fromtimestamp(at, UTC), Label(label), Verdict(verdict), float(probability))
            for at, label, verdict, probability in rows
        ]

    def undecided_after(self, number: int, since: float | None, limit: int) -> list[Mention]:
        """Judged mentions behind a number that nobody labelled and that are held, in the order in which they came.

        Args:
            number: 0: from the first on.
            since: Those approved or called spam from this moment on come along, in seconds since 1970; None: they
                do not.
            limit: How many at most.
        """
        m = MENTIONS.c
        meant = m.status == Status.HELD.value
        if since is not None:
            decided = m.status.in_([Status.APPROVED.value, Status.SPAM.value])
            meant |= decided & (m.changed_at >= since)
        wanted = meant & (m.number > number) & m.label.is_(None) & m.verdict.is_not(None)
        query = select(MENTIONS).where(wanted).order_by(m.number).limit(limit)
        with self._database.reading() as connection:
            return [mention_from_row(row) for row in connection.execute(query)]

    def claim(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Takes a task for this process alone, or keeps it; False: another one has it.

        Args:
            name: The task.
            holder: Who asks.
            now: Now; what another one held until before is free.
            until: How long it is held unless it is claimed again.
        """
        with self._database.writing() as connection:
            found = connection.execute(select(META.c.value).where(META.c.name == name).with_for_update()).scalar()
            if found is not None:
                other, _, end = bytes(found).decode().partition(" ")
                if other != holder and float(end) > now.timestamp():
                    return False
                connection.execute(META.delete().where(META.c.name == name))
            connection.execute(insert(META).values(name=name, value=f"{holder} {until.timestamp()}".encode()))
        return True

    def is_claimed(self, name: str, now: datetime) -> bool:
        """Whether some process has a task."""
        with self._database.reading() as connection:
            found = connection.execute(select(META.c.value).where(META.c.name == name)).scalar()
        return found is not None and float(bytes(found).decode().partition(" ")[2]) > now.timestamp()

    def unclaim(self, name: str, holder: str) -> None:
        """Gives a task back; one that another process holds stays with it."""
        with self._database.writing() as connection:
            found = connection.execute(select(META.c.value).where(META.c.name == name).with_for_update()).scalar()
            if found is not None and bytes(found).decode().partition(" ")[0] == holder:
                connection.execute(META.delete().where(META.c.name == name))


def _event(row: Any) -> LearningEvent:
    at = datetime.fromtimestamp(row.at, UTC)
    return LearningEvent(row.number, at, row.event, row.by, row.model, json.loads(row.details))
