"""The owner's present decisions in a queue, taken into the history: spam is deleted after days, labels are to stay."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import nan

from moderator.batch.summary import Progress
from moderator.errors import RowError
from moderator.history.base import Entry, History
from moderator.history.keys import keys_of
from moderator.records import Case, Label
from moderator.tables.base import Source
from moderator.urls import parse_url

__all__ = ["Archived", "archive_labels"]

_CHUNK = 1000
_TOLD = 100


@dataclass(slots=True)
class Archived:
    """What was taken into the history."""

    rows: int = 0
    """Rows read."""
    labels: dict[str, int] = field(default_factory=lambda: {label.value: 0 for label in Label})
    """Rows with each label; all of them are in the history now."""
    unreadable: int = 0
    """Rows that could not be read."""
    problems: list[str] = field(default_factory=list)
    """What was wrong with the first hundred of them."""


def archive_labels(
    queue: Source,
    history: History,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress = lambda stage, done, total: None,
) -> Archived:
    """Lets the history remember every labelled row of a queue; doing it again changes nothing.

    Args:
        queue: The queue; rows without a label are passed over.
        history: What remembers.
        now: The moment at which a label counts as given where the queue does not tell.
        progress: Is told how far it is.

    Returns:
        The counts.

    Raises:
        QueueError: The queue cannot be read.
        HistoryError: The history cannot be written; what was taken before stays.
    """
    archived, rows, moment = Archived(), queue.read(), now()
    while chunk := list(itertools.islice(rows, _CHUNK)):
        with history.transaction():
            for row in chunk:
                archived.rows += 1
                try:
                    case = queue.case(row)
                except RowError as error:
                    archived.unreadable += 1
                    if len(archived.problems) < _TOLD:
                        archived.problems.append(str(error))
                    continue
                if case.label is not None:
                    _remember(history, case, case.label, moment)
                    archived.labels[case.label.value] += 1
        progress("reading", archived.rows, 0)
    return archived


def _remember(history: History, case: Case, label: Label, now: datetime) -> None:
    linkback = case.linkback
    keys = keys_of(linkback, parse_url(linkback.source_url), parse_url(linkback.target_url))
    at = nan if linkback.received_at is None else linkback.received_at.timestamp()
    history.observe(Entry(linkback, keys, at, case.evidence))
    history.label(linkback.id, label, (case.labelled_at or now).timestamp())
