"""One article over months from five domains: no window of days or weeks sees two of its copies."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import drip
from datasets.blogosphere.spammers.selling import shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["RECYCLED"]

DOMAINS: Final = 5


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    number = int(rng.random() * world.sites)
    language = world.site(number).language
    sites = [spam_site(rng, world, what, language, platform=0.2, own_sender=0.7) for _ in range(DOMAINS)]
    title = sentences.pitch_title(rng, language, what.topic, what.ware)
    if rng.random() < 0.4:
        title = sentences.title(rng, language, what.topic)
    text = shop_blocks(rng, world, language, what, 3 + int(rng.random() * 4))

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number)
        blocks = with_link(rng, text, language, post, what.topic)
        site = sites[n % DOMAINS]
        return site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at, sold=int(rng.random() * 4)), post)

    return Campaign("recycled", plan.number, drip(rng, plan, days=8.0 + 12 * rng.random()), make)


RECYCLED: Final = SpamSort("recycled", 0.03, frozenset({"trackback", "pingback", "webmention"}), (3, 12), _plan)
