"""The service's memory, in one SQLite file."""

from __future__ import annotations

from pathlib import Path

from moderator.service.store.engine import Database
from moderator.service.store.mentions import Mentions
from moderator.service.store.outbox import Outbox
from moderator.service.store.words import Words

__all__ = ["Store"]


class Store(Mentions, Words, Outbox):
    """The service's database; safe to share among threads. Every method that writes is one transaction.

    Args:
        path: The SQLite file; made where it does not exist.

    Raises:
        StoreError: From every method, when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def close(self) -> None:
        """Closes the file."""
        self._database.close()
