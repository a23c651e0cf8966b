"""What the doors of the service share, put together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from moderator.engine import Moderator
from moderator.service.desk import Desk
from moderator.service.settings import Secrets, ServiceSettings
from moderator.service.store import Store

__all__ = ["Parts", "now"]


def now() -> datetime:
    """The usual clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a door needs; it stands at ``app.state.parts``."""

    settings: ServiceSettings
    secrets: Secrets
    moderator: Moderator
    store: Store
    desk: Desk
    """Where the owner's words are taken."""
    clock: Callable[[], datetime] = now
