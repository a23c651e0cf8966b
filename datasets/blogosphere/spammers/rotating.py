"""One template, a new domain for every few linkbacks, several addresses: only the wording stays."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.honest import send_as
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.wording import trade
from datasets.blogosphere.world import permalink

__all__ = ["ROTATING"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng)
    language = "en" if rng.random() < 0.7 else world.site(int(rng.random() * world.sites)).language
    text = sentences.paragraph(rng, language, what.topic, 2)
    heading = sentences.title(rng, language, what.topic)
    name = names.blog_name(rng, heading, what.ware)
    style, changes = int(rng.random() * 6), 1 + int(rng.random() * 4)
    senders = [names.address(rng) for _ in range(1 + plan.size // 12)]
    agent = names.agent(rng, "http://localhost", forged=0.25)
    first = int(rng.random() * world.sites)
    breadth = 1 + int(rng.random() * 5)

    def send(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, first + int(rng.random() * breadth))
        own = Random(f"{plan.number}:{n // changes}:{name}")
        home = names.home(own, platform=0.06)
        url = permalink(home, style, heading, names.page_number(own), own)
        filled = f"{text} {int(rng.random() * 99999)} {url}" if rng.random() < 0.5 else text
        sent = send_as(rng, plan.kind, url, post, heading, name, filled, language)
        if plan.kind == "trackback":
            sent.excerpt = filled
        sent.sender, sent.host, sent.agent = pick(rng, senders), names.address(own), agent
        sent.page = PageSort.SHOP if rng.random() < 0.6 else PageSort.FARM
        return sent

    return Campaign("rotating", plan.number, spread(rng, plan, days=3.0), send)


ROTATING: Final = SpamSort("rotating", 0.14, frozenset({"trackback", "pingback", "webmention"}), (6, 60), _plan)
