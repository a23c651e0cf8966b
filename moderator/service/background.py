"""A task that runs again and again in a thread of its own, until it is stopped."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from threading import Event, Thread

__all__ = ["BackgroundTask"]

_log = logging.getLogger(__name__)


class BackgroundTask(ABC):
    """Calls `step` with pauses between; a step that fails is logged, and the next one comes all the same.

    Args:
        name: What the task does, for the thread's name and the log.
        pause: Seconds between two steps.
        pause_after_failure: Seconds more after a step that failed.
        wait_first: Whether the first step comes after a pause, too.
        patience: Seconds for which `stop` waits for a step that is under way.
    """

    def __init__(
        self,
        name: str,
        pause: float,
        *,
        pause_after_failure: float = 0.0,
        wait_first: bool = False,
        patience: float = 5.0,
    ) -> None:
        self._name = name
        self._pause = pause
        self._pause_after_failure = pause_after_failure
        self._wait_first = wait_first
        self._patience = patience
        self._awake = Event()
        self._ended = Event()
        self._thread = Thread(target=self._work, name=f"moderator-{name}", daemon=True)

    @abstractmethod
    def step(self) -> object:
        """Does what is due."""

    def wake(self) -> None:
        """Ends the pause: there may be something to do."""
        self._awake.set()

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the task after the step that is under way."""
        self._ended.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join(self._patience)

    def _wait(self) -> None:
        self._awake.wait(self._pause)
        self._awake.clear()

    def _work(self) -> None:
        if self._wait_first:
            self._wait()
        while not self._ended.is_set():
            try:
                self.step()
            except Exception:
                _log.exception("%s failed; it is tried again", self._name)
                self._ended.wait(self._pause_after_failure)
            self._wait()
