"""Trackbacks in an honest domain's name: its page is honest and does not link to us, the words are the spammer's."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.claims import Claim, trackback_excerpt
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import Order, page_of, prose
from datasets.blogosphere.pages.fate import HONEST
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import filler, keyword_title, trade

__all__ = ["FORGED"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    number = int(rng.random() * world.sites)
    victims = [world.visitor(rng, world.site(number)) for _ in range(1 + plan.size // 4)]
    sender, agent = names.address(rng), names.agent(rng, "http://localhost", forged=0.3)

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number)
        victim = pick(rng, victims)
        topic = pick(rng, victim.topics)
        heading = sentences.title(rng, victim.language, topic)
        article = page_of(rng, Order(world, victim, post, at), heading, prose(rng, world, victim.language, topic, 3))
        title, name = keyword_title(rng, world, what, post.site.language)
        text = filler(rng, world, post, what, article.url)
        claim = Claim(title, trackback_excerpt(rng, text), victim.name if rng.random() < 0.5 else name)
        return Sent("trackback", post, article, claim, sender, victim.server, agent, HONEST)

    return Campaign("forged", plan.number, spread(rng, plan, days=6.0), make)


FORGED: Final = SpamSort("forged", 0.02, frozenset({"trackback"}), (2, 16), _plan)
