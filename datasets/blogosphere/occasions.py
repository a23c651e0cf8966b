"""When honest people send many linkbacks at once, so that a high rate alone is no proof of spam."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from datasets.blogosphere.dice import Loaded
from datasets.blogosphere.honest.article import write_article
from datasets.blogosphere.honest.roundup import write_roundup
from datasets.blogosphere.honest.sending import Order, blogger_sends
from datasets.blogosphere.sent import Campaign, Plan, Sent

__all__ = ["OCCASIONS", "SIZES"]

SIZES: Final = (4, 30)
"""Linkbacks of an occasion, from and to."""


def archive(plan: Plan) -> Campaign:
    """A blogger moves house, and the software pings all old links again within minutes."""
    rng, world = plan.rng, plan.world
    site = int(rng.random() * world.sites)
    blogger = world.visitor(rng, world.site(site))
    times = sorted(plan.start + 1800 * rng.random() for _ in range(plan.size))

    def send(rng: Random, n: int, at: float) -> Sent:
        return blogger_sends(rng, Order(world, blogger, world.post(site, n), at), plan.kind, write_article)

    return Campaign("archive", plan.number, times, send, "ham")


def popular(plan: Plan) -> Campaign:
    """A post is passed around: many people link to it in two days."""
    rng, world = plan.rng, plan.world
    post = world.any_post(rng, int(rng.random() * world.sites))
    times = sorted(plan.start + 2 * 86400 * rng.random() ** 2 for _ in range(plan.size))

    def send(rng: Random, n: int, at: float) -> Sent:
        blogger = world.blogger(int(rng.random() * world.people))
        write = write_article if rng.random() < 0.8 else write_roundup
        return blogger_sends(rng, Order(world, blogger, post, at), plan.kind, write)

    return Campaign("popular", plan.number, times, send, "ham")


OCCASIONS: Final[Loaded[Callable[[Plan], Campaign]]] = Loaded({archive: 1, popular: 1})
"""The occasions, by how often they come."""
