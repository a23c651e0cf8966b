"""One linkback as its sender makes it, together with the truth about its source page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.world import SitePost, World

__all__ = ["Campaign", "Plan", "Sent", "SpamSort"]


@dataclass(slots=True)
class Sent:
    """What is sent, and what its page would show."""

    kind: str
    source_url: str
    post: SitePost
    """The post it points to."""
    sender: str
    """The sender's true address."""
    host: str
    """The address of the source's host; empty: its name does not resolve."""
    page: PageSort
    """What sort of page the source is."""
    title: str = ""
    excerpt: str = ""
    blog_name: str = ""
    agent: str = ""
    anchor: str = ""
    """The text of its link to us, where it has one."""
    page_title: str = ""
    """The page's title; empty: as sent."""
    page_name: str = ""
    """What the page calls its site; empty: as sent."""


class Campaign(NamedTuple):
    """The linkbacks of one sender who sends several, or of one honest occasion."""

    sort: str
    """The sort of sender."""
    number: int
    """Its number among all campaigns, from 1."""
    times: list[float]
    """When each is sent, in seconds since 1970, ascending."""
    send: Callable[[Random, int, float], Sent]
    """Makes the n-th, given a generator, n from 0 and its time."""
    label: str = "spam"
    """What they truly are."""


class Plan(NamedTuple):
    """What a sort of spammer is asked to do."""

    rng: Random
    world: World
    number: int
    """The campaign's number."""
    kind: str
    size: int
    """Linkbacks to send, at least 1."""
    start: float
    """When it begins, in seconds since 1970."""


class SpamSort(NamedTuple):
    """One sort of spammer."""

    name: str
    share: float
    """Its share of the spam."""
    kinds: frozenset[str]
    """The protocols it uses."""
    sizes: tuple[int, int]
    """Linkbacks of a campaign, from and to."""
    plan: Callable[[Plan], Campaign]
