"""A shop named after what it sells: one domain, linkbacks to many posts, a page that knows nothing of them."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.claims import trackback_excerpt
from datasets.blogosphere.pages.fate import LINKLESS
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import filler, keyword_title, shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["KEYWORD_SHOP"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    number = int(rng.random() * world.sites)
    language = world.site(number).language
    title, name = keyword_title(rng, world, what, language)
    site = spam_site(rng, world, what, language, named=0.35, platform=0.08, own_sender=0.15, forged=0.25, name=name)

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number if rng.random() < 0.7 else int(rng.random() * world.sites))
        heading = title if rng.random() < 0.6 else sentences.pitch_title(rng, language, what.topic, what.ware)
        blocks = shop_blocks(rng, world, language, what, 2 + int(rng.random() * 6))
        blocks = with_link(rng, blocks, language, post, what.topic)
        article = site.page(rng, world, heading, blocks, at, sold=int(rng.random() * 12))
        sent = site.sends(rng, plan.kind, article, post, LINKLESS._replace(unlinked=0.85))
        if plan.kind == "trackback":
            text = filler(rng, world, post, what, article.url)
            sent.claim = sent.claim._replace(excerpt=text if rng.random() < 0.5 else trackback_excerpt(rng, text))
        return sent

    return Campaign("keyword_shop", plan.number, spread(rng, plan, days=6.0), make)


KEYWORD_SHOP: Final = SpamSort("keyword_shop", 0.08, frozenset({"trackback", "pingback", "webmention"}), (2, 24), _plan)
