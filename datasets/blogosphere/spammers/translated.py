"""A copy of our post in another language, as a translating program leaves it, on a site that sells."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.copying import copied_blocks, translated
from datasets.blogosphere.spammers.schedule import drip
from datasets.blogosphere.spammers.selling import shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site

__all__ = ["TRANSLATED"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    number = int(rng.random() * world.sites)
    into = next(
        (language for language in (world.lexicon.languages.roll(rng) for _ in range(8))
         if language is not world.site(number).language),
        world.lexicon.english,
    )  # fmt: skip
    site = spam_site(rng, world, trade(rng, world), into, platform=0.15, topics=tuple(sorted(into.topics))[:3])
    sold = 2 + int(5 * rng.random())

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number)
        blocks = copied_blocks(rng, post, into, translated(rng, world, post, into))
        if rng.random() < 0.4:
            blocks += shop_blocks(rng, world, into, site.what, 1)
        title = post.title if rng.random() < 0.3 else sentences.title(rng, into, post.topic)
        return site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at, sold=sold), post)

    return Campaign("translated", plan.number, drip(rng, plan, days=0.5 + 2 * rng.random()), make)


TRANSLATED: Final = SpamSort("translated", 0.03, frozenset({"pingback", "trackback", "webmention"}), (2, 12), _plan)
