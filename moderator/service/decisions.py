"""Takes the owner's labels: for the mention, for the history, and for the next model.

The store keeps a label and the fact that the history has to learn it in one transaction. The history is told at once,
by one at a time (also where several processes share the store), and again and again until it has learned: it may be
busy, or may not know the linkback yet. What it has forgotten (`ServiceSettings.keep_days`) it learns no more; the label
itself stays in the store.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock

from moderator.engine import Moderator
from moderator.errors import HistoryError, NotRememberedError
from moderator.service.background import BackgroundTask
from moderator.service.records import LabelAction, Mention, OwnerLabel, Status
from moderator.service.store import OutboxEvent, Store

__all__ = ["Decisions"]

_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)
_MOST_CHECKS = 8
"""How often a linkback that the history never came to know is judged again for its label; about 20 minutes."""
_LOOK = 5.0
"""Seconds between two looks whether a label is still to be learned."""
_log = logging.getLogger(__name__)


class Decisions(BackgroundTask):
    """Takes the owner's labels, from page, API or Akismet client.

    Args:
        store: Keeps them beside the mentions.
        moderator: Its history learns them.
        wake_outbox: Called when an event may be waiting in the outbox.
        clock: The time of day.
        check_again: Called with the id of a mention that the history never came to know, to have it judged again.
    """

    def __init__(
        self,
        store: Store,
        moderator: Moderator,
        wake_outbox: Callable[[], None],
        clock: Callable[[], datetime],
        check_again: Callable[[str], None] = lambda id: None,
    ) -> None:
        super().__init__("labels", _LOOK, wait_first=True)
        self._store = store
        self._moderator = moderator
        self._wake_outbox = wake_outbox
        self._clock = clock
        self._check_again = check_again
        self._teaching = Lock()

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
            self._follow()
        return batch

    def undo(self, batch: str, by: str) -> list[LabelAction]:
        """Takes a batch of labels back; what was said of a mention since then stays.

        Returns:
            The labels that were taken back.

        Raises:
            StoreError: The database cannot be written; nothing was changed.
        """
        undone = self._store.undo(batch, by, self._clock())
        self._follow()
        return undone

    def step(self) -> int:
        """Lets the history learn what it did not learn at once; see `update_history`."""
        return self.update_history()

    def update_history(self) -> int:
        """Lets the history learn what is due, in order; returns how many labels were tried."""
        tried = 0
        with self._teaching, self._store.exclusive("labels") as mine:
            # another process is at it otherwise, or leaves the rest to the next look
            while mine and (due := self._store.labels_to_learn(self._clock())):
                tried += len(due)
                learned = [event.number for event in due if self._learned(event)]
                self._store.mark_sent(learned)
                if len(learned) < len(due):
                    break
        return tried

    def _follow(self) -> None:
        self.update_history()
        self._wake_outbox()

    def _learned(self, event: OutboxEvent) -> bool:
        """Whether a mention's label as it is now is learned, or given up; otherwise it is tried again later."""
        mention = self._store.get(event.payload["mention"])
        if mention is None:
            return True
        problem = "it is not judged yet"
        if mention.status is not Status.WAITING and mention.decision is not None:
            try:
                self._moderator.label(mention.linkback.id, mention.label)
                return True
            except NotRememberedError as error:
                problem = str(error)
                if not self._may_come_to_know(mention, event.attempts):
                    _log.warning("the history learns nothing from the label of %s: %s", mention.linkback.id, problem)
                    return True
            except HistoryError as error:
                problem = str(error)
        if not event.attempts:
            _log.warning("the history does not learn a label yet: %s", problem)
        pause = min(_FIRST_PAUSE * 2 ** min(event.attempts, 20), _LONGEST_PAUSE)
        self._store.postpone(event.number, self._clock() + pause, problem)
        return False

    def _may_come_to_know(self, mention: Mention, attempts: int) -> bool:
        """Whether a mention is missing from the history because the engine failed; then it is scored again."""
        never_recorded = mention.decision is not None and not mention.decision.model
        if never_recorded and 0 < attempts < _MOST_CHECKS:
            self._check_again(mention.linkback.id)
        return never_recorded and attempts < _MOST_CHECKS
