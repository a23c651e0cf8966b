"""An autoblog copies posts, or their beginnings, and really links to them; its software pings like any other."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.honest import send_as
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers.schedule import drip
from datasets.blogosphere.words import COMMERCE
from datasets.blogosphere.world import permalink

__all__ = ["AUTOBLOG"]

_LEADS: Final = (
    "",
    "",
    "Another writer had this to say:",
    "Original post by the author:",
    "Today on the web:",
    "Continued here:",
)


def _plan(plan: Plan) -> Campaign:
    rng, world = plan.rng, plan.world
    site = int(rng.random() * world.sites)
    topic = pick(rng, world.site(site).topics if rng.random() < 0.7 else COMMERCE)
    language = world.site(site).language
    home = names.home(rng, platform=0.25)
    server = names.platform_address(rng) if names.is_platform(home) else names.address(rng)
    sender = server if rng.random() < 0.75 else names.neighbour_of(rng, server)
    name = names.blog_name(rng, sentences.title(rng, language, topic), pick(rng, sentences.nouns(language, topic)))
    style, lead = int(rng.random() * 6), pick(rng, _LEADS)
    agent = names.agent(rng, home)

    def send(rng: Random, n: int, at: float) -> Sent:
        post = world.any_post(rng, site if rng.random() < 0.85 else int(rng.random() * world.sites))
        own = rng.random() < 0.25
        title = sentences.title(rng, language, post.topic) if own else post.title
        text = f"{lead} {post.text}".strip()
        url = permalink(home, style, title, names.page_number(rng), rng)
        sent = send_as(rng, plan.kind, url, post, title, name, text)
        sent.sender, sent.host, sent.agent = sender, server, agent
        sent.page = PageSort.COPY if rng.random() < 0.85 else PageSort.FARM
        return sent

    return Campaign("autoblog", plan.number, drip(rng, plan, days=0.2 + 2 * rng.random()), send)


AUTOBLOG: Final = SpamSort("autoblog", 0.15, frozenset({"pingback", "trackback", "webmention"}), (2, 18), _plan)
