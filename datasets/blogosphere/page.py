"""The HTML page behind a generated linkback, for tests of the link check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from random import Random
from typing import Any

from datasets.blogosphere import names, sentences
from datasets.blogosphere.dice import seeded

__all__ = ["page_for"]

_BODILESS = frozenset({"gone", "unreachable", "refused", "not_html", "too_large"})
_PLACES = {
    "header": "<header>{}</header>",
    "nav": "<nav>{}</nav>",
    "aside": "<aside>{}</aside>",
    "footer": "<footer>{}</footer>",
    "comments": '<div id="comments" class="comments"><p>{}</p></div>',
    "body": "<div>{}</div>",
}


def page_for(row: Mapping[str, Any]) -> str:
    """A page that shows what the row's evidence says: the same row gives the same page.

    Status, place, rel, hiding, text of the link, the number of other links and domains, the page's title and the
    copied share of the post are kept; what stands on the page of title and excerpt, lengths and relevance only roughly.

    Args:
        row: A generated row whose source was looked at (``generate(..., checked=1)``).

    Returns:
        The page; empty where the evidence says that there was none to read.

    Raises:
        ValueError: Nobody looked, so nothing is known of the page.
    """
    evidence: Mapping[str, Any] = row["evidence"]
    status = evidence["status"]
    if status == "not_checked":
        raise ValueError(f"row {row['id']} was not checked; generate with checked=1 to have a page for each row")
    if status in _BODILESS:
        return ""
    rng = seeded(0, "page", row["id"])
    link = _link(row, evidence) if status == "found" else ""
    position = evidence.get("position", "")
    paragraphs = _paragraphs(row, evidence, rng.random() < 0.8)
    ours = str(row["target_text"])
    wanted = int(evidence["text_length"])
    length = int(wanted * (1 - evidence["link_text_share"])) - sum(map(len, paragraphs))
    while length > 0 and len(paragraphs) < 120:
        about_us = ours and rng.random() < 0.3 * evidence.get("page_relevance", 0.0)
        paragraphs.append(_shuffled(rng, ours) if about_us else sentences.paragraph(rng, "en", "web", 2))
        length -= len(paragraphs[-1])
    article = [f"<p>{escape(text)}</p>" for text in paragraphs]
    if link and position == "article":
        article.insert(1, f"<p>{link}</p>")
    hosts = [names.host_name(rng) for _ in range(max(int(evidence["outbound_domains"]) - bool(link), 0))]
    others = max(int(evidence["outbound_links"]) - bool(link), 0) if hosts else 0
    each = 1 + min(int(wanted * evidence["link_text_share"] / (8 * max(others, 1))), 40)
    links = [f'<li><a href="http://{hosts[n % len(hosts)]}/{n}">{_blurb(rng, each)}</a></li>' for n in range(others)]
    beside = _PLACES[position].format(link) if link and position in _PLACES else ""
    title = escape(str(evidence.get("page_title", "")))
    return (
        f'<!doctype html>\n<html><head><meta charset="utf-8"><title>{title}</title></head>\n<body>'
        f"<article><h1>{title}</h1>\n" + "\n".join(article) + f"</article>\n{beside}\n<ul>" + "\n".join(links) + "</ul>"
        "</body></html>\n"
    )


def _blurb(rng: Random, words: int) -> str:
    """A link's text."""
    return " ".join([names.invented(rng) for _ in range(words)])


def _shuffled(rng: Random, text: str) -> str:
    """The words (Japanese: the characters) of our post, but no run of them: near it in content without copying it."""
    gap = " " if " " in text else ""
    words = text.split(" ") if gap else list(text)
    return gap.join(rng.sample(words, len(words)))


def _link(row: Mapping[str, Any], evidence: Mapping[str, Any]) -> str:
    rel = " ".join(word for word in ("nofollow", "ugc", "sponsored") if evidence[word])
    attributes = f' rel="{rel}"' if rel else ""
    if evidence["hidden"]:
        attributes += ' style="display:none"'
    text = escape(str(evidence.get("anchor_text", ""))) or "link"
    return f'<a href="{escape(row["target_url"])}"{attributes}>{text}</a>'


def _paragraphs(row: Mapping[str, Any], evidence: Mapping[str, Any], quotes: bool) -> list[str]:
    """The excerpt, if it stands on the page, and as much of our post as the page repeats."""
    paragraphs = []
    if row["excerpt"] and evidence.get("excerpt_on_page", 0) > 0.5 and quotes:
        paragraphs.append(re.sub(r"^\[(?:…|\.{3})\]|\[(?:…|\.{3})\]$", "", str(row["excerpt"])).strip())
    copied = float(evidence.get("copied_share", 0.0))
    text = str(row["target_text"])
    if copied > 0.05 and text:
        paragraphs.append(text[: int(len(text) * copied)])
    return paragraphs or [str(row["title"]) or "Hello."]
