"""Hidden links: the page sells, and its link to us is there for the check alone."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import prose
from datasets.blogosphere.pages.article import Block, Link
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import spread
from datasets.blogosphere.spammers.selling import shop_blocks, trade
from datasets.blogosphere.spammers.site import spam_site

__all__ = ["HIDDEN"]

_STYLES: Final = (
    "display:none",
    "display: none !important;",
    "visibility:hidden",
    "position:absolute;left:-9999px",
    "position:absolute; top:-5000px",
    "font-size:0",
    "opacity:0",
    "text-indent:-9999px;display:block;overflow:hidden",
    "position:absolute;clip:rect(0,0,0,0)",
    "width:0;height:0;overflow:hidden;display:inline-block",
)


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    what = trade(rng, world)
    number = int(rng.random() * world.sites)
    language = world.site(number).language
    site = spam_site(rng, world, what, language, named=0.3, platform=0.05)
    style, disguised = pick(rng, _STYLES), rng.random() < 0.4

    def make(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, number)
        if disguised:
            title = sentences.title(rng, language, what.topic)
            blocks = prose(rng, world, language, what.topic, 2 + int(rng.random() * 3))
        else:
            title = sentences.pitch_title(rng, language, what.topic, what.ware)
            blocks = shop_blocks(rng, world, language, what, 2 + int(rng.random() * 4))
        ours = Block((sentences.sentence(rng, language, what.topic), Link(post.title, post.url, style=style)))
        blocks.insert(int(rng.random() * (len(blocks) + 1)), ours)
        return site.sends(rng, plan.kind, site.page(rng, world, title, blocks, at, sold=int(rng.random() * 8)), post)

    return Campaign("hidden", plan.number, spread(rng, plan, days=8.0), make)


HIDDEN: Final = SpamSort("hidden", 0.03, frozenset({"trackback", "pingback", "webmention"}), (2, 16), _plan)
