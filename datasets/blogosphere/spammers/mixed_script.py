"""A copy of our post whose words have letters of another script in them, so that no word compares as equal."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.copying import copied_blocks, mixed_scripts
from datasets.blogosphere.spammers.schedule import drip
from datasets.blogosphere.spammers.selling import shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site

__all__ = ["MIXED_SCRIPT"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    number = int(rng.random() * world.sites)
    target = world.site(number)
    site = spam_site(rng, world, trade(rng, world), target.language, platform=0.1, topics=target.topics)
    sells = rng.random() < 0.5

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number)
        language = post.site.language
        blocks = copied_blocks(rng, post, language, [mixed_scripts(rng, line) for line in post.sentences])
        if sells:
            blocks += shop_blocks(rng, world, language, site.what, 1)
        title = mixed_scripts(rng, post.title)
        return site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at, sold=int(rng.random() * 4)), post)

    return Campaign("mixed_script", plan.number, drip(rng, plan, days=0.5 + 2 * rng.random()), make)


MIXED_SCRIPT: Final = SpamSort("mixed_script", 0.03, frozenset({"pingback", "trackback", "webmention"}), (2, 12), _plan)
