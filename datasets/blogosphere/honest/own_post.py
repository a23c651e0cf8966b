"""The receiving site links to itself."""

from __future__ import annotations

from random import Random

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import linking, prose
from datasets.blogosphere.pages.article import Article, Block
from datasets.blogosphere.sent import Sent, send
from datasets.blogosphere.world import SitePost, World

__all__ = ["page_of_post", "send_own_post"]


def send_own_post(rng: Random, world: World, kind: str, post: SitePost, at: float) -> Sent:
    """What the site's own software sends for a link to its own post."""
    site = post.site
    other = world.any_post(rng, site.number)
    if other.url == post.url:
        other = world.post(site.number, int(rng.random() * 1000))
    blocks = prose(rng, world, site.language, other.topic, 2 + int(rng.random() * 3))
    blocks.insert(1, linking(rng, site.language, post, other.topic))
    article = page_of_post(rng, other, at, blocks)
    agent = f"WordPress/6.4; {site.home}"
    return send(rng, kind, article, post, sender=site.server, host=site.server, agent=agent)


def page_of_post(rng: Random, post: SitePost, at: float, blocks: list[Block] | None = None) -> Article:
    """The page of one of the receiving site's posts.

    Args:
        rng: Where chance comes from.
        post: The post.
        at: When it was published, in seconds since 1970.
        blocks: Its text; None: the post's own.
    """
    site = post.site
    return Article(
        title=post.title,
        site_name=site.name,
        home=site.home,
        url=post.url,
        language=site.language,
        author=post.author,
        at=at,
        blocks=blocks or [Block((text,)) for text in post.sentences],
        recent=[sentences.title(rng, site.language, pick(rng, site.topics)) for _ in range(int(6 * rng.random()))],
    )
