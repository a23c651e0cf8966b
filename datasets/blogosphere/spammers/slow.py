"""A slow drip: one linkback every few days from a site that looks like a blog. No rate gives it away."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.honest import send_as
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import drip
from datasets.blogosphere.spammers.wording import trade
from datasets.blogosphere.world import permalink

__all__ = ["SLOW"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng)
    site = int(rng.random() * world.sites)
    home = names.home(rng, what.ware if rng.random() < 0.2 else "", platform=0.2)
    server, agent = names.address(rng), names.agent(rng, home)
    name = names.blog_name(rng, sentences.title(rng, world.site(site).language, what.topic), what.ware)
    style = int(rng.random() * 6)

    def send(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, site)
        language = post.site.language
        topic = post.topic if rng.random() < 0.55 else what.topic
        title = sentences.title(rng, language, topic)
        text = sentences.paragraph(rng, language, topic, 2 + int(rng.random() * 2))
        url = permalink(home, style, title, names.page_number(rng), rng)
        sent = send_as(rng, plan.kind, url, post, title, name, text)
        sent.sender = server if rng.random() < 0.4 else names.address(rng)
        sent.host, sent.agent = server, agent
        sent.page = PageSort.BAIT
        return sent

    return Campaign("slow", plan.number, drip(rng, plan, days=1.0 + 3 * rng.random()), send)


SLOW: Final = SpamSort("slow", 0.09, frozenset({"trackback", "pingback", "webmention"}), (4, 16), _plan)
