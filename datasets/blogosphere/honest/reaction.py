"""A like, a bookmark or a repost: a page with our link and next to no text."""

from __future__ import annotations

from random import Random

from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import Order, page_of
from datasets.blogosphere.pages.article import Article, Block, Link, quote

__all__ = ["write_reaction"]


def write_reaction(rng: Random, order: Order) -> Article:
    """Writes the page."""
    post = order.post
    sort = pick(rng, ("u-like-of", "u-repost-of", "u-bookmark-of"))
    shown = post.title if rng.random() < 0.7 else post.url
    blocks = [Block((Link(shown, post.url, css_class=sort),), pick(rng, ("bare", "p")))]
    if sort == "u-repost-of":
        blocks.append(quote(post.sentences[0]))
    title = f"♥ {post.title}" if rng.random() < 0.3 else ""
    return page_of(rng, order, title, blocks)
