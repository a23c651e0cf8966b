"""Where the service keeps mentions, the owner's decisions and what is to be told: one SQLite file."""

from moderator.service.store.mentions import Accepted
from moderator.service.store.outbox import Announcement, News
from moderator.service.store.store import Store

__all__ = ["Accepted", "Announcement", "News", "Store"]
