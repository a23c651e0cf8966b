"""What honest bloggers send one at a time: links from articles, lists of links, and the receiving site's own posts."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import names, sentences
from datasets.blogosphere.claims import around_link, trackback_excerpt
from datasets.blogosphere.dice import Loaded, pick
from datasets.blogosphere.evidence import PageSort
from datasets.blogosphere.sent import Sent
from datasets.blogosphere.world import Blogger, SitePost, World, permalink

__all__ = ["SORTS", "blogger_links", "honest_linkback", "send_as"]

SORTS: Final = Loaded({"blogger": 74, "roundup": 8, "blogroll": 6, "own_post": 8})
"""Sorts of honest linkbacks: an article, a list of links, a link beside the article, a self-ping."""
_PAGES: Final = {
    "blogger": PageSort.ARTICLE,
    "roundup": PageSort.ROUNDUP,
    "blogroll": PageSort.BLOGROLL,
    "own_post": PageSort.OWN,
}
_POINTERS: Final = {
    "en": ("see", "via", "as told in", "more at", "a reply to", "after reading", "found through", "unlike"),
    "de": ("siehe", "über", "mehr bei", "als Antwort auf", "gefunden bei"),
    "fr": ("voir", "via", "en réponse à", "lire aussi", "repéré chez"),
    "es": ("ver", "vía", "en respuesta a", "leído en", "más en"),
    "ru": ("см.", "ответ на", "прочитано у", "подробнее", "по следам"),
    "ja": ("参照", "経由", "返信", "詳しくは"),
}


def honest_linkback(rng: Random, world: World, sort: str, kind: str) -> Sent:
    """One honest linkback.

    Args:
        rng: Where chance comes from.
        world: Who exists.
        sort: One of the faces of `SORTS`.
        kind: The protocol.
    """
    site = world.site(int(rng.random() * world.sites))
    post = world.any_post(rng, site.number)
    if sort == "own_post":
        other = world.any_post(rng, site.number)
        if other.url == post.url:
            other = world.post(site.number, int(rng.random() * 1000))
        text = sentences.paragraph(rng, site.language, other.topic, 2)
        sent = send_as(rng, kind, other.url, post, other.title, site.name, text)
        sent.sender = sent.host = site.server
        sent.page = _PAGES[sort]
        sent.agent = f"WordPress/6.4; {site.home}"
        return sent
    return blogger_links(rng, world.visitor(rng, site), sort, kind, post)


def blogger_links(rng: Random, blogger: Blogger, sort: str, kind: str, post: SitePost) -> Sent:
    """One linkback of a given blogger to a given post."""
    language = blogger.language
    topic = post.topic if rng.random() < 0.75 else pick(rng, blogger.topics)
    title = sentences.title(rng, language, topic)
    if blogger.sells and rng.random() < 0.4:
        title = f"{blogger.sells.capitalize()}{pick(rng, (': ', ' – ', ', '))}{title}"
    if rng.random() < 0.02:
        title = blogger.name
    text = sentences.paragraph(rng, language, topic, 2 + int(rng.random() * 3))
    url = permalink(blogger.home, blogger.style, title, names.page_number(rng), rng)
    sent = send_as(rng, kind, url, post, title, blogger.name, text, language)
    sent.sender = blogger.sender if rng.random() < 0.9 else names.address(rng)
    sent.host = blogger.server
    sent.agent = blogger.agent
    untidy = sort == "blogger" and rng.random() > blogger.tidy and rng.random() < 0.25
    sent.page = PageSort.BLOGROLL if untidy else _PAGES[sort]
    return sent


def send_as(
    rng: Random, kind: str, url: str, post: SitePost, title: str, name: str, text: str, language: str = ""
) -> Sent:
    """What blog software sends for a page that links to a post; spammers that run such software send the same."""
    language = language or post.site.language
    anchor = post.title if rng.random() < 0.55 else sentences.title(rng, language, post.topic)
    if rng.random() < 0.1:
        anchor = post.site.name
    middle = text.find(" ", len(text) // 2)
    before, after = (text[:middle], text[middle + 1 :]) if middle > 0 else (text, "")
    pointer = pick(rng, _POINTERS[language])
    sent = Sent(kind, url, post, sender="", host="", page=PageSort.ARTICLE, anchor=anchor)
    if kind == "trackback":
        sent.title, sent.blog_name = title, name
        sent.excerpt = trackback_excerpt(rng, text)
        return sent
    sent.page_title = f"{title} {pick(rng, ('–', '|', '«', '-'))} {name}" if rng.random() < 0.6 else title
    sent.page_name = name
    sent.excerpt = around_link(rng, f"{before} {pointer}", anchor, after)
    if kind == "pingback":
        sent.title = sent.page_title
    elif rng.random() < 0.5:
        sent.excerpt = text[:240]
    return sent
