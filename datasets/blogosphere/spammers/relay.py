"""Trackbacks relayed by one innocent proxy: many trades, many domains, one address that honest people use too."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names
from datasets.blogosphere.claims import trackback_excerpt
from datasets.blogosphere.dice import between
from datasets.blogosphere.pages.fate import LINKLESS
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import rush
from datasets.blogosphere.spammers.selling import filler, keyword_title, shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site

__all__ = ["RELAY"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    # An honest blogger's own address: its owner runs the open proxy and goes on blogging.
    proxy = world.blogger(int(rng.random() * world.people)).sender
    agent = names.agent(rng, "http://localhost", forged=0.25)

    def make(rng: Random, n: int, at: float) -> Sent:
        what = trade(rng, world)
        post = world.any_post(rng, int(rng.random() * world.sites))
        language = post.site.language
        title, name = keyword_title(rng, world, what, language)
        site = spam_site(rng, world, what, language, named=0.3, platform=0.08, name=name)
        site = site._replace(sender=proxy, agent=agent)
        blocks = shop_blocks(rng, world, language, what, 2 + int(rng.random() * 4))
        article = site.page(rng, world, title, blocks, at, sold=int(rng.random() * 8))
        sent = site.sends(rng, plan.kind, article, post, LINKLESS)
        text = filler(rng, world, post, what, article.url)
        sent.claim = sent.claim._replace(excerpt=trackback_excerpt(rng, text))
        return sent

    return Campaign("relay", plan.number, rush(rng, plan, hourly=between(rng, 0.5, 20)), make)


RELAY: Final = SpamSort("relay", 0.03, frozenset({"trackback"}), (10, 120), _plan)
