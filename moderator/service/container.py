"""What the doors of the service share, put together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from moderator.config.service import Secrets, ServiceSettings
from moderator.engine import Moderator
from moderator.service.accept import Reception
from moderator.service.decisions import Decisions
from moderator.service.digest import Daily
from moderator.service.limits import Limiter
from moderator.service.metrics import Metrics
from moderator.service.store import Store
from moderator.service.sync_check import Asking
from moderator.service.targets import Targets
from moderator.service.webhooks import Teller
from moderator.service.worker import JudgingThreads

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
    targets: Targets
    """Our own posts."""
    reception: Reception
    """Takes linkbacks at the receivers' doors."""
    limiter: Limiter
    """What one sender may ask of the receivers."""
    guesses: Limiter
    """How many wrong tokens, keys and passwords one sender may try."""
    asking: Asking
    """Answers clients that wait."""
    metrics: Metrics
    desk: Decisions
    """Where the owner's words are taken."""
    judging: JudgingThreads
    """Judges what waits."""
    teller: Teller
    """Tells webhooks."""
    daily: Daily
    """Sends the digest."""
    clock: Callable[[], datetime] = now

    def start(self) -> None:
        """Begins what runs beside the doors."""
        self.judging.start()
        self.teller.start()
        self.daily.start()

    def stop(self) -> None:
        """Ends it, and closes what was opened; nothing that was accepted is lost."""
        self.judging.stop()
        self.teller.stop()
        self.daily.stop()
        self.moderator.close()
        self.store.close()
