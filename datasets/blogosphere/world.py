"""Who and what exists: receiving sites with their posts, and bloggers.

Everything is a pure function of the world's seed and a number, made when it is first needed and kept in a bounded
cache; so a world of any size costs the same memory, and nobody changes because somebody else was asked for first.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Final, NamedTuple

from datasets.blogosphere import names, sentences
from datasets.blogosphere.dice import pick, seeded
from datasets.blogosphere.lexicon import LEXICONS
from datasets.blogosphere.lexicon.base import Language, Lexicon
from datasets.blogosphere.names import Names

__all__ = ["Blogger", "Site", "SitePost", "World", "permalink"]

POSTS: Final = 40
"""Posts of each site; the first are the most linked."""
REGULARS: Final = 15
"""Bloggers who link to a site again and again."""
_NAMES: Final = {split: Names(lexicon) for split, lexicon in LEXICONS.items()}


class Site(NamedTuple):
    """A blog that receives linkbacks, and how its software keeps them."""

    number: int
    home: str
    """Scheme and host, without a slash at the end."""
    name: str
    language: Language
    topics: tuple[str, ...]
    server: str
    """The address it sends its own pings from."""
    style: int
    """How its permalinks look."""
    keeps_sender: bool
    """Whether its export has senders' addresses; it does not depend on who sends."""
    behind_proxy: bool
    """Whether what it takes for the sender is its own proxy."""
    keeps_agent: bool
    keeps_excerpt: bool
    keeps_post: bool
    """Whether its export has its posts' titles and texts."""


class SitePost(NamedTuple):
    """One post of a receiving site."""

    site: Site
    url: str
    title: str
    text: str
    topic: str
    sentences: tuple[str, ...]
    """Its text, sentence by sentence: what copies are made of."""
    author: str
    """Who wrote it."""


class Blogger(NamedTuple):
    """An honest person with a blog of their own."""

    number: int
    home: str
    """Scheme, host and, on some platforms, the path of the author; without a slash at the end."""
    name: str
    """What the blog is called."""
    author: str
    """What its author is called."""
    language: Language
    topics: tuple[str, ...]
    style: int
    server: str
    """The address of its host."""
    sender: str
    """The address its pings come from: the host's, a neighbour of it (a platform), or another one (a CDN before it)."""
    agent: str
    sells: str
    """What it sells as an honest trade; empty: nothing."""
    tidy: float
    """How often its links stand in the article itself, 0 to 1."""


class World(NamedTuple):
    """One blogosphere."""

    seed: int
    sites: int
    """Receiving sites."""
    people: int
    """Honest bloggers."""
    split: str = "train"
    """Which of the `LEXICONS` it speaks."""

    @property
    def lexicon(self) -> Lexicon:
        """Its vocabulary."""
        return LEXICONS[self.split]

    @property
    def names(self) -> Names:
        """What people, hosts and blogs are called."""
        return _NAMES[self.split]

    def site(self, number: int) -> Site:
        """One receiving site."""
        return _site(self.seed, self.split, number % self.sites)

    def post(self, site: int, number: int) -> SitePost:
        """One post of a site."""
        return _post(self.seed, self.split, site % self.sites, number % POSTS)

    def any_post(self, rng: Random, site: int) -> SitePost:
        """A post of a site, the popular ones more often."""
        return _post(self.seed, self.split, site % self.sites, int(POSTS * rng.random() ** 2))

    def blogger(self, number: int) -> Blogger:
        """One honest blogger."""
        return _blogger(self.seed, self.split, number % self.people)

    def visitor(self, rng: Random, site: Site) -> Blogger:
        """A blogger who links to the site: mostly one of its regulars, mostly one of its language."""
        if rng.random() < 0.35:
            return self.blogger(site.number * 7919 + int(REGULARS * rng.random() ** 2))
        for _ in range(4):
            blogger = self.blogger(int(rng.random() * self.people))
            if blogger.language == site.language:
                break
        return blogger


def _own_topics(rng: Random, language: Language) -> tuple[str, ...]:
    return tuple(rng.sample(sorted(language.topics), 3))


@lru_cache(maxsize=4096)
def _site(seed: int, split: str, number: int) -> Site:
    rng = seeded(seed, "site", number)
    lexicon = LEXICONS[split]
    language = lexicon.english if number == 0 else lexicon.languages.roll(rng)
    topics = _own_topics(rng, language)
    return Site(
        number=number,
        home=f"{'https' if rng.random() < 0.6 else 'http'}://{_NAMES[split].host_name(rng)}",
        name=sentences.title(rng, language, topics[0]),
        language=language,
        topics=topics,
        server=names.address(rng),
        style=int(rng.random() * 6),
        keeps_sender=rng.random() < 0.75,
        behind_proxy=rng.random() < 0.1,
        keeps_agent=rng.random() < 0.6,
        keeps_excerpt=rng.random() < 0.92,
        keeps_post=rng.random() < 0.9,
    )


@lru_cache(maxsize=16384)
def _post(seed: int, split: str, site_number: int, number: int) -> SitePost:
    site = _site(seed, split, site_number)
    rng = seeded(seed, "post", site_number, number)
    topic = pick(rng, site.topics)
    title = sentences.title(rng, site.language, topic)
    parts = tuple(sentences.sentence(rng, site.language, topic) for _ in range(5 + int(rng.random() * 6)))
    return SitePost(
        site=site,
        url=permalink(site.home, site.style, title, number + 17, rng),
        title=title,
        text=site.language.gap.join(parts),
        topic=topic,
        sentences=parts,
        author=_NAMES[split].person(seeded(seed, "author", site_number)),
    )


@lru_cache(maxsize=16384)
def _blogger(seed: int, split: str, number: int) -> Blogger:
    rng = seeded(seed, "blogger", number)
    lexicon, called = LEXICONS[split], _NAMES[split]
    language = lexicon.languages.roll(rng)
    home = called.home(rng, platform=0.45)
    server = names.platform_address(rng) if names.is_platform(home) else names.address(rng)
    topics = _own_topics(rng, language)
    where = rng.random()
    sender = server if where < 0.5 else names.neighbour_of(rng, server) if where < 0.75 else names.address(rng)
    return Blogger(
        number=number,
        home=home,
        name=called.blog_name(
            rng, sentences.title(rng, language, topics[0]), pick(rng, sentences.nouns(language, topics[0]))
        ),
        author=called.person(rng),
        language=language,
        topics=topics,
        sells=pick(rng, lexicon.wares[pick(rng, sorted(lexicon.wares))]) if rng.random() < 0.1 else "",
        style=int(rng.random() * 6),
        server=server,
        sender=sender,
        agent=names.agent(rng, home),
        tidy=0.6 + 0.4 * rng.random(),
    )


def permalink(home: str, style: int, title: str, number: int, rng: Random) -> str:
    """The address of a post in one of six common styles; titles without Latin letters are told by number."""
    words = names.slug(title) or str(number)
    if style == 0:
        return f"{home}/?p={number}"
    if style == 1:
        return f"{home}/archives/{number:06d}.html"
    if style == 2:
        return f"{home}/{words}.html"
    if style == 3:
        return f"{home}/posts/{words}"
    year, month = 2014 + int(rng.random() * 10), 1 + int(rng.random() * 12)
    if style == 4:
        return f"{home}/{year}/{month:02d}/{words}/"
    return f"{home}/{year}/{month:02d}/{1 + int(rng.random() * 28):02d}/{words}/"
