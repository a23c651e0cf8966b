"""A slow drip: one linkback every few days from a site that looks like a blog. No rate gives it away, the shop does."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.honest.sending import prose
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import drip
from datasets.blogosphere.spammers.selling import money_links, shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["SLOW"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    number = int(rng.random() * world.sites)
    language = world.site(number).language
    topics = world.site(number).topics if rng.random() < 0.5 else ()
    site = spam_site(rng, world, what, language, named=0.2, platform=0.2, own_sender=0.4, forged=0.0, topics=topics)
    [ware] = money_links(rng, world, what, 1)

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number)
        topic = post.topic if rng.random() < 0.55 else what.topic
        title = sentences.title(rng, language, topic)
        blocks = prose(rng, world, language, topic, 1 + int(rng.random() * 4))
        blocks += shop_blocks(rng, world, language, what, 1)
        blocks[-1] = blocks[-1]._replace(parts=(*blocks[-1].parts, ware))
        blocks = with_link(rng, blocks, language, post, topic)
        sent = site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at, sold=int(rng.random() * 6)), post)
        if rng.random() < 0.3:
            sent.sender = names.address(rng)
        return sent

    return Campaign("slow", plan.number, drip(rng, plan, days=1.0 + 3 * rng.random()), make)


SLOW: Final = SpamSort("slow", 0.05, frozenset({"trackback", "pingback", "webmention"}), (4, 16), _plan)
