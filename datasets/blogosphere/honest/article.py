"""An article that links to our post in its text."""

from __future__ import annotations

from random import Random

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import Order, linking, page_of, prose
from datasets.blogosphere.pages.article import Article, Block, Link

__all__ = ["write_article"]


def write_article(rng: Random, order: Order) -> Article:
    """Writes the page; one in ten bloggers has an honest trade and sometimes says so."""
    world, blogger, post, _ = order
    language = blogger.language
    topic = post.topic if rng.random() < 0.75 else pick(rng, blogger.topics)
    title = sentences.title(rng, language, topic)
    blocks = prose(rng, world, language, topic, 1 + int(rng.random() * 6))
    blocks.insert(int(rng.random() * (len(blocks) + 1)), linking(rng, language, post, topic))
    if blogger.sells and rng.random() < 0.4:
        title = f"{blogger.sells.capitalize()}{pick(rng, (': ', ' – ', ', '))}{title}"
        sold = sentences.stance(rng, language, topic, blogger.sells)
        blocks.append(Block((sold, Link(blogger.name, f"{blogger.home}/about"))))
    if rng.random() < 0.02:
        title = blogger.name
    return page_of(rng, order, title, blocks)
