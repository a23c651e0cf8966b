"""Webhook events: a mention as JSON, and what happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from moderator.config.service import Blog
from moderator.html.links import whole_words
from moderator.records import LinkStatus
from moderator.serialization import decision_to_json, linkback_to_json
from moderator.service.records import Mention, Status
from moderator.service.store import MakeEvent

__all__ = ["DisplayText", "display_text", "event_maker", "event_of", "mention_to_json"]

_EVENTS = {
    Status.APPROVED: "approved",
    Status.HELD: "held",
    Status.SPAM: "spam",
    Status.GONE: "withdrawn",
}


class DisplayText(NamedTuple):
    """The words of a mention that may be shown in the page's name."""

    title: str
    excerpt: str
    blog_name: str
    from_page: bool
    """Whether they were read from the page; otherwise they are the sender's, whom nobody has checked."""


def display_text(mention: Mention) -> DisplayText:
    """What is shown and handed on: the page's own words where it was read and links, or else what was sent."""
    linkback = mention.linkback
    seen = None if mention.decision is None else mention.decision.evidence
    if seen is not None and seen.status is LinkStatus.FOUND:
        return DisplayText(seen.page_title, whole_words(seen.snippet, seen.anchor_text), seen.page_blog_name, True)
    return DisplayText(linkback.title, linkback.excerpt, linkback.blog_name, False)


def mention_to_json(mention: Mention) -> dict[str, Any]:
    """A mention for programs."""
    return {
        "id": mention.linkback.id,
        "blog": mention.blog,
        "origin": mention.origin.value,
        "status": mention.status.value,
        "label": None if mention.label is None else mention.label.value,
        "shadow": mention.shadow,
        "words": display_text(mention)._asdict(),
        "linkback": linkback_to_json(mention.linkback),
        "decision": None if mention.decision is None else decision_to_json(mention.decision),
    }


def event_of(mention: Mention) -> dict[str, Any] | None:
    """The webhook event of a mention as it is now; None: there is none."""
    event = _EVENTS.get(mention.status)
    return None if event is None else {"event": event, "mention": mention_to_json(mention)}


def event_maker(blogs: Sequence[Blog]) -> MakeEvent:
    """Makes the function that makes events for the webhooks of these blogs; shadow decisions make none.

    Args:
        blogs: The blogs, some with a webhook.
    """
    notified = frozenset(blog.name for blog in blogs if blog.webhook)

    def make_event(mention: Mention, by_owner: bool) -> dict[str, Any] | None:
        if mention.blog not in notified or (mention.shadow and mention.owner_label is None and not by_owner):
            return None
        event = event_of(mention)
        return None if event is None else {"blog": mention.blog, "body": event}

    return make_event
