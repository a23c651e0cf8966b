"""Queries of the table `mentions`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Label, Row, Select, and_, case, func, literal, or_, select

from moderator.records import Verdict
from moderator.service.records import Filter, Order, Origin, OwnerLabel, Status
from moderator.service.store.dialects import day_of
from moderator.service.store.rows import folded, pair_key
from moderator.service.store.tables import DOUBT, MENTIONS
from moderator.urls import canonical

__all__ = ["GROUPED", "groups", "locked", "matching", "ordering", "same_pair", "shadow_counts", "volume"]

_COLUMNS = MENTIONS.c
GROUPED = ("domain", "campaign", "target_url", "blog")
"""What mentions can be grouped by."""
_AT_ONCE = 500
"""Ids in one question."""
_MOST_WORDS = 12
"""Words of a search that count."""


def matching(wanted: Filter) -> ColumnElement[bool]:
    """The condition of a filter."""
    terms: list[ColumnElement[bool]] = []
    for name in ("blog", "status", "verdict", "kind", "domain", "campaign", "origin"):
        value = getattr(wanted, name)
        if value:
            terms.append(_COLUMNS[name] == str(value))
    if wanted.target_url:
        terms.append(_COLUMNS.target == canonical(wanted.target_url))
    if wanted.since is not None:
        terms.append(_COLUMNS.received_at >= wanted.since.timestamp())
    if wanted.until is not None:
        terms.append(_COLUMNS.received_at < wanted.until.timestamp())
    if wanted.labelled is not None:
        undecided = _COLUMNS.label.is_(None) | (_COLUMNS.label == OwnerLabel.HOLD)
        terms.append(~undecided if wanted.labelled else undecided)
    if wanted.text:
        terms.append(or_(_in_words(wanted.text), _in_addresses(wanted.text)))
    return and_(True, *terms)


def ordering(order: Order, wanted: Filter) -> tuple[ColumnElement[Any], ...]:
    """The order of a list; what has a searched text among its words stands before what has it in its address alone."""
    newest = _COLUMNS.number.desc()
    orders: dict[Order, tuple[ColumnElement[Any], ...]] = {
        Order.TIME: (newest,),
        Order.SPAM: (_COLUMNS.probability.desc().nulls_last(), newest),
        Order.DOUBT: (DOUBT, newest),
        Order.DOMAIN: (_COLUMNS.domain, newest),
    }
    found = (case((_in_words(wanted.text), 0), else_=1),) if wanted.text else ()
    return (*found, *orders[order])


def _in_words(text: str) -> ColumnElement[bool]:
    """Whether every word of a text stands in the mention's titles and texts."""
    return and_(True, *(_COLUMNS.words.contains(word, autoescape=True) for word in folded(text).split()[:_MOST_WORDS]))


def _in_addresses(text: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in (_COLUMNS.source_url, _COLUMNS.target_url)))


def same_pair(blog: str, source_url: str, target_url: str, origin: Origin | None) -> ColumnElement[bool]:
    """The condition of being the same source and target, through one door or any."""
    same = _COLUMNS.pair == pair_key(blog, source_url, target_url)
    return same if origin is None else same & (_COLUMNS.origin == origin.value)


def locked(connection: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """The mentions with these ids, which nobody else changes until the transaction ends; unknown ids are left out.

    Rows are locked in the order of their ids, so that two who lock several do not wait for each other.
    """
    ordered, found = sorted(set(ids)), {}
    for first in range(0, len(ordered), _AT_ONCE):
        part = _COLUMNS.id.in_(ordered[first : first + _AT_ONCE])
        for row in connection.execute(select(MENTIONS).where(part).order_by(_COLUMNS.id).with_for_update()):
            found[row.id] = row
    return found


def groups(wanted: Filter, by: str, limit: int, at_least: int) -> Select[Any]:
    """Counts by status for each value of a column that so many share, the most frequent first."""
    column = _COLUMNS[by]
    total = func.count().label("total")
    statuses = (Status.APPROVED, Status.HELD, Status.SPAM)
    # where one status is wanted nothing is counted twice: a long queue has a group for nearly every mention
    counts = [
        _count(_COLUMNS.status == each) if wanted.status is None else total if wanted.status is each else literal(0)
        for each in statuses
    ]
    return (
        select(column, total, *counts)
        .where(matching(wanted), column != "")
        .group_by(column)
        .having(func.count() >= at_least)
        .order_by(total.desc(), column)
        .limit(limit)
    )


def volume(wanted: Filter, since: datetime) -> Select[Any]:
    """Counts by verdict for each day from a moment on; days without any are left out."""
    day: Label[str] = day_of(_COLUMNS.received_at).label("day")
    counts = [_count(_COLUMNS.verdict == each) for each in (Verdict.APPROVE, Verdict.HOLD, Verdict.SPAM)]
    query: Select[Any] = select(day).add_columns(*counts)
    return query.where(matching(wanted), _COLUMNS.received_at >= since.timestamp()).group_by(day).order_by(day)


def shadow_counts(wanted: Filter) -> Select[Any]:
    """Counts, by verdict and by the owner's label, of what was judged in shadow mode."""
    return (
        select(_COLUMNS.verdict, _COLUMNS.label, func.count())
        .where(matching(wanted), _COLUMNS.shadow.is_(True), _COLUMNS.verdict.is_not(None))
        .group_by(_COLUMNS.verdict, _COLUMNS.label)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
