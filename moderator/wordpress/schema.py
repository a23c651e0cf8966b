"""WordPress's tables, as far as pings need them, for any table prefix."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text

from moderator.errors import QueueError, shown

__all__ = ["Tables", "find_prefix"]

_NEEDED = ("comments", "commentmeta", "posts", "options")


class Tables:
    """The tables of one blog.

    Dates are columns of text: WordPress writes dates that are none (``0000-00-00 00:00:00``), and as text they
    compare alike in every database.

    Args:
        prefix: What their names start with, such as ``wp_`` or, in a network, ``wp_3_``.
    """

    def __init__(self, prefix: str) -> None:
        named = MetaData()
        self.prefix = prefix
        self.comments = Table(
            f"{prefix}comments",
            named,
            Column("comment_ID", BigInteger, primary_key=True),
            Column("comment_post_ID", BigInteger),
            Column("comment_author", Text),
            Column("comment_author_url", String(200)),
            Column("comment_author_IP", String(100)),
            Column("comment_date_gmt", String(19)),
            Column("comment_content", Text),
            Column("comment_approved", String(20)),
            Column("comment_agent", String(255)),
            Column("comment_type", String(20)),
        )
        self.meta = Table(
            f"{prefix}commentmeta",
            named,
            Column("meta_id", BigInteger, primary_key=True),
            Column("comment_id", BigInteger),
            Column("meta_key", String(255)),
            Column("meta_value", Text),
        )
        self.posts = Table(
            f"{prefix}posts",
            named,
            Column("ID", BigInteger, primary_key=True),
            Column("post_author", BigInteger),
            Column("post_type", String(20)),
            Column("post_name", String(200)),
            Column("post_date", String(19)),
            Column("post_parent", BigInteger),
            Column("post_title", Text),
            Column("post_content", Text),
            Column("comment_count", BigInteger),
        )
        self.relationships = Table(
            f"{prefix}term_relationships",
            named,
            Column("object_id", BigInteger, primary_key=True),
            Column("term_taxonomy_id", BigInteger, primary_key=True),
        )
        self.taxonomy = Table(
            f"{prefix}term_taxonomy",
            named,
            Column("term_taxonomy_id", BigInteger, primary_key=True),
            Column("term_id", BigInteger),
            Column("taxonomy", String(32)),
            Column("parent", BigInteger),
        )
        self.terms = Table(
            f"{prefix}terms", named, Column("term_id", BigInteger, primary_key=True), Column("slug", String(200))
        )
        # a network of blogs has one table of users
        self.users = Table(
            re.sub(r"(?<!\d)\d++_$", "", prefix) + "users",
            named,
            Column("ID", BigInteger, primary_key=True),
            Column("user_nicename", String(50)),
        )
        self.options = Table(
            f"{prefix}options",
            named,
            Column("option_id", BigInteger, primary_key=True),
            Column("option_name", String(191)),
            Column("option_value", Text),
        )


def find_prefix(names: Iterable[str], wanted: str = "") -> str:
    """The prefix of the blog's tables.

    Args:
        names: The tables that the database has.
        wanted: The prefix that the owner named; empty: the only one there is.

    Raises:
        QueueError: There is no such blog, or there are several and none was named.

    >>> find_prefix(["x_comments", "x_commentmeta", "x_posts", "x_options", "other"])
    'x_'
    """
    known = frozenset(names)
    ends = (name.removesuffix("comments") for name in known if name.endswith("comments"))
    prefixes = sorted(start for start in ends if all(start + table in known for table in _NEEDED))
    if wanted:
        if wanted in prefixes:
            return wanted
        raise QueueError(f"the database has no blog with the prefix {shown(wanted)}; it has: {_listed(prefixes)}")
    if len(prefixes) == 1:
        return prefixes[0]
    if not prefixes:
        raise QueueError("the database has no tables of WordPress (comments, commentmeta, posts, options)")
    raise QueueError(
        f"the database has several blogs: {_listed(prefixes)}; name one in the URL, as ?prefix={prefixes[0]}"
    )


def _listed(prefixes: list[str]) -> str:
    return ", ".join(shown(prefix) for prefix in prefixes[:10]) or "none"
