"""Where the service keeps mentions, the owner's decisions and what is to be told: one SQLite file."""

from __future__ import annotations

from pathlib import Path

from moderator.service.records import Mention
from moderator.service.store.database import Database
from moderator.service.store.labels import Labels
from moderator.service.store.mentions import Accepted, Mentions, Turn
from moderator.service.store.outbox import MakeEvent, OutboxEvent

__all__ = ["Accepted", "MakeEvent", "OutboxEvent", "Store", "Turn"]


def _nothing(mention: Mention, by_owner: bool) -> None:
    """Nobody wants to be told."""


class Store(Mentions, Labels):
    """The service's database; safe to share among threads. Every method that writes is one transaction.

    Args:
        path: The SQLite file; made where it does not exist.
        make_event: What is to be told to the outside when a mention changes.

    Raises:
        StoreError: From every method, when the file cannot be used.
    """

    def __init__(self, path: Path, make_event: MakeEvent = _nothing) -> None:
        self.path = path
        self._database = Database(path)
        self._make_event = make_event

    def close(self) -> None:
        """Closes the file."""
        self._database.close()
