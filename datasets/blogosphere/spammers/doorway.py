"""A doorway: a page that links to us and hands its readers and search engines on to a shop at another domain."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import prose
from datasets.blogosphere.pages.fate import Answer
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import money_links, shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site, with_link

__all__ = ["DOORWAY"]


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    number = int(rng.random() * world.sites)
    language = world.site(number).language
    [shop] = money_links(rng, world, what, 1)
    way = pick(rng, ("canonical", "refresh", "script", "redirect"))
    sites = [spam_site(rng, world, what, language, named=0.3, platform=0.1) for _ in range(1 + plan.size // 4)]
    disguised = rng.random() < 0.4

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number)
        site = pick(rng, sites)
        if disguised:
            title = sentences.title(rng, language, post.topic)
            blocks = prose(rng, world, language, post.topic, 1 + int(rng.random() * 3))
        else:
            title = sentences.pitch_title(rng, language, what.topic, what.ware)
            blocks = shop_blocks(rng, world, language, what, 1 + int(rng.random() * 4))
        blocks = with_link(rng, blocks, language, post, what.topic)
        article = site.page(rng, world, title, blocks, at, sold=int(rng.random() * 5))
        sent = site.sends(rng, plan.kind, article, post)
        if way == "canonical":
            article.canonical = shop.url
        elif way == "refresh":
            article.refresh = shop.url
        elif way == "script":
            article.script = shop.url
        else:
            sent.answer = Answer(redirects=(shop.url,))
        return sent

    return Campaign("doorway", plan.number, spread(rng, plan, days=8.0), make)


DOORWAY: Final = SpamSort("doorway", 0.04, frozenset({"trackback", "pingback", "webmention"}), (2, 20), _plan)
