"""Trackbacks that give the receiving site's own address as their source."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names
from datasets.blogosphere.claims import Claim
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.own_post import page_of_post
from datasets.blogosphere.pages.fate import HONEST, Answer
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import filler, trade

__all__ = ["FAKE_SELF"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    sender = names.address(rng)
    agent = names.agent(rng, "http://localhost", forged=0.25)
    site = world.site(int(rng.random() * world.sites))

    def make(rng: Random, n: int, at: float) -> Sent:
        post, other = world.any_post(rng, site.number), world.any_post(rng, site.number)
        style = rng.random()
        url = post.url if style < 0.15 else other.url if style < 0.6 else f"{site.home}/wp-trackback.php?p={n + 17}"
        number = str(100000 + int(rng.random() * 899999))
        claim = Claim(post.title, filler(rng, world, post, what, url), pick(rng, (site.name, what.ware)))
        if rng.random() < 0.3:
            claim = Claim(number, f"{number} {what.ware} {number}", f"{number} {what.ware}")
        article = page_of_post(rng, other, at)
        sent = Sent("trackback", post, article, claim, sender, site.server, agent, HONEST, source_url=url)
        if style >= 0.6 and rng.random() < 0.5:
            sent.answer = Answer(404)
        return sent

    return Campaign("fake_self", plan.number, spread(rng, plan, days=4.0), make)


FAKE_SELF: Final = SpamSort("fake_self", 0.02, frozenset({"trackback"}), (2, 20), _plan)
