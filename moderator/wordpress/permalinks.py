"""The addresses of posts, which WordPress does not store but makes from a pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

__all__ = ["Category", "StoredPost", "category_path", "permalink"]

_TAG = re.compile(r"%(\w+)%")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_DATE_TAGS = ("year", "monthnum", "day", "hour", "minute", "second")


class StoredPost(NamedTuple):
    """A post as its row tells of it."""

    id: int
    type: str
    name: str
    """The last part of its address, percent-encoded where it is not ASCII."""
    date: str
    """Local date, as ``2026-01-02 03:04:05``."""
    parent: int
    """The page that it stands below; 0: none."""
    title: str
    text: str
    category: str = ""
    """The path of its first category, ``garden/frost``; empty: not looked up."""
    author: str = ""
    """Its author's name in addresses; empty: not looked up."""


class Category(NamedTuple):
    """A category as addresses need it."""

    slug: str
    parent: int
    """The category that it stands below; 0: none."""


def category_path(number: int, categories: Mapping[int, Category]) -> str:
    """A category's part of an address, those above it first; empty: it is not known.

    >>> category_path(2, {1: Category("garden", 0), 2: Category("frost", 1)})
    'garden/frost'
    """
    names: list[str] = []
    seen: set[int] = set()
    while number in categories and number not in seen:
        seen.add(number)
        names.append(categories[number].slug)
        number = categories[number].parent
    return "/".join(reversed(names))


def permalink(post: StoredPost, home: str, pattern: str, parents: Mapping[int, StoredPost]) -> str:
    """A post's address.

    Args:
        post: The post.
        home: The blog's address.
        pattern: The option ``permalink_structure``; empty: plain addresses.
        parents: Pages by their number, for pages below pages.

    Returns:
        The address; where the pattern needs what is not known of the post, the plain one, which WordPress redirects
        to it.

    >>> post = StoredPost(7, "post", "tea", "2026-01-02 03:04:05", 0, "", "")
    >>> permalink(post, "https://b.example", "/%year%/%postname%/", {})
    'https://b.example/2026/tea/'
    """
    home = home.rstrip("/")
    page = post.type == "page"
    plain = f"{home}/?{'page_id' if page else 'p'}={post.id}"
    if not pattern or not post.name or post.type not in ("post", "page"):
        return plain
    if page:
        path = _page_path(post, parents)
        front = "/index.php/" if pattern.startswith("/index.php/") else "/"
        return home + front + path + ("/" if pattern.endswith("/") else "") if path else plain
    values = {"postname": post.name, "post_id": str(post.id)}
    values |= {tag: value for tag, value in (("category", post.category), ("author", post.author)) if value}
    if found := _DATE.match(post.date):
        values |= dict(zip(_DATE_TAGS, found.groups(), strict=True))
    if not values.keys() >= set(_TAG.findall(pattern)):
        return plain
    address = _TAG.sub(lambda tag: values[tag[1]], pattern)
    return home + "/" + quote(address.lstrip("/"), safe="/%-._~!$&'()*+,;=:@")


def _page_path(post: StoredPost, parents: Mapping[int, StoredPost]) -> str:
    """The names of a page and of those above it; empty: one of them is not known, or they go in a circle."""
    names = [post.name]
    seen = {post.id}
    while post.parent:
        if post.parent in seen or post.parent not in parents:
            return ""
        post = parents[post.parent]
        seen.add(post.id)
        names.append(post.name)
    return "/".join(reversed(names))
