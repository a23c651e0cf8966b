"""What came, and what the owner said of it, as a table that `moderator retrain` reads: so decisions teach a model."""

from __future__ import annotations

import json
from collections.abc import Iterator

from moderator.records import Case, Kind, LinkEvidence, Post
from moderator.serialization import case_to_json
from moderator.service.records import Mention, Origin
from moderator.service.store import Store
from moderator.service.targets import Targets

__all__ = ["FILE_NAME", "JSON_LINES", "export"]

FILE_NAME = "linkbacks.jsonl"
JSON_LINES = "application/jsonl"
"""The media type of JSON Lines."""
_COMMENTS = (Origin.AKISMET, Kind.UNKNOWN)
"""Where comments came from that were judged by their wording: they are no linkbacks, and teach nothing about them."""
_MOST_MISSED = 3
"""Posts that could not be read before no more are looked up: the blog is down, and each look would take seconds."""


def export(store: Store, targets: Targets) -> Iterator[bytes]:
    """Lines of JSON, in order of receipt.

    Each is a judged linkback with what its page showed, our post's words as they are now, and the owner's label where
    there is one. What was not decided is there, too: it is the history of the rest.

    Args:
        store: Keeps the mentions.
        targets: Knows our posts.
    """
    missed, number = 0, 0
    while mentions := store.judged_after(number):
        for mention in mentions:
            number = mention.number
            if (mention.origin, mention.linkback.kind) == _COMMENTS:
                continue
            ours = missed < _MOST_MISSED and targets.blog_of(mention.linkback.target_url) is not None
            post = targets.post(mention.linkback.target_url) if ours else None
            missed += ours and post is None
            yield json.dumps(case_to_json(_case(mention, post))).encode() + b"\n"


def _case(mention: Mention, post: Post | None) -> Case:
    evidence = LinkEvidence() if mention.decision is None else mention.decision.evidence
    return Case(mention.linkback, post, evidence, mention.label, mention.labelled_at)
