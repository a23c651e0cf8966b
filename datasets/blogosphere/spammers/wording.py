"""What spammers write. Most of it could stand on an honest blog; some of it could not."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from datasets.blogosphere import names, sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.words import COMMERCE, WARES
from datasets.blogosphere.world import SitePost

__all__ = ["Trade", "filler", "keyword_title", "trade"]


class Trade(NamedTuple):
    """What one spammer sells."""

    topic: str
    """The topic it belongs to."""
    ware: str
    """What the spammer calls it."""


def trade(rng: Random) -> Trade:
    """A trade."""
    topic = pick(rng, sorted(WARES))
    return Trade(topic if topic in COMMERCE else pick(rng, COMMERCE), pick(rng, WARES[topic]))


def keyword_title(rng: Random, what: Trade, language: str) -> tuple[str, str]:
    """A shop's title and blog name.

    A third of them have the well-known form in which the title is the blog's name and three dots; most do not.
    """
    style = rng.random()
    if style < 0.25:
        return f"{what.ware}...", what.ware
    if style < 0.33:
        return what.ware, what.ware
    language = language if rng.random() < 0.7 else "en"
    heading = sentences.title(rng, language, what.topic)
    name = names.blog_name(rng, sentences.title(rng, language, what.topic), what.ware)
    if style < 0.5:
        return f"{what.ware.capitalize()}{pick(rng, (': ', ' – ', ', '))}{heading}", name
    return heading, name


def filler(rng: Random, post: SitePost, what: Trade, url: str) -> str:
    """An excerpt: about the target, about the ware, or a heap of keywords and links."""
    language = post.site.language
    style = rng.random()
    if style < 0.36:
        return sentences.paragraph(rng, language, post.topic, 1 + int(rng.random() * 3))
    if style < 0.66:
        return sentences.paragraph(rng, language if rng.random() < 0.8 else "en", what.topic, 1 + int(rng.random() * 3))
    if style < 0.8:
        text = sentences.sentence(rng, "en", what.topic)
        return f"{text} {what.ware} {sentences.title(rng, 'en', what.topic)}"
    if style < 0.92:
        return " ".join([what.ware, *(names.invented(rng) for _ in range(3)), what.ware, names.invented(rng), url])
    return f"Here you can find {int(rng.random() * 99999)} more facts about that topic: {url}"
