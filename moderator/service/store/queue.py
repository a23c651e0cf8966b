"""The queue of mentions: accepted, taken by one process at a time, settled."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select, update

from moderator.records import Decision
from moderator.service.rate_limit import network_of
from moderator.service.records import Mention, Origin, Status, status_of
from moderator.service.store.database import retry_on_deadlock
from moderator.service.store.outbox import HISTORY, Outbox
from moderator.service.store.queries import locked, same_pair
from moderator.service.store.rows import (
    decision_values,
    linkback_values,
    mention_from_row,
    mention_values,
    owner_label_of,
    seconds,
    words_value,
)
from moderator.service.store.tables import MENTIONS, OUTBOX
from moderator.text import stable_hash

__all__ = ["Accepted", "FairTurn", "Queue"]

_M = MENTIONS.c
_QUEUED = select(func.count()).where(_M.status == Status.WAITING.value)
_PAGE = 100
"""Mentions that are forgotten in one go: others get their turn in between."""
_TURN = 2
"""The time that others have after each go, as a multiple of what it took."""


class Accepted(Enum):
    """What became of a mention that was handed over."""

    NEW = "new"
    AGAIN = "again"
    """A mention with this id, or the only one of its source and target, is kept already; nothing was changed."""
    FULL = "full"
    """The queue, or its sender's share of it, is full; nothing was kept."""


class FairTurn(NamedTuple):
    """Whose mention is to be taken next."""

    last_sender: str = ""
    """Network of the sender whose turn was last; empty: nobody's."""
    busy_senders: tuple[str, ...] = ()
    """Networks whose mentions are being judged as many at once as may be."""
    busy_authors: tuple[str, ...] = ()
    """`Mention.domain` of those, likewise."""


class Queue(Outbox):
    """What changes the table `mentions`; see `moderator.service.store.Store`."""

    @retry_on_deadlock
    def accept(
        self, mention: Mention, limit: int | None = None, *, sender_limit: int | None = None, once: bool = False
    ) -> Accepted:
        """Keeps a new mention; once this returns, it survives the death of the process.

        Args:
            mention: The mention; with a `due_at`, it is in the queue. One that is decided already makes an event.
            limit: How many may wait for their first judging, give or take those that are taken in at this moment;
                None: any number.
            sender_limit: How many of one sender may; None: any number.
            once: Whether its door takes the same kind, source and target of one sender only once.
        """
        linkback, values = mention.linkback, mention_values(mention)
        with self._database.writing() as connection:
            self._database.lock(connection, stable_hash(linkback.id), values["pair"])
            same: ColumnElement[bool] = _M.id == linkback.id
            if once:
                pair = same_pair(mention.blog, linkback.source_url, linkback.target_url, mention.origin)
                sender = network_of(linkback.sender_ip)
                same |= pair & (_M.kind == linkback.kind.value) & (_M.sender == sender)
            if connection.execute(select(_M.number).where(same).limit(1)).first() is not None:
                return Accepted.AGAIN
            bound = limit if mention.due_at is not None else None
            if bound is not None and connection.execute(_QUEUED).scalar_one() >= bound:
                return Accepted.FULL
            if bound is not None and sender_limit is not None and values["sender"]:
                waiting = _M.due_at.is_not(None) & (_M.sender == values["sender"])
                if connection.execute(select(func.count()).where(waiting)).scalar_one() >= sender_limit:
                    return Accepted.FULL
            connection.execute(insert(MENTIONS).values(values))
            if mention.status is not Status.WAITING:
                self._record_event(connection, mention)
        return Accepted.NEW

    @retry_on_deadlock
    def take_next(self, now: datetime, lease: timedelta, turn: FairTurn, process: str = "") -> Mention | None:
        """The next mention that is due, sender after sender, each sender's longest waiting first.

        Args:
            now: Now.
            lease: For how long nobody else gets it.
            turn: Whose turn was last, and whose mentions are not to be taken now.
            process: Who takes it, for `take_over`; empty: nobody who has joined.

        Returns:
            The mention; None: none is due but of those who have to wait.
        """
        due = (_M.due_at <= now.timestamp()) & _M.sender.not_in(turn.busy_senders) & _M.domain.not_in(turn.busy_authors)
        query = _unlocked(select(_M.number).where(due).order_by(_M.sender, _M.due_at, _M.number).limit(1))
        with self._database.writing() as connection:
            number = connection.execute(query.where(_M.sender > turn.last_sender)).scalar()
            if number is None:
                number = connection.execute(query).scalar()
            if number is None:
                return None
            leased = {"due_at": (now + lease).timestamp(), "attempts": _M.attempts + 1, "taken_by": process}
            connection.execute(update(MENTIONS).where(_M.number == number).values(leased))
            return mention_from_row(connection.execute(select(MENTIONS).where(_M.number == number)).one())

    @retry_on_deadlock
    def take(self, count: int, now: datetime, lease: timedelta, process: str = "") -> list[Mention]:
        """Mentions that are due, the longest waiting first; until the lease ends nobody else gets them."""
        due = select(_M.number).where(_M.due_at <= now.timestamp()).order_by(_M.due_at, _M.number)
        with self._database.writing() as connection:
            numbers = connection.execute(_unlocked(due.limit(count))).scalars().all()
            if not numbers:
                return []
            connection.execute(
                update(MENTIONS)
                .where(_M.number.in_(numbers))
                .values(due_at=(now + lease).timestamp(), attempts=_M.attempts + 1, taken_by=process)
            )
            rows = connection.execute(select(MENTIONS).where(_M.number.in_(numbers)).order_by(_M.number)).all()
        return [mention_from_row(row) for row in rows]

    @retry_on_deadlock
    def release(self, now: datetime, lease: timedelta) -> None:
        """Ends all leases: what an earlier process had taken is due again, and is known to have been taken.

        What waits for its first judging is due whatever the clock said when it came; what is to be looked at again
        stays where it is.
        """
        waits = _M.status == Status.WAITING.value
        leased = _M.due_at.between(now.timestamp(), (now + lease).timestamp()) & (_M.attempts > 0)
        beyond = waits & (_M.received_at > now.timestamp())
        with self._database.writing() as connection:
            values = {"crashes": _M.crashes + 1, "due_at": now.timestamp(), "taken_by": ""}
            connection.execute(update(MENTIONS).where(leased).values(values))
            connection.execute(update(MENTIONS).where(beyond).values(due_at=now.timestamp()))

    @retry_on_deadlock
    def shift_due_times(self, by: timedelta) -> None:
        """Moves every appointment, after the clock was set back: what is due in an hour stays due in an hour."""
        with self._database.writing() as connection:
            moved = {"due_at": _M.due_at + by.total_seconds()}
            connection.execute(update(MENTIONS).where(_M.due_at.is_not(None)).values(moved))
            connection.execute(update(OUTBOX).values(due_at=OUTBOX.c.due_at + by.total_seconds()))

    @retry_on_deadlock
    def withdraw(self, ids: Sequence[str], at: datetime) -> None:
        """Takes mentions back that a better one has replaced; what the owner has labelled stays."""
        with self._database.writing() as connection:
            for row in locked(connection, ids).values():
                if row.label is not None:
                    continue
                values = {"status": Status.GONE.value, "changed_at": at.timestamp(), "due_at": None}
                connection.execute(update(MENTIONS).where(_M.number == row.number).values(values))
                if row.status != Status.WAITING.value:
                    replaced = connection.execute(select(MENTIONS).where(_M.number == row.number)).one()
                    self._record_event(connection, mention_from_row(replaced))

    def queue(self, id: str, due_at: datetime, *, vouch: str | None = None) -> None:
        """Puts a mention into the queue (again), or changes when it is due.

        Args:
            id: The mention's id.
            due_at: When it is to be judged.
            vouch: The page that vouches for it now, as it was sent again; None: it was not, and what a process that
                has it may still find out is not waited for.
        """
        again = {"taken_by": ""} if vouch is None else {"vouch": vouch, "attempts": 0}
        self._change(id, due_at=seconds(due_at), **again)

    def requeue(self, id: str, due_at: datetime) -> None:
        """Puts back what was taken and not begun; it does not count as an attempt."""
        self._change(id, due_at=seconds(due_at), attempts=_M.attempts - 1, taken_by="")

    def queue_length(self) -> int:
        """How many wait for their first judging."""
        with self._database.reading() as connection:
            return int(connection.execute(_QUEUED).scalar_one())

    @retry_on_deadlock
    def record_decision(
        self,
        mention: Mention,
        decision: Decision,
        at: datetime,
        *,
        again_at: datetime | None = None,
        shadow: bool = False,
        gone: bool = False,
        post_title: str = "",
    ) -> Mention:
        """Writes down the engine's decision, tells what has changed, and takes the mention out of the queue.

        Args:
            mention: The mention as it was taken, with what is known of its linkback now; it must be kept.
            decision: What the engine decided.
            at: Now.
            again_at: When it is to be judged again; None: not by itself.
            shadow: Whether it is only written down.
            gone: Whether its sender has withdrawn it.
            post_title: Our post's title; empty: as it was known before.

        Returns:
            The mention as it stands now. Where another process has it, or has settled it, that holds, and nothing is
            written: this one was thought to be gone.
        """
        id = mention.linkback.id
        with self._database.writing() as connection:
            before = connection.execute(select(MENTIONS).where(_M.id == id).with_for_update()).one()
            if _is_lost(mention, before):
                return mention_from_row(before)
            status = Status.GONE if gone else status_of(decision, owner_label_of(before.label), shadow=shadow)
            # it may have been sent again while it was judged; then it stays in the queue
            undisturbed = before.due_at == seconds(mention.due_at)
            values = linkback_values(mention) | decision_values(decision) | words_value(mention.linkback, decision)
            values |= {"post_title": post_title} if post_title else {}
            values |= {"status": status.value, "shadow": shadow, "changed_at": at.timestamp()}
            values |= {"due_at": seconds(again_at)} if undisturbed else {}
            values |= {"taken_by": ""} if undisturbed and again_at is not None else {}
            connection.execute(update(MENTIONS).where(_M.id == id).values(values))
            settled = mention_from_row(connection.execute(select(MENTIONS).where(_M.id == id)).one())
            connection.execute(
                # a label that waited for the history to know the linkback need not wait longer
                update(OUTBOX).where(OUTBOX.c.channel == HISTORY, OUTBOX.c.subject == id).values(due_at=at.timestamp())
            )
            if (before.status, before.linkback) != (status.value, values["linkback"]):
                self._record_event(connection, settled)
        return settled

    def delete_old(self, before: datetime) -> int:
        """Forgets what was received before a moment and is needed no longer; returns how many.

        What waits for the owner stays, and so does what a receiver took and was approved: a blog shows it from here.
        """
        over: ColumnElement[bool] = _M.status.in_([Status.SPAM.value, Status.GONE.value])
        over |= (_M.status == Status.APPROVED.value) & (_M.origin != Origin.RECEIVER.value)
        old = (_M.received_at < before.timestamp()) & over & _M.due_at.is_(None)
        page = select(_M.number).where(old).order_by(_M.received_at).limit(_PAGE)
        forgotten = 0
        while True:
            begun = time.monotonic()
            gone = self._forget_page(page)
            forgotten += gone
            if gone < _PAGE:
                return forgotten
            time.sleep(_TURN * (time.monotonic() - begun))

    @retry_on_deadlock
    def _forget_page(self, page: Select[tuple[int]]) -> int:
        with self._database.writing() as connection:
            numbers = connection.execute(_unlocked(page)).scalars().all()
            return connection.execute(delete(MENTIONS).where(_M.number.in_(numbers))).rowcount

    def _change(self, id: str, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(MENTIONS).where(_M.id == id).values(values))


def _unlocked(query: Select[tuple[int]]) -> Select[tuple[int]]:
    """Rows that nobody else is changing, to be changed now."""
    return query.with_for_update(skip_locked=True)


def _is_lost(mention: Mention, before: Row[Any]) -> bool:
    """Whether another process has taken since what one has judged."""
    return bool(mention.taken_by) and before.taken_by != mention.taken_by
