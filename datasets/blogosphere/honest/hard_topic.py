"""An honest page about what spammers sell: gambling reform, debt, drugs, fakes, the trade of search engines."""

from __future__ import annotations

from random import Random

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import Order, linking, page_of, prose
from datasets.blogosphere.pages.article import Article, Block

__all__ = ["write_hard_topic"]


def write_hard_topic(rng: Random, order: Order) -> Article:
    """Writes the page; no link of it sells anything."""
    world, blogger, post, _ = order
    language = blogger.language
    wares = world.lexicon.wares
    ware = pick(rng, wares[pick(rng, sorted(wares))])
    topic = pick(rng, (post.topic, *blogger.topics))
    blocks = []
    for block in prose(rng, world, language, topic, 2 + int(rng.random() * 4)):
        said = [sentences.stance(rng, language, topic, ware) for _ in range(int(rng.random() * 3))]
        blocks.append(Block((*said, *block.parts)))
    blocks.append(Block((sentences.stance(rng, language, topic, ware),)))
    blocks.insert(int(rng.random() * len(blocks)), linking(rng, language, post, topic))
    return page_of(rng, order, sentences.stance_title(rng, language, topic, ware), blocks)
