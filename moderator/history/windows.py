"""What one key did before a moment, from its latest entries: one pure function, shared by every history.

>>> summarise(7200.0, [100.0, 5000.0, 7000.0], [1, 1, 2], [8, 8, None], [9, 9, 9])._asdict() == {
...     "count_1h": 2, "count_24h": 3, "count_7d": 3, "targets_1h": 2, "targets_24h": 2, "targets_7d": 2,
...     "domains_7d": 1, "senders_7d": 1, "since_last": 200.0}
True
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import nan
from typing import Any

from moderator.history.base import DAY, HOUR, UNKNOWN_ACTIVITY, WEEK, Activity

__all__ = ["NO_ACTIVITY", "activity_of", "summarise"]

NO_ACTIVITY = Activity(0, 0, 0, 0, 0, 0, 0, 0, nan)
"""A known key that did nothing in the longest window."""


def activity_of(key: int | None, at: float, rows: Sequence[Sequence[Any]]) -> Activity:
    """What a key did before a moment, from rows of a database.

    Args:
        key: The key; None: not told.
        at: The moment, in seconds since 1970; nan: not known.
        rows: Time, target, domain and sender of its latest entries, newest first; what else a row has is passed over.
    """
    if key is None or at != at:
        return UNKNOWN_ACTIVITY
    if not rows:
        return NO_ACTIVITY
    times, targets, domains, senders, *_ = zip(*reversed(rows), strict=True)
    return summarise(at, times, targets, domains, senders)


def summarise(
    at: float,
    times: Sequence[float],
    targets: Sequence[int | None],
    domains: Sequence[int | None],
    senders: Sequence[int | None],
) -> Activity:
    """Counts a key's latest entries in the three windows that end at a moment.

    The store chooses the entries: at most `RECENT`, the latest of those that come strictly before the linkback in
    question by ``(at, id)``. What is older than the longest window may be among them and is left out here.

    Args:
        at: The moment, in seconds since 1970.
        times: When the entries were received, oldest first.
        targets: Their target keys, in the same order; None: not told, and then not counted as distinct.
        domains: Their domain keys, likewise.
        senders: Their sender keys, likewise.

    Returns:
        The counts; zeros, and nan for `since_last`, where no entry lies in the longest window.
    """
    week = bisect_right(times, at - WEEK)
    total = len(times)
    if week == total:
        return NO_ACTIVITY
    since_last = at - times[-1]
    if total - week == 1:
        hour_count = 1 if times[-1] > at - HOUR else 0
        day_count = 1 if times[-1] > at - DAY else 0
        with_target = 0 if targets[-1] is None else 1
        return Activity(
            hour_count,
            day_count,
            1,
            hour_count * with_target,
            day_count * with_target,
            with_target,
            0 if domains[-1] is None else 1,
            0 if senders[-1] is None else 1,
            since_last,
        )
    day = bisect_right(times, at - DAY, week)
    hour = bisect_right(times, at - HOUR, day)
    if week:
        domains, senders = domains[week:], senders[week:]
    # One growing set: what was distinct in an hour is distinct in the day around it.
    distinct = set(targets[hour:])
    targets_1h = len(distinct) - (None in distinct)
    targets_24h = targets_1h
    if day < hour:
        distinct.update(targets[day:hour])
        targets_24h = len(distinct) - (None in distinct)
    targets_7d = targets_24h
    if week < day:
        distinct.update(targets[week:day])
        targets_7d = len(distinct) - (None in distinct)
    all_domains, all_senders = set(domains), set(senders)
    return Activity(
        total - hour,
        total - day,
        total - week,
        targets_1h,
        targets_24h,
        targets_7d,
        len(all_domains) - (None in all_domains),
        len(all_senders) - (None in all_senders),
        since_last,
    )
