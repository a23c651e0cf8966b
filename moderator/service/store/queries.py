"""What is asked of the table `mentions`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from moderator.records import Verdict
from moderator.service.records import Filter, OwnerLabel, Status
from moderator.service.store.tables import MENTIONS
from moderator.urls import canonical

__all__ = ["GROUPED", "groups", "matching", "volume", "watched"]

_COLUMNS = MENTIONS.c
GROUPED = ("domain", "campaign", "target_url", "blog")
"""What mentions can be grouped by."""


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
        # the column holds JSON, in which what is not ASCII is written otherwise
        needle = json.dumps(wanted.text)[1:-1]
        terms.append(
            or_(
                _COLUMNS.linkback.icontains(needle, autoescape=True),
                _COLUMNS.domain.icontains(wanted.text, autoescape=True),
            )
        )
    return and_(True, *terms)


def groups(wanted: Filter, by: str, limit: int) -> Select[Any]:
    """Counts by status for each value of a column, the most frequent first."""
    column = _COLUMNS[by]
    total = func.count().label("total")
    return (
        select(
            column, total, *(_count(_COLUMNS.status == each) for each in (Status.APPROVED, Status.HELD, Status.SPAM))
        )
        .where(matching(wanted), column != "")
        .group_by(column)
        .order_by(total.desc(), column)
        .limit(limit)
    )


def volume(wanted: Filter, since: datetime) -> Select[Any]:
    """Counts by verdict for each day from a moment on; days without any are left out."""
    day = func.date(_COLUMNS.received_at, "unixepoch").label("day")
    return (
        select(day, *(_count(_COLUMNS.verdict == each) for each in (Verdict.APPROVE, Verdict.HOLD, Verdict.SPAM)))
        .where(matching(wanted), _COLUMNS.received_at >= since.timestamp())
        .group_by(day)
        .order_by(day)
    )


def watched(wanted: Filter) -> Select[Any]:
    """Counts, by verdict and by the owner's label, of what was judged in shadow mode."""
    return (
        select(_COLUMNS.verdict, _COLUMNS.label, func.count())
        .where(matching(wanted), _COLUMNS.shadow.is_(True), _COLUMNS.verdict.is_not(None))
        .group_by(_COLUMNS.verdict, _COLUMNS.label)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
