"""When honest people send many linkbacks at once, so that a high rate alone is no proof of spam."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from datasets.blogosphere.dice import Loaded
from datasets.blogosphere.honest import blogger_links
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
        return blogger_links(rng, blogger, "blogger", plan.kind, world.post(site, n))

    return Campaign("archive", plan.number, times, send, "ham")


def popular(plan: Plan) -> Campaign:
    """A post is passed around: many people link to it in two days."""
    rng, world = plan.rng, plan.world
    post = world.any_post(rng, int(rng.random() * world.sites))
    times = sorted(plan.start + 2 * 86400 * rng.random() ** 2 for _ in range(plan.size))

    def send(rng: Random, n: int, at: float) -> Sent:
        blogger = world.blogger(int(rng.random() * world.people))
        sort = "blogger" if rng.random() < 0.8 else "roundup"
        return blogger_links(rng, blogger, sort, plan.kind, post)

    return Campaign("popular", plan.number, times, send, "ham")


OCCASIONS: Final[Loaded[Callable[[Plan], Campaign]]] = Loaded({archive: 1, popular: 1})
"""The occasions, by how often they come."""
