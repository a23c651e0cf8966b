"""One linkback as its sender makes it, together with the truth about its source page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from datasets.blogosphere.claims import Claim, announced
from datasets.blogosphere.pages.article import Article
from datasets.blogosphere.pages.fate import HONEST, Answer, Fate
from datasets.blogosphere.world import SitePost, World

__all__ = ["Campaign", "Plan", "Sent", "SpamSort", "send"]


@dataclass(slots=True)
class Sent:
    """What is sent, and the page behind it."""

    kind: str
    post: SitePost
    """The post it points to."""
    article: Article
    """What stands at the source, as it was when the linkback was sent."""
    claim: Claim
    """What the linkback says of it."""
    sender: str
    """The sender's true address."""
    host: str
    """The address of the source's host."""
    agent: str
    fate: Fate
    """What may become of the page until it is looked at."""
    answer: Answer | None = None
    """How the page's server answers; None: as the fate decides."""
    source_url: str = ""
    """The source's address; empty: the article's."""


def send(
    rng: Random,
    kind: str,
    article: Article,
    post: SitePost,
    *,
    sender: str,
    host: str,
    agent: str,
    fate: Fate = HONEST,
) -> Sent:
    """What blog software sends for a page that links to a post; spammers that run such software send the same."""
    return Sent(kind, post, article, announced(rng, kind, article, post.url), sender, host, agent, fate)


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
