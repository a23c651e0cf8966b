"""Lists of links that people make by hand: with a word on each, with the beginning of each, or with links alone."""

from __future__ import annotations

from random import Random

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import Order, page_of, site_link
from datasets.blogosphere.pages.article import Article, Block, Link

__all__ = ["write_link_list", "write_roundup"]


def write_roundup(rng: Random, order: Order) -> Article:
    """Writes a list with a sentence on each link; a digest quotes the beginning of each post."""
    world, blogger, post, _ = order
    language = blogger.language
    digest = rng.random() < 0.3
    ours = post.sentences[0] if digest else sentences.sentence(rng, language, post.topic)
    blocks = []
    for _ in range(5 + int(20 * rng.random() ** 2)):
        said = sentences.sentence(rng, language, pick(rng, blogger.topics))
        blocks.append(Block((site_link(rng, world), said), "item"))
    blocks.insert(int(rng.random() * len(blocks)), Block((Link(post.title, post.url), ours), "item"))
    opening = Block((sentences.paragraph(rng, language, pick(rng, blogger.topics), 1 + int(rng.random() * 3)),))
    return page_of(rng, order, _title(rng, order), [opening, *blocks])


def write_link_list(rng: Random, order: Order) -> Article:
    """Writes a list of links and nothing else."""
    world, _, post, _ = order
    blocks = [Block((site_link(rng, world),), "item") for _ in range(6 + int(50 * rng.random() ** 2))]
    blocks.insert(int(rng.random() * len(blocks)), Block((Link(post.title, post.url),), "item"))
    return page_of(rng, order, _title(rng, order), blocks)


def _title(rng: Random, order: Order) -> str:
    number = 1 + int(rng.random() * 200)
    language = order.blogger.language
    if language.code != "en":
        return f"Links {number}"
    return pick(rng, (f"Links {number}", f"Weekly reading {number}", f"Bookmarks, week {number % 52}", "Elsewhere"))
