"""Mentions and their queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from moderator.records import Decision, Verdict
from moderator.service.limits import network_of
from moderator.service.records import (
    Filter,
    Group,
    Mention,
    Order,
    Origin,
    OwnerLabel,
    Page,
    Status,
    Volume,
    status_of,
)
from moderator.service.store.outbox import HISTORY, Outbox
from moderator.service.store.queries import GROUPED, groups, matching, ordering, volume, watched
from moderator.service.store.rows import (
    decision_values,
    linkback_values,
    mention_from_row,
    mention_values,
    moment,
    owner_label_of,
    pair_key,
    seconds,
    words_value,
)
from moderator.service.store.tables import MENTIONS, OUTBOX

__all__ = ["Accepted", "Mentions", "Turn"]

_M = MENTIONS.c
_MOST_OF_PAIR = 50
"""Mentions of one source and target that are looked at."""
_QUEUED = select(func.count()).where(_M.status == Status.WAITING.value)


class Accepted(Enum):
    """What became of a mention that was handed over."""

    NEW = "new"
    AGAIN = "again"
    """A mention with this id, or the only one of its source and target, is kept already; nothing was changed."""
    FULL = "full"
    """The queue, or its sender's share of it, is full; nothing was kept."""


class Turn(NamedTuple):
    """Whose mention is to be taken next."""

    last_sender: str = ""
    """Network of the sender whose turn was last; empty: nobody's."""
    busy_senders: tuple[str, ...] = ()
    """Networks whose mentions are being judged as many at once as may be."""
    busy_authors: tuple[str, ...] = ()
    """`Mention.domain` of those, likewise."""


class Mentions(Outbox):
    """The table `mentions`; see `moderator.service.store.Store`."""

    def accept(
        self, mention: Mention, limit: int | None = None, *, sender_limit: int | None = None, once: bool = False
    ) -> Accepted:
        """Keeps a new mention; once this returns, it survives the death of the process.

        Args:
            mention: The mention; with a `due_at`, it is in the queue. One that is judged already is told.
            limit: How many may wait for their first judging; None: any number.
            sender_limit: How many of one sender may; None: any number.
            once: Whether its door takes the same kind, source and target of one sender only once.
        """
        with self._database.writing() as connection:
            linkback = mention.linkback
            same: ColumnElement[bool] = _M.id == linkback.id
            if once:
                pair = _same_pair(mention.blog, linkback.source_url, linkback.target_url, mention.origin)
                sender = network_of(linkback.sender_ip)
                same |= pair & (_M.kind == linkback.kind.value) & (_M.sender == sender)
            if connection.execute(select(_M.number).where(same).limit(1)).first() is not None:
                return Accepted.AGAIN
            bound = limit if mention.due_at is not None else None
            if bound is not None and connection.execute(_QUEUED).scalar_one() >= bound:
                return Accepted.FULL
            values = mention_values(mention)
            if bound is not None and sender_limit is not None and values["sender"]:
                waiting = _M.due_at.is_not(None) & (_M.sender == values["sender"])
                if connection.execute(select(func.count()).where(waiting)).scalar_one() >= sender_limit:
                    return Accepted.FULL
            connection.execute(insert(MENTIONS).values(values))
            if mention.status is not Status.WAITING:
                self._record_event(connection, mention)
        return Accepted.NEW

    def known(self, blog: str, source_url: str, target_url: str, origin: Origin | None = None) -> Mention | None:
        """The newest mention of the same source and target, through one door or any; None: there is none."""
        query = select(MENTIONS).where(_same_pair(blog, source_url, target_url, origin))
        return self._first(query.order_by(_M.number.desc()))

    def all_of_pair(self, mention: Mention) -> list[Mention]:
        """What receivers took of the same source and target, whatever its kind and sender, the oldest first."""
        linkback = mention.linkback
        pair = _same_pair(mention.blog, linkback.source_url, linkback.target_url, Origin.RECEIVER)
        query = select(MENTIONS).where(pair).order_by(_M.number).limit(_MOST_OF_PAIR)
        with self._database.reading() as connection:
            return [mention_from_row(row) for row in connection.execute(query)]

    def take_next(self, now: datetime, lease: timedelta, turn: Turn) -> Mention | None:
        """The next mention that is due, sender after sender, each sender's longest waiting first.

        Args:
            now: Now.
            lease: For how long nobody else gets it.
            turn: Whose turn was last, and whose mentions are not to be taken now.

        Returns:
            The mention; None: none is due but of those who have to wait.
        """
        due = (_M.due_at <= now.timestamp()) & _M.sender.not_in(turn.busy_senders) & _M.domain.not_in(turn.busy_authors)
        query = select(_M.number).where(due).order_by(_M.sender, _M.due_at, _M.number).limit(1)
        with self._database.writing() as connection:
            number = connection.execute(query.where(_M.sender > turn.last_sender)).scalar()
            if number is None:
                number = connection.execute(query).scalar()
            if number is None:
                return None
            leased = {"due_at": (now + lease).timestamp(), "attempts": _M.attempts + 1}
            connection.execute(update(MENTIONS).where(_M.number == number).values(leased))
            return mention_from_row(connection.execute(select(MENTIONS).where(_M.number == number)).one())

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

    def release(self, now: datetime, lease: timedelta) -> None:
        """Ends all leases: what an earlier process had taken is due again, and is known to have been taken.

        What waits for its first judging is due whatever the clock said when it came; what is to be looked at again
        stays where it is.
        """
        waits = _M.status == Status.WAITING.value
        leased = _M.due_at.between(now.timestamp(), (now + lease).timestamp()) & (_M.attempts > 0)
        beyond = waits & (_M.received_at > now.timestamp())
        with self._database.writing() as connection:
            connection.execute(update(MENTIONS).where(leased).values(crashes=_M.crashes + 1, due_at=now.timestamp()))
            connection.execute(update(MENTIONS).where(beyond).values(due_at=now.timestamp()))

    def shift(self, by: timedelta) -> None:
        """Moves every appointment, after the clock was set back: what is due in an hour stays due in an hour."""
        with self._database.writing() as connection:
            moved = {"due_at": _M.due_at + by.total_seconds()}
            connection.execute(update(MENTIONS).where(_M.due_at.is_not(None)).values(moved))
            connection.execute(update(OUTBOX).values(due_at=OUTBOX.c.due_at + by.total_seconds()))

    def withdraw(self, ids: Sequence[str], at: datetime) -> None:
        """Takes mentions back that a better one has replaced; what the owner has labelled stays."""
        with self._database.writing() as connection:
            for id in ids:
                row = connection.execute(select(MENTIONS).where(_M.id == id, _M.label.is_(None))).first()
                if row is None:
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
            vouch: The page that vouches for it now; None: as before.
        """
        self._change(id, due_at=seconds(due_at), **({} if vouch is None else {"vouch": vouch, "attempts": 0}))

    def put_back(self, id: str, due_at: datetime) -> None:
        """Puts back what was taken and not begun; it does not count as an attempt."""
        self._change(id, due_at=seconds(due_at), attempts=_M.attempts - 1)

    def queued(self) -> int:
        """How many wait for their first judging."""
        with self._database.reading() as connection:
            return int(connection.execute(_QUEUED).scalar_one())

    def settle(
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
            The mention as it stands now.
        """
        id = mention.linkback.id
        with self._database.writing() as connection:
            before = connection.execute(select(MENTIONS).where(_M.id == id)).one()
            status = Status.GONE if gone else status_of(decision, owner_label_of(before.label), shadow=shadow)
            # it may have been sent again while it was judged; then it stays in the queue
            undisturbed = before.due_at == seconds(mention.due_at)
            values = linkback_values(mention) | decision_values(decision) | words_value(mention.linkback, decision)
            values |= {"post_title": post_title} if post_title else {}
            values |= {"status": status.value, "shadow": shadow, "changed_at": at.timestamp()}
            values |= {"due_at": seconds(again_at)} if undisturbed else {}
            connection.execute(update(MENTIONS).where(_M.id == id).values(values))
            settled = mention_from_row(connection.execute(select(MENTIONS).where(_M.id == id)).one())
            connection.execute(
                # a label that waited for the history to know the linkback need not wait longer
                update(OUTBOX).where(OUTBOX.c.channel == HISTORY, OUTBOX.c.subject == id).values(due_at=at.timestamp())
            )
            if (before.status, before.linkback) != (status.value, values["linkback"]):
                self._record_event(connection, settled)
        return settled

    def forget(self, before: datetime) -> int:
        """Forgets what was received before a moment and is needed no longer; returns how many.

        What waits for the owner stays, and so does what a receiver took and was approved: a blog shows it from here.
        """
        over: ColumnElement[bool] = _M.status.in_([Status.SPAM.value, Status.GONE.value])
        over |= (_M.status == Status.APPROVED.value) & (_M.origin != Origin.RECEIVER.value)
        with self._database.writing() as connection:
            old = (_M.received_at < before.timestamp()) & over & _M.due_at.is_(None)
            return connection.execute(delete(MENTIONS).where(old)).rowcount

    def get(self, id: str) -> Mention | None:
        """The mention with this id; None: there is none."""
        return self._first(select(MENTIONS).where(_M.id == id))

    def find(self, wanted: Filter, limit: int = 50, before: int = 0, order: Order = Order.TIME) -> Page:
        """A part of what the filter means.

        Args:
            wanted: The filter.
            limit: How many at most.
            before: `Page.next` of the former part; 0: the first part.
            order: In which order.
        """
        query = select(MENTIONS).where(matching(wanted)).order_by(*ordering(order, wanted)).limit(limit + 1)
        by_number = order is Order.TIME and not wanted.text
        if before:
            query = query.where(_M.number < before) if by_number else query.offset(before)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        mentions = tuple(mention_from_row(row) for row in rows[:limit])
        if len(rows) <= limit:
            return Page(mentions, 0)
        return Page(mentions, mentions[-1].number if by_number else before + limit)

    def judged_after(self, number: int, limit: int = 200) -> list[Mention]:
        """Judged mentions behind a number (0: from the first on), in the order in which they came."""
        query = select(MENTIONS).where(_M.number > number, _M.verdict.is_not(None)).order_by(_M.number).limit(limit)
        with self._database.reading() as connection:
            return [mention_from_row(row) for row in connection.execute(query).all()]

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

    def first_received(self, wanted: Filter) -> datetime | None:
        """When the first of them was received; None: there is none."""
        with self._database.reading() as connection:
            return moment(connection.execute(select(func.min(_M.received_at)).where(matching(wanted))).scalar())

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

    def post_titles(self, target_urls: Sequence[str]) -> dict[str, str]:
        """The titles of our posts by their addresses; where none is known, it is left out."""
        titled = _M.target_url.in_(target_urls) & (_M.post_title != "")
        query = select(_M.target_url, func.max(_M.post_title)).where(titled).group_by(_M.target_url)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def volume(self, wanted: Filter, since: datetime) -> list[Volume]:
        """What each day brought; days without any are left out."""
        with self._database.reading() as connection:
            return [Volume(*row) for row in connection.execute(volume(wanted, since))]

    def watched(self, wanted: Filter) -> dict[tuple[Verdict, OwnerLabel | None], int]:
        """How many were judged in shadow mode, by the engine's verdict and the owner's label; none: not there."""
        with self._database.reading() as connection:
            rows = connection.execute(watched(wanted)).all()
        return {(Verdict(verdict), owner_label_of(label)): count for verdict, label, count in rows}

    def _first(self, query: Any) -> Mention | None:
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else mention_from_row(row)

    def _change(self, id: str, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(MENTIONS).where(_M.id == id).values(values))


def _same_pair(blog: str, source_url: str, target_url: str, origin: Origin | None) -> ColumnElement[bool]:
    same = _M.pair == pair_key(blog, source_url, target_url)
    return same if origin is None else same & (_M.origin == origin.value)
