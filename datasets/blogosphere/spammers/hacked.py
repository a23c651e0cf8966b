"""Pages put into sub-folders of honest people's sites, and advertised by trackbacks and pingbacks.

The domains have a good name, some of them with the very sites that are pinged.
"""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names
from datasets.blogosphere.dice import pick
from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.honest import send_as
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.wording import filler, keyword_title, trade

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
    what = trade(rng)
    victims = [world.blogger(int(rng.random() * world.people)) for _ in range(1 + plan.size // 3)]
    folder = pick(rng, _FOLDERS)
    sender = names.address(rng)
    agent = names.agent(rng, victims[0].home, forged=0.25)
    first, breadth = int(rng.random() * world.sites), 1 + int(rng.random() * 3)
    title, name = keyword_title(rng, what, world.site(first).language)

    def send(rng: Random, n: int, at: float) -> Sent:
        victim = pick(rng, victims)
        post = world.any_post(rng, first + int(rng.random() * breadth))
        ware = (names.slug(what.ware) if rng.random() < 0.6 else "") or names.invented(rng)
        place = folder.format(a=ware, b=names.invented(rng), n=1 + int(rng.random() * 900))
        url = f"{victim.home}/{place}"
        text = filler(rng, post, what, url)
        sent = send_as(rng, plan.kind, url, post, title, name, text)
        if plan.kind == "trackback":
            sent.excerpt = text
        sent.sender = sender if rng.random() < 0.8 else names.neighbour_of(rng, sender)
        sent.host, sent.agent, sent.page = victim.server, agent, PageSort.HACKED
        return sent

    return Campaign("hacked", plan.number, spread(rng, plan, days=8.0), send)


HACKED: Final = SpamSort("hacked", 0.1, frozenset({"trackback", "pingback", "webmention"}), (3, 30), _plan)
