"""Linkbacks without a link: the wording is a fair comment on the post, the page has never heard of it."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import prose
from datasets.blogosphere.pages.fate import LINKLESS
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["LINKLESS_SORT"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    number = int(rng.random() * world.sites)
    target = world.site(number)
    language = target.language
    sites = [
        spam_site(rng, world, what, language, named=0.1, platform=0.08, own_sender=0.3, topics=target.topics)
        for _ in range(1 + plan.size // 8)
    ]
    sells = rng.random() < 0.5

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number if rng.random() < 0.6 else int(rng.random() * world.sites))
        title = sentences.title(rng, language, post.topic)
        blocks = prose(rng, world, language, post.topic, 1 + int(rng.random() * 3))
        if sells:
            blocks += shop_blocks(rng, world, language, what, 1 + int(rng.random() * 3))
        blocks = with_link(rng, blocks, language, post, post.topic)
        site = pick(rng, sites)
        return site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at, sold=3 * sells), post, LINKLESS)

    return Campaign("linkless", plan.number, spread(rng, plan, days=10.0), make)


LINKLESS_SORT: Final = SpamSort("linkless", 0.06, frozenset({"trackback", "pingback", "webmention"}), (2, 30), _plan)
