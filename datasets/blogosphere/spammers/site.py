"""A spammer's site: where it stands, from where it sends, and what it puts around its pages."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from datasets.blogosphere import names, sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.honest.sending import linking, site_link
from datasets.blogosphere.lexicon.base import Language
from datasets.blogosphere.pages.article import Article, Block, Link
from datasets.blogosphere.pages.fate import STEADY, Fate
from datasets.blogosphere.sent import Sent, send
from datasets.blogosphere.spammers.selling import Trade, money_links
from datasets.blogosphere.world import SitePost, World, permalink

__all__ = ["SpamSite", "spam_site", "with_link"]


class SpamSite(NamedTuple):
    """One site of a spammer."""

    home: str
    name: str
    author: str
    language: Language
    what: Trade
    style: int
    """How its permalinks look."""
    host: str
    """The address of its host."""
    sender: str
    """The address it sends from."""
    agent: str
    topics: tuple[str, ...]
    """What its other pages pretend to be about; empty: they sell."""

    def page(
        self, rng: Random, world: World, title: str, blocks: list[Block], at: float, *, sold: int = 0, path: str = ""
    ) -> Article:
        """A page of the site.

        Args:
            rng: Where chance comes from.
            world: Who exists.
            title: The headline.
            blocks: The article.
            at: When it is sent, in seconds since 1970.
            sold: Links beside the article to what the spammer sells.
            path: The page's path; empty: as blog software makes it.
        """
        aside = money_links(rng, world, self.what, sold)
        aside += [site_link(rng, world) for _ in range(int(6 * rng.random() ** 2))]
        rng.shuffle(aside)
        recent = [self._headline(rng) for _ in range(int(6 * rng.random()))]
        url = f"{self.home}/{path}" if path else permalink(self.home, self.style, title, names.page_number(rng), rng)
        comments = [
            Block((sentences.reply(rng, self.language, pick(rng, self.topics or (self.what.topic,))),))
            for _ in range(int(5 * rng.random() ** 3))
        ]
        return Article(
            title=title,
            site_name=self.name,
            home=self.home,
            url=url,
            language=self.language,
            author=self.author,
            at=at - 3600 * rng.random(),
            blocks=blocks,
            aside=aside,
            bottom=[site_link(rng, world)] if rng.random() < 0.3 else [],
            comments=comments,
            recent=recent,
        )

    def sends(self, rng: Random, kind: str, article: Article, post: SitePost, fate: Fate = STEADY) -> Sent:
        """What the site's software sends for a page."""
        return send(rng, kind, article, post, sender=self.sender, host=self.host, agent=self.agent, fate=fate)

    def _headline(self, rng: Random) -> str:
        if self.topics and rng.random() < 0.8:
            return sentences.title(rng, self.language, pick(rng, self.topics))
        return sentences.pitch_title(rng, self.language, self.what.topic, pick(rng, self.what.others))


def spam_site(
    rng: Random,
    world: World,
    what: Trade,
    language: Language,
    *,
    named: float = 0.2,
    platform: float = 0.1,
    own_sender: float = 0.5,
    forged: float = 0.2,
    topics: tuple[str, ...] = (),
    name: str = "",
) -> SpamSite:
    """Makes a site.

    Args:
        rng: Where chance comes from.
        world: Who exists.
        what: What it sells.
        language: In which it is written.
        named: How often its host is named after the ware.
        platform: How often it stands on a platform.
        own_sender: How often it sends from its own host.
        forged: How often a script sends that calls itself anything.
        topics: What its other pages pretend to be about.
        name: What it is called; empty: as blogs are.
    """
    home = world.names.home(rng, what.ware if rng.random() < named else "", platform)
    host = names.platform_address(rng) if names.is_platform(home) else names.address(rng)
    heading = sentences.title(rng, language, pick(rng, topics) if topics else what.topic)
    noun = pick(rng, sentences.nouns(language, pick(rng, topics))) if topics else what.ware
    return SpamSite(
        home=home,
        name=name or world.names.blog_name(rng, heading, noun),
        author=world.names.person(rng),
        language=language,
        what=what,
        style=int(rng.random() * 6),
        host=host,
        sender=host if rng.random() < own_sender else names.address(rng),
        agent=names.agent(rng, home, forged=forged),
        topics=topics,
    )


def with_link(rng: Random, blocks: list[Block], language: Language, post: SitePost, topic: str) -> list[Block]:
    """The blocks with a paragraph among them that links to our post, bare or in running text."""
    if rng.random() < 0.35:
        ours = Block((pick(rng, language.pointers), Link(post.title, post.url)))
    else:
        ours = linking(rng, language, post, topic)
    place = int(rng.random() * (len(blocks) + 1))
    return [*blocks[:place], ours, *blocks[place:]]
