"""Waves: 28 to 193 linkbacks an hour, from one address until it would be blocked, then from the next.

The rates are those that a blogger counted in a wave of scrapers (The Old New Thing, June 2009).
"""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.dice import between
from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.honest import send_as
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import rush
from datasets.blogosphere.spammers.wording import filler, keyword_title, trade
from datasets.blogosphere.world import permalink

__all__ = ["WAVE"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng)
    scraper = rng.random() < 0.45
    home = names.home(rng, "" if scraper or rng.random() < 0.5 else what.ware, platform=0.04)
    server = names.address(rng)
    stays = 15 + int(rng.random() * 80)
    senders = [names.address(rng) for _ in range(1 + plan.size // stays)]
    agent = names.agent(rng, home, forged=0.25)
    site, style = int(rng.random() * world.sites), int(rng.random() * 6)
    title, name = keyword_title(rng, what, world.site(site).language)

    def send(rng: Random, n: int, at: float) -> Sent:
        post = world.post(site, n)
        heading = post.title if scraper else title
        url = permalink(home, style, heading, names.page_number(rng), rng)
        text = post.text if scraper else filler(rng, post, what, url)
        if not scraper and rng.random() < 0.3:
            heading = sentences.title(rng, post.site.language, post.topic)
        sent = send_as(rng, plan.kind, url, post, heading, name, text)
        sent.sender, sent.host, sent.agent = senders[n // stays], server, agent
        sent.page = PageSort.COPY if scraper else PageSort.SHOP
        return sent

    return Campaign("wave", plan.number, rush(rng, plan, hourly=between(rng, 28, 193)), send)


WAVE: Final = SpamSort("wave", 0.1, frozenset({"trackback", "pingback", "webmention"}), (28, 400), _plan)
