"""A spun copy: our post with every other word replaced, so that no long run of words is ours any more."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.honest import send_as
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import drip
from datasets.blogosphere.spammers.wording import trade
from datasets.blogosphere.world import SitePost, permalink

__all__ = ["SPUN"]


def _spin(rng: Random, post: SitePost, topic: str) -> str:
    """The post's words, about a third of them exchanged for others of the topic."""
    things = sentences.nouns(post.site.language, topic)
    return " ".join([pick(rng, things) if rng.random() < 0.35 else word for word in post.text.split(" ")])


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng)
    home = names.home(rng, platform=0.15)
    server = names.address(rng)
    sender = server if rng.random() < 0.5 else names.address(rng)
    agent = names.agent(rng, home, forged=0.25)
    site, style = int(rng.random() * world.sites), int(rng.random() * 6)
    name = names.blog_name(rng, sentences.title(rng, world.site(site).language, what.topic), what.ware)

    def send(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, site if rng.random() < 0.8 else int(rng.random() * world.sites))
        title = sentences.title(rng, post.site.language, post.topic)
        topic = what.topic if rng.random() < 0.5 else post.topic
        url = permalink(home, style, title, names.page_number(rng), rng)
        sent = send_as(rng, plan.kind, url, post, title, name, _spin(rng, post, topic))
        sent.sender, sent.host, sent.agent = sender, server, agent
        sent.page = PageSort.SPUN
        return sent

    return Campaign("spun", plan.number, drip(rng, plan, days=0.3 + 2 * rng.random()), send)


SPUN: Final = SpamSort("spun", 0.08, frozenset({"pingback", "trackback", "webmention"}), (2, 16), _plan)
