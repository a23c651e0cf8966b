"""A splog: page after page of text that sells, with a link to us among its own so that we link back."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import site_link
from datasets.blogosphere.pages.article import Block
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import drip, spread
from datasets.blogosphere.spammers.selling import shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["SPLOG"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    number = int(rng.random() * world.sites)
    language = world.site(number).language if rng.random() < 0.7 else world.lexicon.english
    what = trade(rng, world)
    site = spam_site(rng, world, what, language, named=0.35, platform=0.2, own_sender=0.7)
    mixed, sold = rng.random() < 0.5, int(rng.random() * 15)

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number if rng.random() < 0.6 else int(rng.random() * world.sites))
        ware = what.ware if rng.random() < 0.6 else pick(rng, what.others)
        title = sentences.pitch_title(rng, language, what.topic, ware)
        blocks = shop_blocks(rng, world, language, what._replace(ware=ware), 2 + int(rng.random() * 6))
        if mixed:
            blocks.insert(1, Block((sentences.paragraph(rng, language, post.topic, 3), site_link(rng, world))))
        blocks = with_link(rng, blocks, language, post, pick(rng, (what.topic, post.topic)))
        return site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at, sold=sold), post)

    times = drip(rng, plan, days=0.3 + rng.random()) if rng.random() < 0.5 else spread(rng, plan, days=5.0)
    return Campaign("splog", plan.number, times, make)


SPLOG: Final = SpamSort("splog", 0.09, frozenset({"pingback", "trackback", "webmention"}), (2, 30), _plan)
