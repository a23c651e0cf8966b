"""An autoblog copies posts, or their beginnings, and really links to them; its software pings like any other."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.copying import copied_blocks
from datasets.blogosphere.spammers.schedule import drip
from datasets.blogosphere.spammers.selling import shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site

__all__ = ["AUTOBLOG"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    number = int(rng.random() * world.sites)
    target = world.site(number)
    language = target.language
    site = spam_site(
        rng, world, trade(rng, world), language, named=0.1, platform=0.25, own_sender=0.8, forged=0.0,
        topics=target.topics,
    )  # fmt: skip
    partial, sold = rng.random() < 0.45, int(6 * rng.random() ** 2)

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number if rng.random() < 0.85 else int(rng.random() * world.sites))
        title = post.title if rng.random() < 0.75 else sentences.title(rng, language, post.topic)
        part = post.sentences[: 2 + int(rng.random() * 2)] if partial else post.sentences
        blocks = copied_blocks(rng, post, language, list(part))
        if rng.random() < 0.25:
            blocks += shop_blocks(rng, world, language, site.what, 1)
        article = site.page(rng, world, title, blocks, at, sold=sold)
        article.author = pick(rng, (site.author, "admin", post.author))
        return site.sends(rng, plan.kind, article, post)

    return Campaign("autoblog", plan.number, drip(rng, plan, days=0.2 + 2 * rng.random()), make)


AUTOBLOG: Final = SpamSort("autoblog", 0.09, frozenset({"pingback", "trackback", "webmention"}), (2, 18), _plan)
