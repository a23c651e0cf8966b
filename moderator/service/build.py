"""Puts the parts of the service together from settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from moderator.service.desk import Desk
from moderator.service.parts import Parts, now
from moderator.service.settings import Secrets, ServiceSettings
from moderator.service.store import Store
from moderator.settings import Settings, data_folder
from moderator.wiring import build_moderator

__all__ = ["build_parts"]


def build_parts(
    settings: Settings,
    service: ServiceSettings,
    secrets: Secrets,
    *,
    clock: Callable[[], datetime] = now,
    **replaced: Any,
) -> Parts:
    """Opens the database and the moderator.

    Args:
        settings: What the owner chose for the engine.
        service: What the owner chose for the service.
        secrets: Keys and passwords.
        clock: The time of day.
        replaced: Parts of the moderator, for `build_moderator`.

    Raises:
        StoreError: The database cannot be opened.
        ModeratorError: The model or the history cannot.
    """
    store = Store(service.database or data_folder() / "service.sqlite3")
    moderator = build_moderator(settings, clock=clock, **{"verify": service.verify, **replaced})
    return Parts(service, secrets, moderator, store, Desk(store, moderator, lambda ids: None, clock), clock)
