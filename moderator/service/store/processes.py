"""The processes that share one queue; a dead process's mentions go back to the queue."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from moderator.service.store.database import retry_on_deadlock
from moderator.service.store.dialects import clock
from moderator.service.store.queue import Queue
from moderator.service.store.tables import MENTIONS, PROCESSES
from moderator.text import stable_hash

__all__ = ["Processes"]

_M, _P = MENTIONS.c, PROCESSES.c


class Processes(Queue):
    """The table `processes`; see `moderator.service.store.Store`."""

    @property
    def shared(self) -> bool:
        """Whether several processes may work on this queue at once."""
        return self._database.shared

    def join(self, process: str, now: datetime, lease: timedelta) -> None:
        """Begins to take mentions. Where only one process may, what an earlier one had taken is due again.

        Args:
            process: A name that no other process has had.
            now: Now.
            lease: For how long mentions are taken.
        """
        if not self.shared:
            self.release(now, lease)
        self.beat(process)

    @retry_on_deadlock
    def beat(self, process: str) -> None:
        """Tells that a process lives."""
        with self._database.writing() as connection:
            self._database.lock(connection, stable_hash(process))
            connection.execute(delete(PROCESSES).where(_P.name == process))
            connection.execute(insert(PROCESSES).values(name=process, seen_at=clock()))

    @retry_on_deadlock
    def take_over(self, process: str, now: datetime, silence: timedelta) -> int:
        """Makes due again what other processes had taken that are silent, and so dead; returns how many mentions.

        Args:
            process: Who asks.
            now: Now.
            silence: For how long a living process is never silent, by the database's own clock.
        """
        since = clock() - silence.total_seconds()
        silent = select(_P.name).where(_P.name != process, _P.seen_at < since).with_for_update(skip_locked=True)
        with self._database.writing() as connection:
            dead = list(connection.execute(silent).scalars())
            if not dead:
                return 0
            values = {"due_at": now.timestamp(), "taken_by": "", "crashes": _M.crashes + 1}
            taken = _M.taken_by.in_(dead) & _M.due_at.is_not(None)
            released = connection.execute(update(MENTIONS).where(taken).values(values)).rowcount
            connection.execute(delete(PROCESSES).where(_P.name.in_(dead)))
        return released

    @retry_on_deadlock
    def leave(self, process: str, now: datetime) -> None:
        """Ends: what a process had taken and not finished is due again at once."""
        with self._database.writing() as connection:
            taken = (_M.taken_by == process) & _M.due_at.is_not(None)
            connection.execute(update(MENTIONS).where(taken).values(due_at=now.timestamp(), taken_by=""))
            connection.execute(delete(PROCESSES).where(_P.name == process))
