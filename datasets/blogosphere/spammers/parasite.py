"""Parasites: pages that sell, put onto honest platforms where anybody may write."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["PARASITE"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    number = int(rng.random() * world.sites)
    language = world.site(number).language if rng.random() < 0.6 else world.lexicon.english
    accounts = [spam_site(rng, world, what, language, platform=1.0, own_sender=0.7) for _ in range(1 + plan.size // 3)]

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number if rng.random() < 0.6 else int(rng.random() * world.sites))
        site = accounts[n % len(accounts)]
        title = sentences.pitch_title(rng, language, what.topic, what.ware)
        blocks = shop_blocks(rng, world, language, what, 2 + int(rng.random() * 4))
        blocks = with_link(rng, blocks, language, post, post.topic)
        return site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at), post)

    return Campaign("parasite", plan.number, spread(rng, plan, days=10.0), make)


PARASITE: Final = SpamSort("parasite", 0.04, frozenset({"trackback", "pingback", "webmention"}), (2, 20), _plan)
