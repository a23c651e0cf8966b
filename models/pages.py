"""Real pages of splogs and of honest sites as linkbacks whose page was read.

Each page is written as HTML with a link to a post, and then read by the reader that serves, so that what a model learns
of pages is what it will be shown of them. Addresses are made up, the same way for both sorts; only what the page says
and how it is built can tell them apart. Expected file: ``pages-dev.jsonl.gz`` beside ``posts.jsonl.gz``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from models.sources import rows_of_file
from moderator.features.extractor import Extractor
from moderator.history.base import UNKNOWN_SNAPSHOT, Keys
from moderator.linkcheck.evidence import build_evidence
from moderator.linkcheck.fetch import Fetched
from moderator.records import Case, Kind, Label, Linkback, LinkEvidence, LinkStatus, PageLink, Post
from moderator.training.build import CaseWithPast, frame_of, rows_of
from moderator.training.frame import Frame
from moderator.training.pages import Pages
from moderator.training.texts import TextSource

__all__ = ["FILE", "blog_posts", "page_cases", "pages_of"]

FILE = "pages-dev.jsonl.gz"
SHORTEST = 200
"""Characters of main text below which a page is left out: it says too little to be called either."""
TEXTS_WEIGHT = 0.5
"""Weight of pages that are known as text alone, and of blog posts, against that of the pages, in the text models."""
SEED = 5
_AT = datetime(2024, 6, 1, tzinfo=UTC)
_NO_KEYS = Keys(*([None] * len(Keys._fields)))
_FIRST = ("ash", "bay", "cliff", "dawn", "elm", "fern", "glen", "heath", "isle", "jay", "kelp", "lark", "moss", "nook")
_SECOND = ("book", "card", "file", "hall", "lane", "mark", "note", "page", "room", "side", "talk", "time", "word")
_SUFFIXES = ("com", "net", "org", "de", "co.uk", "fr", "it", "es", "eu", "nl", "ca")
_AROUND = ("See {}.", "There is more in {}.", "{} says so, too.", "I came here from {}.", "As told in {}, it works.")
_PLACES = ("nav", "article", "aside", "comments", "footer")


def _rows(folder: Path) -> list[dict[str, Any]]:
    rows = (row for row in rows_of_file(folder / FILE) if not row.get("boilerplate") and len(row["text"]) > SHORTEST)
    return sorted(rows, key=lambda row: str(row["id"]))


def blog_posts(folder: Path) -> list[Post]:
    """Posts that pages can be linked to."""
    rows = rows_of_file(folder / "posts.jsonl.gz")
    return [
        Post(row["url"], row["title"], row["text"][:4000])
        for row in rows
        if row["title"] and row["text"] and row["url"].startswith("http")
    ]


def page_cases(folder: Path) -> Iterator[tuple[Case, dict[str, Any]]]:
    """The pages that came as HTML, each as a linkback to the post of nearest topic, with the row it was made of."""
    rows = [row for row in _rows(folder) if row["has_html"]]
    posts = blog_posts(folder)
    nearest = _nearest(rows, posts)
    hosts: dict[str, str] = {}
    for row, place in zip(rows, nearest, strict=True):
        rng = Random(f"{SEED} {row['id']}")
        owner = f"{row['network']}/{row['provenance'].partition(':')[0]}"
        host = hosts.setdefault(owner, _host(Random(f"{SEED} {owner}")))
        yield _case(row, posts[place], host, rng), row


def _nearest(rows: Sequence[Mapping[str, Any]], posts: Sequence[Post]) -> list[int]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.2, stop_words="english")
    of_posts = words.fit_transform([f"{post.title} {post.text[:2000]}" for post in posts])
    of_pages = words.transform([f"{row['title']} {row['text'][:2000]}" for row in rows])
    return np.asarray((of_pages @ of_posts.T).argmax(axis=1)).ravel().tolist()  # type: ignore[no-any-return]


def _host(rng: Random) -> str:
    name = f"{rng.choice(_FIRST)}{rng.choice(('', '-'))}{rng.choice(_SECOND)}{rng.choice(_FIRST)}"
    return f"{name}.{rng.choice(_SUFFIXES)}"


def _case(row: Mapping[str, Any], post: Post, host: str, rng: Random) -> Case:
    slug = re.sub(r"[^a-z0-9]+", "-", row["title"].lower()).strip("-")[:60] or "page"
    url = f"https://{host}/{rng.choice(('2024/05/', '', 'posts/'))}{slug}/"
    html, sentences, place = _written(row, post, rng)
    kind = rng.choice((Kind.PINGBACK, Kind.WEBMENTION, Kind.WEBMENTION, Kind.TRACKBACK, Kind.PINGBACK))
    around = " ".join(sentences[max(place - 1, 0) : place + 2])
    title = "" if kind is Kind.WEBMENTION else row["title"]
    excerpt = {Kind.PINGBACK: f"[…] {around[:200]} […]", Kind.TRACKBACK: " ".join(sentences)[:250]}.get(kind, "")
    linkback = Linkback(url, post.url, kind, title, excerpt, site=row["network"], id=f"page:{row['id']}")
    fetched = Fetched(url, 200, 0, (), "text/html", "utf-8", html.encode("utf-8", "replace"), "", is_html=True)
    evidence = build_evidence(linkback, post, fetched, _AT)
    return Case(linkback, post, evidence, label=_label(row))


def _label(row: Mapping[str, Any]) -> Label:
    return Label.SPAM if row["label"] == "splog" else Label.HAM


def _written(row: Mapping[str, Any], post: Post, rng: Random) -> tuple[str, list[str], int]:
    """The page as HTML, its sentences, and the place of the one that holds the link."""
    sentences = re.split(r"(?<=[.!?])\s+", row["text"].strip())
    place = rng.randrange(len(sentences) + 1)
    to_post = f'<a href="{escape(post.url)}">{escape(post.title)}</a>'
    shown = [escape(sentence) for sentence in sentences]
    around = rng.choice(_AROUND)
    shown.insert(place, around.format(to_post))
    sentences.insert(place, around.format(post.title))
    paragraphs = "".join(f"<p>{' '.join(shown[at : at + 4])}</p>" for at in range(0, len(shown), 4))
    beside: dict[str, list[str]] = {name: [] for name in _PLACES}
    for href, text, rel, where, *_ in ([*anchor, "", "", "", ""] for anchor in row["anchors"]):
        said = f' rel="{escape(str(rel))}"' if rel else ""
        link = f'<a href="{escape(href or "")}"{said}>{escape(text or "")}</a>'
        beside[where if where in beside else "aside"].append(link)
    rest = row["page_text"].replace(row["text"][:200], "")[:1500] if row["page_text"] else ""
    title = escape(row["title"])
    html = (
        f"<!doctype html><html><head><title>{title}</title></head><body><nav>{' '.join(beside['nav'])}</nav>"
        f"<article><h1>{title}</h1>{paragraphs}<p>{' '.join(beside['article'])}</p></article>"
        f"<aside>{escape(rest)} {' '.join(beside['aside'])}</aside>"
        f"<section class=comments>{' '.join(beside['comments'])}</section>"
        f"<footer>{' '.join(beside['footer'])}</footer></body></html>"
    )
    return html, sentences, place


def pages_of(folder: Path, extractor: Extractor) -> tuple[Pages, list[dict[str, Any]]]:
    """The pages for training, and the rows that they were made of, in the same order."""
    made = list(page_cases(folder))
    frame = _frame([case for case, _ in made], extractor)
    texts = [
        _text_case(row["title"], row["text"], row["anchors"], row["id"], _label(row), row["network"])
        for row in _rows(folder)
        if not row["has_html"]
    ]
    texts += [_text_case(post.title, post.text, [], post.url, Label.HAM, post.url) for post in blog_posts(folder)]
    sources = [TextSource(_frame(texts, Extractor(groups=())), ("page_text",), TEXTS_WEIGHT)]
    return Pages(frame, sources), [row for _, row in made]


def _text_case(title: str, text: str, anchors: Sequence[Sequence[str]], name: str, label: Label, owner: str) -> Case:
    evidence = LinkEvidence(
        status=LinkStatus.FOUND,
        page_title=title,
        page_text=text[:4000],
        page_links=tuple(PageLink(str(anchor[0] or "")[:200], str(anchor[1] or "")[:100]) for anchor in anchors[:40]),
    )
    linkback = Linkback("https://page.example/", "https://blog.example/", id=f"text:{name}", site=owner)
    return Case(linkback, None, evidence, label=label)


def _frame(cases: Sequence[Case], extractor: Extractor) -> Frame:
    """Rows of cases whose past nobody knows."""
    known = (CaseWithPast(number, case, _NO_KEYS, UNKNOWN_SNAPSHOT) for number, case in enumerate(cases))
    return frame_of([rows_of(known, extractor, ())], extractor.schema)
