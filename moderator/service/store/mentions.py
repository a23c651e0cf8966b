"""Lists, counts and groups of mentions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from moderator.records import Verdict
from moderator.service.records import Filter, Group, Mention, Order, Origin, OwnerLabel, Page, Status, Volume
from moderator.service.store.outbox import Outbox
from moderator.service.store.queries import GROUPED, groups, matching, ordering, same_pair, shadow_counts, volume
from moderator.service.store.rows import mention_from_row, moment, owner_label_of
from moderator.service.store.tables import MENTIONS

__all__ = ["Mentions"]

_M = MENTIONS.c
_MOST_OF_PAIR = 50
"""Mentions of one source and target that are looked at."""


class Mentions(Outbox):
    """What is asked of the table `mentions`; see `moderator.service.store.Store`."""

    def find_pair(self, blog: str, source_url: str, target_url: str, origin: Origin | None = None) -> Mention | None:
        """The newest mention of the same source and target, through one door or any; None: there is none."""
        query = select(MENTIONS).where(same_pair(blog, source_url, target_url, origin))
        return self._first(query.order_by(_M.number.desc()))

    def all_of_pair(self, mention: Mention) -> list[Mention]:
        """What receivers took of the same source and target, whatever its kind and sender, the oldest first."""
        linkback = mention.linkback
        pair = same_pair(mention.blog, linkback.source_url, linkback.target_url, Origin.RECEIVER)
        query = select(MENTIONS).where(pair).order_by(_M.number).limit(_MOST_OF_PAIR)
        with self._database.reading() as connection:
            return [mention_from_row(row) for row in connection.execute(query)]

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

    def groups(self, wanted: Filter, by: str, limit: int = 20, at_least: int = 1) -> list[Group]:
        """What mentions share, the most frequent first.

        Args:
            wanted: Which mentions.
            by: ``domain``, ``campaign``, ``target_url`` or ``blog``.
            limit: How many at most.
            at_least: Mentions that a group must have.
        """
        if by not in GROUPED:
            raise ValueError(f"mentions are grouped by one of {', '.join(GROUPED)}, not {by!r}")
        with self._database.reading() as connection:
            return [Group(*row) for row in connection.execute(groups(wanted, by, limit, at_least))]

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

    def shadow_counts(self, wanted: Filter) -> dict[tuple[Verdict, OwnerLabel | None], int]:
        """How many were judged in shadow mode, by the engine's verdict and the owner's label; none: not there."""
        with self._database.reading() as connection:
            rows = connection.execute(shadow_counts(wanted)).all()
        return {(Verdict(verdict), owner_label_of(label)): count for verdict, label, count in rows}

    def _first(self, query: Any) -> Mention | None:
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else mention_from_row(row)
