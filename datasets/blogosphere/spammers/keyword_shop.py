"""A shop named after what it sells: one domain, trackbacks to many posts, a page that knows nothing of them."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.claims import trackback_excerpt
from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.honest import send_as
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.wording import filler, keyword_title, trade
from datasets.blogosphere.world import permalink

__all__ = ["KEYWORD_SHOP"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng)
    home = names.home(rng, what.ware if rng.random() < 0.35 else "", platform=0.08)
    host = names.address(rng)
    sender = host if rng.random() < 0.15 else names.address(rng)
    agent = names.agent(rng, home, forged=0.25)
    site = int(rng.random() * world.sites)
    title, name = keyword_title(rng, what, world.site(site).language)
    style = int(rng.random() * 6)

    def send(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, site if rng.random() < 0.7 else int(rng.random() * world.sites))
        heading = title if rng.random() < 0.6 else sentences.title(rng, post.site.language, what.topic)
        url = permalink(home, style, heading, names.page_number(rng), rng)
        text = filler(rng, post, what, url)
        sent = send_as(rng, plan.kind, url, post, title, name, text)
        sent.sender, sent.host, sent.agent = sender, host, agent
        sent.page = PageSort.SHOP if rng.random() < 0.75 else PageSort.FARM
        if plan.kind == "trackback":
            sent.excerpt = text if rng.random() < 0.5 else trackback_excerpt(rng, text)
            sent.anchor = what.ware
        return sent

    return Campaign("keyword_shop", plan.number, spread(rng, plan, days=6.0), send)


KEYWORD_SHOP: Final = SpamSort("keyword_shop", 0.17, frozenset({"trackback", "pingback", "webmention"}), (2, 24), _plan)
