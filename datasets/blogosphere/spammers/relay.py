"""Trackbacks relayed by one innocent proxy: many trades, many domains, one address that honest people use too."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names
from datasets.blogosphere.claims import trackback_excerpt
from datasets.blogosphere.dice import between
from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import rush
from datasets.blogosphere.spammers.wording import filler, keyword_title, trade
from datasets.blogosphere.world import permalink

__all__ = ["RELAY"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    # An honest blogger's own address: its owner runs the open proxy and goes on blogging.
    proxy = world.blogger(int(rng.random() * world.people)).sender
    agent = names.agent(rng, "http://localhost", forged=0.25)

    def send(rng: Random, n: int, at: float) -> Sent:
        what = trade(rng)
        post = world.any_post(rng, int(rng.random() * world.sites))
        title, name = keyword_title(rng, what, post.site.language)
        home = names.home(rng, what.ware if rng.random() < 0.3 else "", platform=0.08)
        url = permalink(home, n % 6, title, names.page_number(rng), rng)
        return Sent(
            "trackback",
            url,
            post,
            sender=proxy,
            host=names.address(rng),
            page=PageSort.SHOP,
            title=title,
            excerpt=trackback_excerpt(rng, filler(rng, post, what, url)),
            blog_name=name,
            agent=agent,
            anchor=what.ware,
        )

    return Campaign("relay", plan.number, rush(rng, plan, hourly=between(rng, 0.5, 20)), send)


RELAY: Final = SpamSort("relay", 0.05, frozenset({"trackback"}), (10, 120), _plan)
