"""How honest people write and send: what every sort of their pages has in common."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from datasets.blogosphere import names, sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.lexicon.base import Language
from datasets.blogosphere.pages.article import Article, Block, Link, Segment
from datasets.blogosphere.pages.fate import HONEST
from datasets.blogosphere.sent import Sent, send
from datasets.blogosphere.world import Blogger, SitePost, World, permalink

__all__ = ["Order", "anchor", "blogger_sends", "linking", "page_of", "prose", "site_link"]

ADVERTISES = 0.07
"""Share of the honest pages with one advertisement or honest shop beside the article."""


class Order(NamedTuple):
    """What an honest person does: link to a post."""

    world: World
    blogger: Blogger
    post: SitePost
    at: float
    """When, in seconds since 1970."""


def blogger_sends(rng: Random, order: Order, kind: str, write: Callable[[Random, Order], Article]) -> Sent:
    """What a blogger's software sends for a page that a function writes."""
    blogger = order.blogger
    article = write(rng, order)
    sender = blogger.sender if rng.random() < 0.9 else names.address(rng)
    return send(rng, kind, article, order.post, sender=sender, host=blogger.server, agent=blogger.agent, fate=HONEST)


def page_of(rng: Random, order: Order, title: str, blocks: list[Block]) -> Article:
    """A page of the order's blogger, with what the site puts around it."""
    world, blogger, _, at = order
    language = blogger.language
    aside = [site_link(rng, world) for _ in range(int(9 * rng.random() ** 2))]
    if rng.random() < ADVERTISES:
        wares = world.lexicon.wares
        ware = pick(rng, wares[pick(rng, sorted(wares))])
        aside.append(Link(ware, f"https://{world.names.host_name(rng, ware)}/", rel=pick(rng, ("", "sponsored"))))
    return Article(
        title=title,
        site_name=blogger.name,
        home=blogger.home,
        url=permalink(blogger.home, blogger.style, title, names.page_number(rng), rng),
        language=language,
        author=blogger.author,
        at=at - 3600 * rng.random(),
        blocks=blocks,
        aside=aside,
        bottom=[site_link(rng, world)] if rng.random() < 0.3 else [],
        comments=[
            Block((sentences.reply(rng, language, pick(rng, blogger.topics)),))
            for _ in range(int(5 * rng.random() ** 3))
        ],
        recent=[sentences.title(rng, language, pick(rng, blogger.topics)) for _ in range(int(6 * rng.random()))],
    )


def prose(rng: Random, world: World, language: Language, topic: str, paragraphs: int) -> list[Block]:
    """Paragraphs about a topic, some of them with a link to somebody else's page."""
    blocks = []
    for _ in range(paragraphs):
        text = sentences.paragraph(rng, language, topic, 1 + int(rng.random() * 4))
        parts: tuple[Segment, ...] = (text,)
        if rng.random() < 0.3:
            parts = (text, site_link(rng, world), sentences.sentence(rng, language, topic))
        blocks.append(Block(parts))
    return blocks


def linking(rng: Random, language: Language, post: SitePost, topic: str) -> Block:
    """A paragraph that links to our post in running text."""
    before = sentences.paragraph(rng, language, topic, 1 + int(rng.random() * 2))
    parts: list[Segment] = [before, pick(rng, language.pointers), Link(anchor(rng, language, post), post.url)]
    if rng.random() < 0.7:
        parts.append(sentences.sentence(rng, language, topic))
    return Block(tuple(parts))


def anchor(rng: Random, language: Language, post: SitePost) -> str:
    """The text of a link to our post."""
    style = rng.random()
    if style < 0.5:
        return post.title
    if style < 0.6:
        return post.site.name
    if style < 0.68:
        return post.author
    if style < 0.73:
        return post.url
    return sentences.title(rng, language, post.topic)


def site_link(rng: Random, world: World) -> Link:
    """A link to some other honest person's page."""
    other = world.blogger(int(rng.random() * world.people))
    style = rng.random()
    if style < 0.5:
        return Link(other.name, f"{other.home}/")
    title = sentences.title(rng, other.language, pick(rng, other.topics))
    return Link(title, permalink(other.home, other.style, title, names.page_number(rng), rng))
