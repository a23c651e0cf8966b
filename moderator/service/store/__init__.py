"""The service's database of mentions, labels and outgoing events: a SQLite file, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from moderator.history.address import Address
from moderator.service.records import Mention
from moderator.service.store.database import open_database
from moderator.service.store.labels import Labels
from moderator.service.store.learning import Learning, LearningEvent, OwnerDecision
from moderator.service.store.mentions import Mentions
from moderator.service.store.outbox import MakeEvent, OutboxEvent
from moderator.service.store.processes import Processes
from moderator.service.store.queue import Accepted, FairTurn

__all__ = ["Accepted", "FairTurn", "LearningEvent", "MakeEvent", "OutboxEvent", "OwnerDecision", "Store"]


def _nothing(mention: Mention, by_owner: bool) -> None:
    """Makes no event."""


class Store(Processes, Mentions, Labels, Learning):
    """The service's database; safe to share among threads. Every method that writes is one transaction.

    A mention, its decision and the owner's label are one row, and the event of a change (to webhooks, and to
    the history) is written in the transaction that makes it.

    Args:
        place: The SQLite file, made where it does not exist, for one process of the service; or the address of a
            PostgreSQL database, for several.
        make_event: Makes the event to be sent when a mention changes.

    Raises:
        StoreError: From every method, when the database cannot be used.
        MissingExtraError: The driver for PostgreSQL is not installed.
    """

    def __init__(self, place: Path | Address, make_event: MakeEvent = _nothing) -> None:
        self._database = open_database(place)
        self._make_event = make_event

    @property
    def name(self) -> str:
        """Where it lies, without a password."""
        return self._database.name

    @property
    def folder(self) -> Path | None:
        """The folder on this machine; None: it is on a server."""
        return self._database.folder

    def close(self) -> None:
        """Closes the database."""
        self._database.close()
