"""Where the service keeps mentions, the owner's decisions and what is to be told: one SQLite file."""

from moderator.service.store.store import Accepted, Store

__all__ = ["Accepted", "Store"]
