"""From an article to HTML, in the template of its site."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from itertools import groupby

from datasets.blogosphere.dice import pick, seeded
from datasets.blogosphere.names import slug
from datasets.blogosphere.pages.article import Article, Block, Link, Segment
from datasets.blogosphere.pages.templates import TEMPLATES

__all__ = ["html_of", "title_of"]

_TAGS = {"p": "<p>{}</p>", "quote": "<blockquote><p>{}</p></blockquote>", "heading": "<h2>{}</h2>", "bare": "{}"}


def title_of(article: Article) -> str:
    """What stands in the page's title element: the headline, on some sites with the site's name."""
    rng = seeded(0, "title", article.home)
    mark = pick(rng, (" – ", " | ", " « ", " - ", ""))
    return f"{article.title}{mark}{article.site_name}" if mark and article.title else article.title or article.site_name


def html_of(article: Article, split: str) -> str:
    """The page; the same article gives the same page.

    Args:
        article: What stands on it.
        split: Which of the `TEMPLATES` there are.
    """
    template = pick(seeded(0, "template", article.home), TEMPLATES[split])
    rng = seeded(0, "page", article.url)
    recent = [Link(line, f"{article.home}/{slug(line) or int(rng.random() * 9999)}/") for line in article.recent]
    moment = datetime.fromtimestamp(int(article.at), UTC)
    return template.page % {
        "title": escape(title_of(article)),
        "heading": escape(article.title),
        "site": escape(article.site_name),
        "home": escape(article.home),
        "url": escape(article.url),
        "lang": article.language.code,
        "author": escape(article.author),
        "date": f"{moment:%d.%m.%Y}" if article.language.code not in ("en", "ja") else f"{moment:%B %d, %Y}",
        "iso": moment.isoformat(),
        "number": int(rng.random() * 9999),
        "tag": escape(slug(article.title)[:12] or "notes"),
        "head": _head(article),
        "body": "\n".join(_blocks(article.blocks)),
        "comments": "\n".join([template.comment % {"text": _inline(block.parts)} for block in article.comments]),
        "recent": "\n".join([template.item % {"text": _inline((link,))} for link in recent]),
        "aside": "\n".join([template.item % {"text": _inline((link,))} for link in article.aside]),
        "bottom": " ".join([_inline((link,)) for link in article.bottom]),
    }


def _head(article: Article) -> str:
    parts = []
    if article.canonical:
        parts.append(f'<link rel="canonical" href="{escape(article.canonical)}">')
    elif seeded(0, "canonical", article.home).random() < 0.5:
        parts.append(f'<link rel="canonical" href="{escape(article.url)}">')
    if article.refresh:
        parts.append(f'<meta http-equiv="refresh" content="0; url={escape(article.refresh)}">')
    if article.script:
        parts.append(f'<script>window.location.replace("{escape(article.script)}");</script>')
    return "\n".join(parts)


def _blocks(blocks: list[Block]) -> list[str]:
    lines = []
    for is_list, group in groupby(blocks, key=lambda block: block.kind == "item"):
        if is_list:
            lines.append("<ul>" + "\n".join([f"<li>{_inline(block.parts)}</li>" for block in group]) + "</ul>")
        else:
            lines += [_TAGS[block.kind].format(_inline(block.parts)) for block in group]
    return lines


def _inline(parts: tuple[Segment, ...]) -> str:
    return " ".join([escape(part, quote=False) if isinstance(part, str) else _anchor(part) for part in parts])


def _anchor(link: Link) -> str:
    given = {"rel": link.rel, "class": link.css_class, "style": link.style}
    more = "".join([f' {name}="{escape(value)}"' for name, value in given.items() if value])
    return f'<a href="{escape(link.url)}"{more}>{escape(link.text)}</a>'
