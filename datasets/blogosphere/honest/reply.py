"""A short reply to our post, as people with sites of their own write instead of a comment."""

from __future__ import annotations

from random import Random

from datasets.blogosphere import sentences
from datasets.blogosphere.honest.sending import Order, anchor, page_of
from datasets.blogosphere.pages.article import Article, Block, Link

__all__ = ["write_reply"]


def write_reply(rng: Random, order: Order) -> Article:
    """Writes the page: one to three sentences and the link, mostly without a title."""
    blogger, post = order.blogger, order.post
    language = blogger.language
    link = Link(anchor(rng, language, post), post.url, css_class="u-in-reply-to")
    said = [sentences.reply(rng, language, post.topic) for _ in range(1 + int(rng.random() * 2))]
    blocks = [Block((link,), "bare"), Block(tuple(said))]
    if rng.random() < 0.4:
        blocks = [Block((*said, link))]
    title = sentences.title(rng, language, post.topic) if rng.random() < 0.3 else ""
    return page_of(rng, order, title or (f"Re: {post.title}" if rng.random() < 0.4 else ""), blocks)
