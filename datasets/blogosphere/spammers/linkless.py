"""Trackbacks without a link: the wording is a fair comment on the post, the page has never heard of it."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.claims import trackback_excerpt
from datasets.blogosphere.dice import pick
from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.wording import trade
from datasets.blogosphere.world import permalink

__all__ = ["LINKLESS"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng)
    homes = [names.home(rng, platform=0.08) for _ in range(1 + plan.size // 8)]
    server, sender = names.address(rng), names.address(rng)
    agent = names.agent(rng, homes[0], forged=0.25)
    site = int(rng.random() * world.sites)

    def send(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, site if rng.random() < 0.6 else int(rng.random() * world.sites))
        language = post.site.language
        title = sentences.title(rng, language, post.topic)
        url = permalink(
            pick(rng, homes), n % 6, what.ware if rng.random() < 0.15 else title, names.page_number(rng), rng
        )
        text = sentences.paragraph(rng, language, post.topic if rng.random() < 0.7 else what.topic, 2)
        return Sent(
            "trackback",
            url,
            post,
            sender=sender,
            host=server,
            page=PageSort.SHOP,
            title=title,
            excerpt=trackback_excerpt(rng, text),
            blog_name=names.blog_name(rng, sentences.title(rng, language, what.topic), what.ware),
            agent=agent,
            anchor=post.title,
        )

    return Campaign("linkless", plan.number, spread(rng, plan, days=10.0), send)


LINKLESS: Final = SpamSort("linkless", 0.09, frozenset({"trackback"}), (2, 30), _plan)
