"""Trackbacks and pingbacks that give the receiving site's own address as their source."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names
from datasets.blogosphere.dice import pick
from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.wording import filler, trade

__all__ = ["FAKE_SELF"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng)
    sender = names.address(rng)
    agent = names.agent(rng, "http://localhost", forged=0.25)
    site = world.site(int(rng.random() * world.sites))

    def send(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, site.number)
        other = world.any_post(rng, site.number)
        style = rng.random()
        url = post.url if style < 0.15 else other.url if style < 0.6 else f"{site.home}/wp-trackback.php?p={n + 17}"
        number = str(100000 + int(rng.random() * 899999))
        numbered = rng.random() < 0.3
        return Sent(
            "trackback",
            url,
            post,
            sender=sender,
            host=site.server,
            page=PageSort.UNAWARE,
            title=number if numbered else post.title,
            excerpt=f"{number} {what.ware} {number}" if numbered else filler(rng, post, what, url),
            blog_name=f"{number} {what.ware}" if numbered else pick(rng, (site.name, what.ware)),
            agent=agent,
            anchor=post.title,
            page_title=other.title,
            page_name=site.name,
        )

    return Campaign("fake_self", plan.number, spread(rng, plan, days=4.0), send)


FAKE_SELF: Final = SpamSort("fake_self", 0.03, frozenset({"trackback"}), (2, 20), _plan)
