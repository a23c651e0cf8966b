"""The same text from many hosts: each linkback has a domain and a sender of its own, and the words never change."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.claims import trackback_excerpt
from datasets.blogosphere.pages.article import Block
from datasets.blogosphere.pages.fate import DYING, LINKLESS, STEADY
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import pitches, shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["IDENTICAL"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    number = int(rng.random() * world.sites)
    language = world.site(number).language
    disguised = rng.random() < 0.5
    text = sentences.paragraph(rng, language, what.topic, 3) if disguised else pitches(rng, language, what, 3)
    title = sentences.title(rng, language, what.topic)
    if not disguised:
        title = sentences.pitch_title(rng, language, what.topic, what.ware)
    fate = (STEADY, LINKLESS, DYING)[int(rng.random() * 3)]
    rest = shop_blocks(rng, world, language, what, 1 + int(rng.random() * 3))
    excerpt = trackback_excerpt(rng, text)

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number if rng.random() < 0.7 else int(rng.random() * world.sites))
        site = spam_site(rng, world, what, language, named=0.1, platform=0.1, own_sender=0.4)
        blocks = with_link(rng, [Block((text,)), *rest], language, post, what.topic)
        sent = site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at), post, fate)
        sent.sender = names.address(rng) if rng.random() < 0.5 else sent.sender
        if plan.kind == "trackback":
            sent.claim = sent.claim._replace(excerpt=excerpt)
        return sent

    return Campaign("identical", plan.number, spread(rng, plan, days=1.0 + 6 * rng.random()), make)


IDENTICAL: Final = SpamSort("identical", 0.03, frozenset({"trackback", "pingback", "webmention"}), (5, 40), _plan)
