"""Pages that are taken away once the ping is sent, or that were never there."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.pages.fate import DYING
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import keyword_title, pitches, shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["DYING_SORT"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    number = int(rng.random() * world.sites)
    language = world.site(number).language
    title, name = keyword_title(rng, world, what, language)
    disguised = rng.random() < 0.4

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number)
        site = spam_site(rng, world, what, language, named=0.1, platform=0.05, own_sender=0.3, name=name)
        text = sentences.paragraph(rng, language, post.topic, 2) if disguised else pitches(rng, language, what, 2)
        blocks = shop_blocks(rng, world, language, what, 1)
        blocks[0] = blocks[0]._replace(parts=(text, *blocks[0].parts))
        blocks = with_link(rng, blocks, language, post, post.topic)
        heading = sentences.title(rng, language, post.topic) if disguised else title
        return site.sends(rng, plan.kind, site.page(rng, world, heading, blocks, at), post, DYING)

    return Campaign("dying", plan.number, spread(rng, plan, days=3.0), make)


DYING_SORT: Final = SpamSort("dying", 0.03, frozenset({"trackback", "pingback", "webmention"}), (3, 30), _plan)
