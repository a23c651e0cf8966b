"""Where the owner's labels are taken: for the mention now, for the history, and for the next model."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from moderator.engine import Moderator
from moderator.errors import HistoryError
from moderator.service.records import Action, OwnerLabel
from moderator.service.store import Store

__all__ = ["Decisions"]

_log = logging.getLogger(__name__)


class Decisions:
    """Takes the owner's labels, from whichever door they come.

    Args:
        store: Keeps them beside the mentions.
        moderator: Its history learns them.
        wake_outbox: Called when something may have to be told to the outside.
        clock: The time of day.
    """

    def __init__(
        self,
        store: Store,
        moderator: Moderator,
        wake_outbox: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._moderator = moderator
        self._wake_outbox = wake_outbox
        self._clock = clock

    def label(self, ids: Sequence[str], label: OwnerLabel | None, by: str) -> str:
        """Labels mentions.

        Args:
            ids: Mentions; unknown ones are passed over.
            label: What the owner says; None: nothing any more.
            by: Who says so.

        Returns:
            The batch, by which `undo` takes it back; empty: nothing was changed.

        Raises:
            StoreError: The database cannot be written; nothing was changed.
        """
        batch = self._store.label(ids, label, by, self._clock())
        if batch:
            self._follow(self._store.actions(batch=batch, limit=len(ids)), undone=False)
        return batch

    def undo(self, batch: str, by: str) -> list[Action]:
        """Takes a batch of labels back; what was said of a mention since then stays.

        Returns:
            The labels that were taken back.

        Raises:
            StoreError: The database cannot be written; nothing was changed.
        """
        undone = self._store.undo(batch, by, self._clock())
        self._follow(undone, undone=True)
        return undone

    def _follow(self, actions: Sequence[Action], *, undone: bool) -> None:
        for action in actions:
            label = action.before if undone else action.after
            try:
                self._moderator.label(action.mention, None if label is None else label.label)
            except HistoryError as error:
                # the label stands in the store, from which the next model learns; only the history is behind
                _log.warning("the history does not take a label: %s", error)
        self._wake_outbox()
