"""Waves: 28 to 193 linkbacks an hour, from one address until it would be blocked, then from the next.

The rates are those that a blogger counted in a wave of scrapers (The Old New Thing, June 2009).
"""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.dice import between
from datasets.blogosphere.pages.fate import LINKLESS, STEADY
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.copying import copied_blocks
from datasets.blogosphere.spammers.schedule import rush
from datasets.blogosphere.spammers.selling import keyword_title, shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["WAVE"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    scraper = rng.random() < 0.45
    number = int(rng.random() * world.sites)
    language = world.site(number).language
    title, name = keyword_title(rng, world, what, language)
    site = spam_site(
        rng, world, what, language, named=0.0 if scraper else 0.5, platform=0.04, forged=0.25,
        topics=world.site(number).topics if scraper else (), name="" if scraper else name,
    )  # fmt: skip
    stays = 15 + int(rng.random() * 80)
    senders = [names.address(rng) for _ in range(1 + plan.size // stays)]

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.post(number, n)
        if scraper:
            heading, blocks = post.title, copied_blocks(rng, post, language, list(post.sentences))
        else:
            heading = title if rng.random() < 0.7 else sentences.title(rng, language, post.topic)
            blocks = shop_blocks(rng, world, language, what, 1 + int(rng.random() * 3))
            blocks = with_link(rng, blocks, language, post, post.topic)
        article = site.page(rng, world, heading, blocks, at, sold=int(rng.random() * 5))
        sent = site.sends(rng, plan.kind, article, post, STEADY if scraper else LINKLESS)
        sent.sender = senders[n // stays]
        return sent

    return Campaign("wave", plan.number, rush(rng, plan, hourly=between(rng, 28, 193)), make)


WAVE: Final = SpamSort("wave", 0.05, frozenset({"trackback", "pingback", "webmention"}), (28, 400), _plan)
