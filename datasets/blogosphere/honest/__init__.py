"""What honest people send one at a time, one sort a module."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final, NamedTuple

from datasets.blogosphere.dice import Loaded
from datasets.blogosphere.honest.article import write_article
from datasets.blogosphere.honest.blogroll import write_blogroll
from datasets.blogosphere.honest.hard_topic import write_hard_topic
from datasets.blogosphere.honest.own_post import send_own_post
from datasets.blogosphere.honest.quotation import write_quotation
from datasets.blogosphere.honest.reaction import write_reaction
from datasets.blogosphere.honest.reply import write_reply
from datasets.blogosphere.honest.roundup import write_link_list, write_roundup
from datasets.blogosphere.honest.sending import Order, blogger_sends
from datasets.blogosphere.pages.article import Article
from datasets.blogosphere.sent import Sent
from datasets.blogosphere.world import World

__all__ = ["SORTS", "HonestSort", "honest_linkback"]

Write = Callable[[Random, Order], Article]


class HonestSort(NamedTuple):
    """One sort of honest linkback."""

    name: str
    write: Write | None
    """Writes the page; None: the receiving site's own post."""
    mentions_only: bool = False
    """Whether it is sent as webmention only; by another protocol an article is sent instead."""


ARTICLE: Final = HonestSort("blogger", write_article)
SORTS: Final = Loaded(
    {
        ARTICLE: 48,
        HonestSort("reply", write_reply): 9,
        HonestSort("reaction", write_reaction, mentions_only=True): 12,
        HonestSort("roundup", write_roundup): 8,
        HonestSort("link_list", write_link_list): 5,
        HonestSort("blogroll", write_blogroll): 5,
        HonestSort("quotation", write_quotation): 7,
        HonestSort("hard_topic", write_hard_topic): 8,
        HonestSort("own_post", None): 8,
    }
)
"""Sorts of honest linkbacks, by how often they come."""


def honest_linkback(rng: Random, world: World, sort: HonestSort, kind: str, at: float) -> tuple[str, Sent]:
    """One honest linkback, and the name of what it is.

    Args:
        rng: Where chance comes from.
        world: Who exists.
        sort: One of the faces of `SORTS`.
        kind: The protocol.
        at: When it is sent, in seconds since 1970.
    """
    if sort.mentions_only and kind != "webmention":
        sort = ARTICLE
    site = world.site(int(rng.random() * world.sites))
    post = world.any_post(rng, site.number)
    if sort.write is None:
        return sort.name, send_own_post(rng, world, kind, post, at)
    blogger = world.visitor(rng, site)
    return sort.name, blogger_sends(rng, Order(world, blogger, post, at), kind, sort.write)
