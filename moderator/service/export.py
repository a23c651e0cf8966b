"""Mentions with the owner's labels as a table that `moderator retrain` reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from moderator.records import Case, Kind, LinkEvidence
from moderator.serialization import case_to_json
from moderator.service.records import Filter, Mention, Origin
from moderator.service.store import Store
from moderator.service.targets import Targets

__all__ = ["FILE_NAME", "JSON_LINES", "decided_cases", "export", "our_posts"]

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
    missed = 0
    for case in decided_cases(store):
        ours = missed < _MOST_MISSED and targets.blog_of(case.linkback.target_url) is not None
        post = targets.post(case.linkback.target_url) if ours else None
        missed += ours and post is None
        yield json.dumps(case_to_json(replace(case, post=post))).encode() + b"\n"


def decided_cases(store: Store) -> Iterator[Case]:
    """What was judged, in order of receipt, with the owner's labels and without our posts.

    Args:
        store: Keeps the mentions.
    """
    number = 0
    while mentions := store.judged_after(number):
        for mention in mentions:
            number = mention.number
            if (mention.origin, mention.linkback.kind) != _COMMENTS:
                yield _case(mention)


def our_posts(store: Store, targets: Targets, most: int = 300) -> list[list[str]]:
    """Our posts that are linked most: address as it was sent, title, words; what cannot be read is left out.

    Args:
        store: Knows what was linked.
        targets: Knows our posts.
        most: How many are looked up.
    """
    found, missed = [], 0
    for group in store.groups(Filter(labelled=True), "target_url", most):
        if missed >= _MOST_MISSED:
            break
        if targets.blog_of(group.name) is None:
            continue
        post = targets.post(group.name)
        missed += post is None
        if post is not None:
            found.append([group.name, post.title, post.text])
    return found


def _case(mention: Mention) -> Case:
    evidence = LinkEvidence() if mention.decision is None else mention.decision.evidence
    return Case(mention.linkback, None, evidence, mention.label, mention.labelled_at)
