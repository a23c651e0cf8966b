"""A paid placement: real prose on a real blog, with one link in it that somebody pays for; the link to us is cover."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import prose
from datasets.blogosphere.pages.article import Block, Segment
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import drip
from datasets.blogosphere.spammers.selling import money_links, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["PAID"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    number = int(rng.random() * world.sites)
    target = world.site(number)
    client = trade(rng, world)
    [paid] = money_links(rng, world, client, 1)

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number)
        language = post.site.language
        site = spam_site(rng, world, client, language, named=0.0, platform=0.25, own_sender=0.8, topics=target.topics)
        topic = pick(rng, (post.topic, *target.topics))
        blocks = prose(rng, world, language, topic, 2 + int(rng.random() * 4))
        parts: list[Segment] = [sentences.sentence(rng, language, topic)]
        parts += [paid._replace(rel="sponsored" if rng.random() < 0.1 else "")]
        parts += [sentences.pitch(rng, language, topic, client.ware)]
        blocks.insert(int(rng.random() * (len(blocks) + 1)), Block(tuple(parts)))
        blocks = with_link(rng, blocks, language, post, topic)
        title = sentences.title(rng, language, topic)
        return site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at), post)

    return Campaign("paid", plan.number, drip(rng, plan, days=1.0 + 2 * rng.random()), make)


PAID: Final = SpamSort("paid", 0.05, frozenset({"trackback", "pingback", "webmention"}), (2, 10), _plan)
