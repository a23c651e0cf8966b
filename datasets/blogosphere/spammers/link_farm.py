"""A link farm: a page of dozens or hundreds of links, bought ones and strangers', ours among them."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.honest.sending import site_link
from datasets.blogosphere.pages.article import Block, Link
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import money_links, trade
from datasets.blogosphere.spammers.site import spam_site

__all__ = ["LINK_FARM"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    trades = [trade(rng, world) for _ in range(5)]
    number = int(rng.random() * world.sites)
    language = world.site(number).language
    site = spam_site(rng, world, trades[0], language, named=0.2, platform=0.05)
    size, bought = 20 + int(150 * rng.random() ** 2), 0.3 + 0.5 * rng.random()

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number if rng.random() < 0.5 else int(rng.random() * world.sites))
        blocks = []
        for at_line in range(size):
            if rng.random() < bought:
                [link] = money_links(rng, world, trades[at_line % 5], 1)
            else:
                link = site_link(rng, world)
            said = (sentences.pitch(rng, language, trades[0].topic, link.text),) if rng.random() < 0.15 else ()
            blocks.append(Block((link, *said), "item"))
        blocks.insert(int(rng.random() * size), Block((Link(post.title, post.url),), "item"))
        title = sentences.title(rng, language, trades[0].topic) if rng.random() < 0.5 else site.name
        return site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at), post)

    return Campaign("link_farm", plan.number, spread(rng, plan, days=6.0), make)


LINK_FARM: Final = SpamSort("link_farm", 0.04, frozenset({"trackback", "pingback", "webmention"}), (2, 20), _plan)
