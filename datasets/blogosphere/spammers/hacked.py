"""Pages put into sub-folders of honest people's sites, and advertised by trackbacks and pingbacks.

The domains have a good name, some of them with the very sites that are pinged.
"""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names
from datasets.blogosphere.dice import pick
from datasets.blogosphere.pages.fate import ELSEWHERE
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import filler, keyword_title, shop_blocks, trade
from datasets.blogosphere.spammers.site import SpamSite, with_link

__all__ = ["HACKED"]

_FOLDERS: Final = (
    "wp-content/uploads/{a}/",
    "images/{a}/{b}/",
    "inc/html/{a}/{b}/",
    "cgi-bin/{a}.cfm?id={n}",
    "staff/products.asp?id={n}",
    "news/{a}/{b}/{n}.html",
    "{a}.php?p={n}",
    "2014/{a}-({b}).html",
)


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    victims = [world.blogger(int(rng.random() * world.people)) for _ in range(1 + plan.size // 3)]
    folder = pick(rng, _FOLDERS)
    sender = names.address(rng)
    agent = names.agent(rng, victims[0].home, forged=0.25)
    first, breadth = int(rng.random() * world.sites), 1 + int(rng.random() * 3)
    language = world.site(first).language
    title, name = keyword_title(rng, world, what, language)

    def make(rng: Random, n: int, at: float) -> Sent:
        victim = pick(rng, victims)
        post = world.any_post(rng, first + int(rng.random() * breadth))
        ware = (names.slug(what.ware) if rng.random() < 0.6 else "") or world.names.invented(rng)
        place = folder.format(a=ware, b=world.names.invented(rng), n=1 + int(rng.random() * 900))
        site = SpamSite(victim.home, name, victim.author, language, what, 0, victim.server, sender, agent, topics=())
        blocks = shop_blocks(rng, world, language, what, 2 + int(rng.random() * 5))
        blocks = with_link(rng, blocks, language, post, what.topic)
        article = site.page(rng, world, title, blocks, at, sold=int(rng.random() * 20), path=place)
        sent = site.sends(rng, plan.kind, article, post, ELSEWHERE)
        if plan.kind == "trackback":
            sent.claim = sent.claim._replace(excerpt=filler(rng, world, post, what, article.url))
        if rng.random() < 0.2:
            sent.sender = names.neighbour_of(rng, sender)
        return sent

    return Campaign("hacked", plan.number, spread(rng, plan, days=8.0), make)


HACKED: Final = SpamSort("hacked", 0.04, frozenset({"trackback", "pingback", "webmention"}), (3, 30), _plan)
