"""What spammers sell, and how they word it. Most of it could stand on an honest blog; some of it could not."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.lexicon.base import Language
from datasets.blogosphere.pages.article import Block, Link, Segment
from datasets.blogosphere.world import SitePost, World

__all__ = ["Trade", "filler", "keyword_title", "money_links", "pitches", "shop_blocks", "trade"]

_NEAREST = {"fashion": "attire", "money": "wealth", "health": "body", "play": "wagers"}
"""The topics of the one split for those of the other."""


class Trade(NamedTuple):
    """What one spammer sells."""

    topic: str
    """The topic it belongs to."""
    ware: str
    """What the spammer calls it."""
    others: tuple[str, ...]
    """What else is sold in the trade."""


def trade(rng: Random, world: World) -> Trade:
    """A trade."""
    wares = world.lexicon.wares
    name = pick(rng, sorted(wares))
    topics = world.lexicon.english.topics
    topic = next((known for known in (name, _NEAREST.get(name, "")) if known in topics), "")
    return Trade(topic or pick(rng, sorted(topics)), pick(rng, wares[name]), wares[name])


def keyword_title(rng: Random, world: World, what: Trade, language: Language) -> tuple[str, str]:
    """A shop's title and blog name.

    A quarter of them have the well-known form in which the title is the blog's name and three dots.
    """
    style = rng.random()
    if style < 0.2:
        return f"{what.ware}...", what.ware
    if style < 0.27:
        return what.ware, what.ware
    if style < 0.32:
        return f"{what.ware} - {what.ware}", what.ware
    language = language if rng.random() < 0.7 else world.lexicon.english
    name = world.names.blog_name(rng, sentences.title(rng, language, what.topic), what.ware)
    if style < 0.7:
        return sentences.pitch_title(rng, language, what.topic, what.ware), name
    heading = sentences.title(rng, language, what.topic)
    if style < 0.85:
        return f"{what.ware.capitalize()}{pick(rng, (': ', ' – ', ', '))}{heading}", name
    return heading, name


def filler(rng: Random, world: World, post: SitePost, what: Trade, url: str) -> str:
    """An excerpt: about the target, about the ware, or a heap of keywords and links."""
    language = post.site.language
    style = rng.random()
    if style < 0.3:
        return sentences.paragraph(rng, language, post.topic, 1 + int(rng.random() * 3))
    if style < 0.66:
        return pitches(rng, language if rng.random() < 0.8 else world.lexicon.english, what, 1 + int(rng.random() * 3))
    if style < 0.8:
        english = world.lexicon.english
        text = sentences.sentence(rng, english, what.topic)
        return f"{text} {what.ware} {sentences.title(rng, english, what.topic)}"
    if style < 0.92:
        invented = world.names.invented
        return " ".join([what.ware, *(invented(rng) for _ in range(3)), what.ware, invented(rng), url])
    return f"Here you can find {int(rng.random() * 99999)} more facts about that topic: {url}"


def pitches(rng: Random, language: Language, what: Trade, count: int) -> str:
    """Sentences that sell, one of them sometimes about the topic alone."""
    said = [
        sentences.pitch(rng, language, what.topic, what.ware if rng.random() < 0.75 else pick(rng, what.others))
        for _ in range(count)
    ]
    if rng.random() < 0.4:
        said.append(sentences.sentence(rng, language, what.topic))
    return language.gap.join(said)


def money_links(rng: Random, world: World, what: Trade, count: int, host: str = "") -> list[Link]:
    """Links to what the spammer is paid for.

    Args:
        rng: Where chance comes from.
        world: Who exists.
        what: The trade.
        count: How many.
        host: The host of all; empty: another one for each.
    """
    links = []
    for n in range(count):
        ware = what.ware if n == 0 or rng.random() < 0.3 else pick(rng, what.others)
        named = ware if rng.random() < 0.6 else ""
        links.append(Link(ware, f"https://{host or world.names.host_name(rng, named)}/{'' if n == 0 else n}"))
    return links


def shop_blocks(rng: Random, world: World, language: Language, what: Trade, count: int) -> list[Block]:
    """Paragraphs of a page that sells, some with links to what it sells."""
    blocks = []
    for n in range(count):
        parts: list[Segment] = [pitches(rng, language, what, 1 + int(rng.random() * 3))]
        if n == 0 or rng.random() < 0.35:
            parts += [*money_links(rng, world, what, 1), sentences.pitch(rng, language, what.topic, what.ware)]
        blocks.append(Block(tuple(parts)))
    return blocks
