"""A spun copy: our post with every other word replaced, so that no long run of words is ours any more."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.copying import copied_blocks, spun
from datasets.blogosphere.spammers.schedule import drip
from datasets.blogosphere.spammers.selling import shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site

__all__ = ["SPUN"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    number = int(rng.random() * world.sites)
    target = world.site(number)
    site = spam_site(rng, world, trade(rng, world), target.language, platform=0.15, topics=target.topics)
    share, sold = 0.3 + 0.3 * rng.random(), 1 + int(5 * rng.random())

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number if rng.random() < 0.8 else int(rng.random() * world.sites))
        language = post.site.language
        lines = [spun(rng, line, language, share) for line in post.sentences]
        blocks = copied_blocks(rng, post, language, lines)
        if rng.random() < 0.4:
            blocks += shop_blocks(rng, world, language, site.what, 1)
        title = spun(rng, post.title, language, share)
        return site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at, sold=sold), post)

    return Campaign("spun", plan.number, drip(rng, plan, days=0.3 + 2 * rng.random()), make)


SPUN: Final = SpamSort("spun", 0.06, frozenset({"pingback", "trackback", "webmention"}), (2, 16), _plan)
