"""Posts of a blog's tables with their addresses, which WordPress does not store but makes from a pattern."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

import sqlalchemy as sql
from sqlalchemy.engine import Connection

from moderator.tables.wordpress_columns import MAX_POST
from moderator.wordpress.schema import Tables

__all__ = ["Category", "StoredPost", "StoredPosts", "category_path", "permalink"]

_TAG = re.compile(r"%(\w+)%")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_DATE_TAGS = ("year", "monthnum", "day", "hour", "minute", "second")
_POSTS = 1000
"""Posts that are kept at hand."""
_DEEPEST = 10
"""Pages above a page that are looked up."""


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


class StoredPosts:
    """The posts of one blog.

    Args:
        tables: The blog's tables.
        home: The blog's address.
        options: Its options ``permalink_structure`` and ``default_category``.
    """

    def __init__(self, tables: Tables, home: str, options: Mapping[str, str]) -> None:
        self._tables = tables
        self._home = home
        self._pattern = options.get("permalink_structure", "")
        category = options.get("default_category", "")
        self._default_category = int(category) if category.isdecimal() else 0
        self._posts: OrderedDict[int, tuple[str, StoredPost] | None] = OrderedDict()

    def __len__(self) -> int:
        """Number of posts at hand."""
        return len(self._posts)

    def get(self, number: int) -> tuple[str, StoredPost] | None:
        """A post that was brought to hand, and its address; None: there is none."""
        return self._posts.get(number)

    def fetch(self, connection: Connection, numbers: set[int]) -> None:
        """Brings posts to hand, with the pages that they stand below."""
        missing = numbers - self._posts.keys()
        for number in numbers - missing:
            self._posts.move_to_end(number)
        if not missing:
            return
        found = self._placed(connection, self._stored(connection, missing))
        parents: dict[int, StoredPost] = {}
        for _ in range(_DEEPEST):
            known = (found | parents).values()
            above = {post.parent for post in known if post.type == "page"} - {0} - found.keys() - parents.keys()
            if not above:
                break
            parents |= self._stored(connection, above)
        for number in missing:
            post = found.get(number)
            address = permalink(post, self._home, self._pattern, found | parents) if post else ""
            self._posts[number] = (address, post) if post else None
        while len(self._posts) > max(_POSTS, len(numbers)):
            self._posts.popitem(last=False)

    def _stored(self, connection: Connection, numbers: set[int]) -> dict[int, StoredPost]:
        c = self._tables.posts.c
        text = sql.func.substr(c.post_content, 1, MAX_POST)
        rows = connection.execute(
            sql.select(c.ID, c.post_type, c.post_name, c.post_date, c.post_parent, c.post_title, text).where(
                c.ID.in_(numbers)
            )
        )
        return {
            row[0]: StoredPost(row[0], row[1], row[2], str(row[3]), row[4], row[5] or "", row[6] or "") for row in rows
        }

    def _placed(self, connection: Connection, posts: dict[int, StoredPost]) -> dict[int, StoredPost]:
        """The posts with their category and author, where addresses hold them."""
        tables, numbers = self._tables, list(posts)
        if "%category%" in self._pattern:
            kinds = connection.execute(
                sql.select(tables.taxonomy.c.term_taxonomy_id, tables.terms.c.term_id, tables.terms.c.slug)
                .add_columns(tables.taxonomy.c.parent)
                .join(tables.terms, tables.terms.c.term_id == tables.taxonomy.c.term_id)
                .where(tables.taxonomy.c.taxonomy == "category")
            ).all()
            categories = {row[1]: Category(row[2], row[3]) for row in kinds}
            terms = {row[0]: row[1] for row in kinds}
            filed: dict[int, list[int]] = {}
            related = tables.relationships.c
            for post, term in connection.execute(
                sql.select(related.object_id, related.term_taxonomy_id).where(related.object_id.in_(numbers))
            ):
                if term in terms:
                    filed.setdefault(post, []).append(terms[term])
            for number, post in posts.items():
                first = min(filed.get(number, ()), default=self._default_category)
                posts[number] = post._replace(category=category_path(first, categories))
        if "%author%" in self._pattern:
            authors = sql.select(tables.posts.c.ID, tables.users.c.user_nicename).join(
                tables.users, tables.posts.c.post_author == tables.users.c.ID
            )
            for number, name in connection.execute(authors.where(tables.posts.c.ID.in_(numbers))):
                posts[number] = posts[number]._replace(author=name)
        return posts
