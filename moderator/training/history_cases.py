"""The history as an export: what was remembered, with the owner's labels and their real times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from moderator.history.base import History
from moderator.records import Case

__all__ = ["history_cases"]


def history_cases(history: History) -> Iterator[Case]:
    """Every remembered linkback as a case, with its evidence as it was recorded.

    Those that nobody decided about come along, since they are the past of the others. Posts are not remembered: an
    export that holds the same linkback gives them.

    Args:
        history: The memory.

    Raises:
        HistoryError: It cannot be read.
    """
    for each in history.remembered():
        labelled_at = None if each.label is None else datetime.fromtimestamp(each.labelled_at, UTC)
        yield Case(each.entry.linkback, None, each.entry.evidence, each.label, labelled_at)
