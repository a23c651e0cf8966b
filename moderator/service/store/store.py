"""The service's memory: mentions and their queue, the owner's words, and what is still to be told."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, update

from moderator.records import Decision, Label
from moderator.service.records import Action, Filter, Group, Mention, Page, Status, Volume, status_of
from moderator.service.store.engine import Database
from moderator.service.store.queries import GROUPED, groups, matching, volume
from moderator.service.store.rows import decision_values, mention_from_row, mention_values, moment, pair_key, seconds
from moderator.service.store.tables import ACTIONS, MENTIONS, META, OUTBOX

__all__ = ["Accepted", "Announcement", "Store"]

_M = MENTIONS.c
_SECRET_BYTES = 32


class Accepted(Enum):
    """What became of a mention that was handed over."""

    NEW = "new"
    AGAIN = "again"
    """A mention with this id is kept already; nothing was changed."""
    FULL = "full"
    """The queue is full; nothing was kept."""


class Announcement(NamedTuple):
    """Something that is to be told to the outside."""

    number: int
    channel: str
    """``webhook`` or ``mail``."""
    payload: dict[str, Any]
    attempts: int
    """How often it was tried."""


class Store:
    """The service's database; safe to share among threads. Every method that writes is one transaction.

    Args:
        path: The SQLite file; made where it does not exist.

    Raises:
        StoreError: From every method, when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def accept(self, mention: Mention, limit: int | None = None) -> Accepted:
        """Keeps a new mention; once this returns, it survives the death of the process.

        Args:
            mention: The mention; with a `due_at`, it is in the queue.
            limit: How many may be in the queue; None: any number.
        """
        with self._database.writing() as connection:
            if connection.execute(select(_M.number).where(_M.id == mention.linkback.id)).first() is not None:
                return Accepted.AGAIN
            if limit is not None and mention.due_at is not None:
                queued = connection.execute(select(func.count()).where(_M.due_at.is_not(None))).scalar_one()
                if queued >= limit:
                    return Accepted.FULL
            connection.execute(insert(MENTIONS).values(mention_values(mention)))
        return Accepted.NEW

    def known(self, blog: str, source_url: str, target_url: str) -> Mention | None:
        """The newest mention of the same source and target; None: there is none."""
        query = select(MENTIONS).where(_M.pair == pair_key(blog, source_url, target_url))
        return self._first(query.order_by(_M.number.desc()))

    def take(self, count: int, now: datetime, lease: timedelta) -> list[Mention]:
        """Mentions that are due, the longest waiting first; until the lease ends nobody else gets them."""
        due = select(_M.number).where(_M.due_at <= now.timestamp()).order_by(_M.due_at, _M.number).limit(count)
        with self._database.writing() as connection:
            numbers = connection.execute(due).scalars().all()
            if not numbers:
                return []
            connection.execute(
                update(MENTIONS)
                .where(_M.number.in_(numbers))
                .values(due_at=(now + lease).timestamp(), attempts=_M.attempts + 1)
            )
            rows = connection.execute(select(MENTIONS).where(_M.number.in_(numbers)).order_by(_M.number)).all()
        return [mention_from_row(row) for row in rows]

    def release(self, now: datetime) -> None:
        """Ends all leases: what an earlier process had taken is due again."""
        with self._database.writing() as connection:
            connection.execute(update(MENTIONS).where(_M.due_at > now.timestamp()).values(due_at=now.timestamp()))

    def queue(self, id: str, due_at: datetime) -> None:
        """Puts a mention into the queue (again), or changes when it is due."""
        self._change(id, due_at=seconds(due_at))

    def queued(self) -> int:
        """How many are in the queue."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).where(_M.due_at.is_not(None))).scalar_one())

    def settle(self, id: str, decision: Decision, at: datetime, *, shadow: bool = False, gone: bool = False) -> Mention:
        """Writes down the engine's decision and takes the mention out of the queue.

        Args:
            id: The mention's id; it must be kept.
            decision: What the engine decided.
            at: Now.
            shadow: Whether it is only written down.
            gone: Whether its sender has withdrawn it.

        Returns:
            The mention as it stands now.
        """
        with self._database.writing() as connection:
            row = connection.execute(select(MENTIONS).where(_M.id == id)).one()
            label = None if row.label is None else Label(row.label)
            status = Status.GONE if gone else status_of(decision, label, shadow=shadow)
            values = decision_values(decision) | {
                "status": status.value,
                "shadow": shadow,
                "due_at": None,
                "changed_at": at.timestamp(),
            }
            connection.execute(update(MENTIONS).where(_M.id == id).values(values))
            return mention_from_row(connection.execute(select(MENTIONS).where(_M.id == id)).one())

    def get(self, id: str) -> Mention | None:
        """The mention with this id; None: there is none."""
        return self._first(select(MENTIONS).where(_M.id == id))

    def find(self, wanted: Filter, limit: int = 50, before: int = 0) -> Page:
        """A part of what the filter means, newest first.

        Args:
            wanted: The filter.
            limit: How many at most.
            before: `Page.next` of the former part; 0: the first part.
        """
        query = select(MENTIONS).where(matching(wanted)).order_by(_M.number.desc()).limit(limit + 1)
        if before:
            query = query.where(_M.number < before)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        mentions = tuple(mention_from_row(row) for row in rows[:limit])
        return Page(mentions, mentions[-1].number if len(rows) > limit else 0)

    def ids(self, wanted: Filter, limit: int) -> list[str]:
        """The ids of what the filter means, newest first."""
        with self._database.reading() as connection:
            query = select(_M.id).where(matching(wanted)).order_by(_M.number.desc()).limit(limit)
            return list(connection.execute(query).scalars())

    def counts(self, wanted: Filter) -> dict[Status, int]:
        """How many there are in each status; every status is there."""
        with self._database.reading() as connection:
            rows = connection.execute(select(_M.status, func.count()).where(matching(wanted)).group_by(_M.status)).all()
        return dict.fromkeys(Status, 0) | {Status(status): count for status, count in rows}

    def groups(self, wanted: Filter, by: str, limit: int = 20) -> list[Group]:
        """What mentions share, the most frequent first.

        Args:
            wanted: Which mentions.
            by: ``domain``, ``campaign``, ``target_url`` or ``blog``.
            limit: How many at most.
        """
        if by not in GROUPED:
            raise ValueError(f"mentions are grouped by one of {', '.join(GROUPED)}, not {by!r}")
        with self._database.reading() as connection:
            return [Group(*row) for row in connection.execute(groups(wanted, by, limit))]

    def volume(self, wanted: Filter, since: datetime) -> list[Volume]:
        """What each day brought; days without any are left out."""
        with self._database.reading() as connection:
            return [Volume(*row) for row in connection.execute(volume(wanted, since))]

    def label(self, ids: Sequence[str], label: Label | None, by: str, at: datetime) -> str:
        """Writes down the owner's word.

        Args:
            ids: Mentions; those that are not kept, or have this label already, are passed over.
            label: What the owner says; None: nothing any more.
            by: Who says so.
            at: Now.

        Returns:
            The batch, by which it can be undone; empty: nothing was changed.
        """
        batch = secrets.token_hex(8)
        with self._database.writing() as connection:
            changed = 0
            for id in ids:
                row = connection.execute(select(MENTIONS).where(_M.id == id)).first()
                if row is None or row.label == (None if label is None else label.value):
                    continue
                self._say(connection, row, label, by, at)
                connection.execute(
                    insert(ACTIONS).values(
                        mention=id, batch=batch, at=at.timestamp(), by=by, before=row.label, after=label
                    )
                )
                changed += 1
        return batch if changed else ""

    def undo(self, batch: str, by: str, at: datetime) -> list[Action]:
        """Takes a batch of words back; what was said of a mention since then stays.

        Returns:
            The words that were taken back.
        """
        with self._database.writing() as connection:
            rows = connection.execute(
                select(ACTIONS).where(ACTIONS.c.batch == batch, ACTIONS.c.undone.is_(False))
            ).all()
            undone = []
            for action in rows:
                row = connection.execute(select(MENTIONS).where(_M.id == action.mention)).first()
                if row is None or row.label != action.after:
                    continue
                self._say(connection, row, None if action.before is None else Label(action.before), by, at)
                undone.append(_action(action))
            connection.execute(update(ACTIONS).where(ACTIONS.c.batch == batch).values(undone=True))
        return undone

    def actions(self, mention: str = "", batch: str = "", limit: int = 100) -> list[Action]:
        """The owner's words that still hold, newest first: about one mention, or of one batch, or all."""
        query = select(ACTIONS).where(ACTIONS.c.undone.is_(False)).order_by(ACTIONS.c.number.desc()).limit(limit)
        if mention:
            query = query.where(ACTIONS.c.mention == mention)
        if batch:
            query = query.where(ACTIONS.c.batch == batch)
        with self._database.reading() as connection:
            return [_action(row) for row in connection.execute(query)]

    def announce(self, channel: str, payload: dict[str, Any], due_at: datetime) -> None:
        """Keeps something that is to be told to the outside."""
        with self._database.writing() as connection:
            connection.execute(
                insert(OUTBOX).values(channel=channel, payload=json.dumps(payload), due_at=due_at.timestamp())
            )

    def announcements(self, now: datetime, limit: int = 20) -> list[Announcement]:
        """What is due to be told, the oldest first."""
        columns = OUTBOX.c
        query = select(OUTBOX).where(columns.due_at <= now.timestamp()).order_by(columns.due_at).limit(limit)
        with self._database.reading() as connection:
            return [
                Announcement(row.number, row.channel, json.loads(row.payload), row.attempts)
                for row in connection.execute(query)
            ]

    def announced(self, numbers: Iterable[int]) -> None:
        """Forgets what was told, or is given up."""
        with self._database.writing() as connection:
            connection.execute(OUTBOX.delete().where(OUTBOX.c.number.in_(list(numbers))))

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
        with self._database.writing() as connection:
            found = connection.execute(select(META.c.value).where(META.c.name == name)).scalar()
            if found is None:
                found = secrets.token_bytes(_SECRET_BYTES)
                connection.execute(insert(META).values(name=name, value=found))
        return bytes(found)

    def remember(self, name: str, value: str) -> None:
        """Keeps a small word, such as the day of the last digest."""
        with self._database.writing() as connection:
            connection.execute(META.delete().where(META.c.name == name))
            connection.execute(insert(META).values(name=name, value=value.encode()))

    def remembered(self, name: str) -> str:
        """A small word that was kept; empty: none."""
        with self._database.reading() as connection:
            found = connection.execute(select(META.c.value).where(META.c.name == name)).scalar()
        return "" if found is None else bytes(found).decode()

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def _first(self, query: Any) -> Mention | None:
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else mention_from_row(row)

    def _change(self, id: str, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(MENTIONS).where(_M.id == id).values(values))

    def _say(self, connection: Any, row: Any, label: Label | None, by: str, at: datetime) -> None:
        mention = mention_from_row(row)
        status = mention.status
        if status is not Status.GONE:
            decision = mention.decision
            if decision is not None:
                status = status_of(decision, label, shadow=mention.shadow)
            elif label is not None:
                status = Status.APPROVED if label is Label.HAM else Status.SPAM
            else:
                status = Status.WAITING
        connection.execute(
            update(MENTIONS)
            .where(_M.number == row.number)
            .values(
                label=None if label is None else label.value,
                labelled_at=None if label is None else at.timestamp(),
                labelled_by="" if label is None else by,
                status=status.value,
                changed_at=at.timestamp(),
            )
        )


def _action(row: Any) -> Action:
    at = moment(row.at)
    assert at is not None  # noqa: S101 - the column is never NULL
    return Action(
        row.mention,
        row.batch,
        at,
        row.by,
        None if row.before is None else Label(row.before),
        None if row.after is None else Label(row.after),
    )
