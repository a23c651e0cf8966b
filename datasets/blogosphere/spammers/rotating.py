"""One template, a new domain every few linkbacks, several senders' addresses."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names
from datasets.blogosphere.dice import pick
from datasets.blogosphere.pages.article import Block
from datasets.blogosphere.pages.fate import LINKLESS, STEADY
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import keyword_title, pitches, shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["ROTATING"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    english = world.lexicon.english
    language = english if rng.random() < 0.7 else world.site(int(rng.random() * world.sites)).language
    text = pitches(rng, language, what, 2)
    heading, name = keyword_title(rng, world, what, language)
    changes = 1 + int(rng.random() * 4)
    senders = [names.address(rng) for _ in range(1 + plan.size // 12)]
    agent = names.agent(rng, "http://localhost", forged=0.25)
    first, breadth = int(rng.random() * world.sites), 1 + int(rng.random() * 5)
    fate = STEADY if rng.random() < 0.4 else LINKLESS

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, first + int(rng.random() * breadth))
        own = Random(f"{world.seed}:{plan.number}:{n // changes}:{name}")
        site = spam_site(own, world, what, language, platform=0.06, name=name)
        site = site._replace(sender=pick(rng, senders), agent=agent)
        filled = f"{text} {int(rng.random() * 99999)} {site.home}" if rng.random() < 0.5 else text
        blocks = [Block((filled,)), *shop_blocks(rng, world, language, what, 1 + int(rng.random() * 3))]
        blocks = with_link(rng, blocks, language, post, what.topic)
        article = site.page(rng, world, heading, blocks, at, sold=int(rng.random() * 8))
        sent = site.sends(rng, plan.kind, article, post, fate)
        if plan.kind == "trackback":
            sent.claim = sent.claim._replace(excerpt=filled)
        return sent

    return Campaign("rotating", plan.number, spread(rng, plan, days=3.0), make)


ROTATING: Final = SpamSort("rotating", 0.06, frozenset({"trackback", "pingback", "webmention"}), (6, 60), _plan)
