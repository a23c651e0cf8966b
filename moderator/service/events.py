"""What the owner's own programs are told of a mention: what it is now, and what has become of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from moderator.config.service import Blog
from moderator.serialization import decision_to_json, linkback_to_json
from moderator.service.records import Mention, Status
from moderator.service.store import MakeEvent

__all__ = ["event_maker", "event_of", "mention_to_json"]

_EVENTS = {
    Status.APPROVED: "approved",
    Status.HELD: "held",
    Status.SPAM: "spam",
    Status.GONE: "withdrawn",
}


def mention_to_json(mention: Mention) -> dict[str, Any]:
    """A mention for programs."""
    return {
        "id": mention.linkback.id,
        "blog": mention.blog,
        "origin": mention.origin.value,
        "status": mention.status.value,
        "label": None if mention.label is None else mention.label.value,
        "shadow": mention.shadow,
        "linkback": linkback_to_json(mention.linkback),
        "decision": None if mention.decision is None else decision_to_json(mention.decision),
    }


def event_of(mention: Mention) -> dict[str, Any] | None:
    """What a webhook is sent about a mention as it stands now; None: there is nothing to be told of it."""
    event = _EVENTS.get(mention.status)
    return None if event is None else {"event": event, "mention": mention_to_json(mention)}


def event_maker(blogs: Sequence[Blog]) -> MakeEvent:
    """What the store keeps for the webhooks of these blogs; what is only shadow is not told.

    Args:
        blogs: Who wants to be told.
    """
    told = frozenset(blog.name for blog in blogs if blog.webhook)

    def make_event(mention: Mention, by_owner: bool) -> dict[str, Any] | None:
        if mention.blog not in told or (mention.shadow and mention.owner_label is None and not by_owner):
            return None
        event = event_of(mention)
        return None if event is None else {"blog": mention.blog, "body": event}

    return make_event
