"""A page whose link to our post stands beside the article, or in its footer."""

from __future__ import annotations

from random import Random

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import Order, page_of, prose, site_link
from datasets.blogosphere.pages.article import Article, Link

__all__ = ["write_blogroll"]


def write_blogroll(rng: Random, order: Order) -> Article:
    """Writes the page."""
    world, blogger, post, _ = order
    topic = pick(rng, blogger.topics)
    title = sentences.title(rng, blogger.language, topic)
    article = page_of(rng, order, title, prose(rng, world, blogger.language, topic, 2 + int(rng.random() * 5)))
    lines = article.aside if rng.random() < 0.75 else article.bottom
    lines += [site_link(rng, world) for _ in range(int(rng.random() * 20))]
    lines.insert(int(rng.random() * (len(lines) + 1)), Link(pick(rng, (post.title, post.site.name)), post.url))
    return article
