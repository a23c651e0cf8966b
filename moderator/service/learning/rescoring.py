"""Scores held mentions again after a change of model; after a rollback, also those that the withdrawn model decided.

No page is fetched again: the recorded evidence counts. The work is done in pieces by the learner's thread, and its
progress is kept in the database, so that the end of the process loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from moderator.engine import Moderator
from moderator.service.records import Mention, Status
from moderator.service.store import Store

__all__ = ["Rescorer"]

_TASK = "judge again"
_PIECE = 20
"""Mentions that are judged between two looks at what else there is to do."""


class _Task(NamedTuple):
    model: str
    """Name and digest of the model that judges; a process that does not use it yet leaves this alone."""
    after: int
    """Number of the last mention that is done."""
    withdrawn: str
    """Name and digest of the model whose decisions are judged again, too; empty: only what is held is."""
    since: float
    """When that one came into use, in seconds since 1970."""


class Rescorer:
    """Judges undecided mentions with the model that is in use now.

    Args:
        store: Keeps the mentions, and how far this is.
        moderator: Knows the name of the model in use.
        judge: Judges one mention by what was seen of its page, and writes it down.
    """

    def __init__(self, store: Store, moderator: Moderator, judge: Callable[[Mention], object]) -> None:
        self._store = store
        self._moderator = moderator
        self._judge = judge
        self._lock = Lock()

    def begin(self, withdrawn: str = "", since: datetime | None = None) -> None:
        """Puts down that the model in use now has to judge; it takes the place of what was to do before.

        Args:
            withdrawn: Name and digest of a model of which nothing shall stay; empty: none.
            since: When that one came into use; None: it is not known, and what it decided stays.
        """
        task = _Task(self._moderator.model_name, 0, withdrawn if since else "", since.timestamp() if since else 0.0)
        with self._lock:
            self._keep(task)

    def step(self) -> int:
        """Does a piece of it; returns how many mentions were looked at, 0: there is nothing more to do."""
        task = self._task()
        if task is None or task.model != self._moderator.model_name:
            return 0
        mentions = self._store.undecided_after(task.after, task.since if task.withdrawn else None, _PIECE)
        for mention in mentions:
            if self._is_meant(mention, task.withdrawn):
                self._judge(mention)
        with self._lock:
            if self._task() == task:  # otherwise another model was chosen meanwhile
                self._keep(task._replace(after=mentions[-1].number) if mentions else None)
        return len(mentions)

    def _is_meant(self, mention: Mention, withdrawn: str) -> bool:
        if mention.decision is None:
            return False
        if mention.status is Status.HELD:
            return mention.decision.model != self._moderator.model_name
        return mention.decision.model == withdrawn

    def _task(self) -> _Task | None:
        written = self._store.get_value(_TASK)
        return _Task(*json.loads(written)) if written else None

    def _keep(self, task: _Task | None) -> None:
        self._store.set_value(_TASK, "" if task is None else json.dumps(task))
