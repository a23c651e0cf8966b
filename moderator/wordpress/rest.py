"""A WordPress blog over its REST interface: its pings page by page, and their status written back one by one.

Pings are hidden unless they are asked for by type; the sender's address and the text as stored need a user who may
moderate (``context=edit``). The Webmention plugin files replies among the comments of people and tells them apart by
their meta, so a blog that has it is read comment by comment, and what people wrote is passed over.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from moderator.errors import QueueError, shown
from moderator.records import LABEL_DELAY, Case
from moderator.tables.base import QueueRow
from moderator.tables.wordpress_columns import MAX_POST, WEBMENTION_META, linkback_kind, post_address
from moderator.wordpress.comment_update import (
    FIELDS,
    CommentUpdate,
    changed_fields,
    comment_update,
    site_zone,
    would_lose,
)
from moderator.wordpress.http import RefusedError, RestClient
from moderator.wordpress.live_queue import Change, comment_case, comment_row

__all__ = ["WordPressSite"]

_PAGE = 100
"""Rows of one answer; WordPress gives no more."""
_POSTS = 1000
"""Posts that are kept at hand."""
_FIELDS = "id,post,author_name,author_url,author_ip,author_user_agent,date_gmt,content,status,type,link"
HELPER = "moderator/v1"
"""What our plugin calls itself at the REST interface."""
_WEBMENTION_PLUGIN = "webmention/"
"""How the Webmention plugin's name at the REST interface begins; a version follows."""
_COLLECTIONS = ("posts", "pages")


class _Post(NamedTuple):
    url: str
    title: str
    text: str


class WordPressSite:
    """A blog's pings over REST, as a source and as a queue to be changed.

    Args:
        client: Speaks to the blog.
        delay: How long after receipt an approved or spam row counts as decided.

    Raises:
        QueueError: The blog is out of reach, or has no such interface.
    """

    batch = 20

    def __init__(self, client: RestClient, delay: timedelta = LABEL_DELAY) -> None:
        self.name = client.address
        self.key = f"rest:{client.address.lower()}"
        self._client = client
        self._delay = delay
        index = client.find_root()
        home = index.get("home") or index.get("url")
        self._home = home if isinstance(home, str) else client.address
        self._zone = site_zone(index)
        # our plugin lets a status change alone
        namespaces = [str(each) for each in index.get("namespaces") or ()]
        self._helped = HELPER in namespaces
        self._webmentions = any(each.startswith(_WEBMENTION_PLUGIN) for each in namespaces)
        self.skipped: list[str] = []
        self._posts: OrderedDict[int, _Post | None] = OrderedDict()

    def total(self) -> int:
        """How many pings there are now; where the Webmention plugin is at work, how many comments of any kind."""
        return self._page(0, 1)[1]

    def read(self, after: int = 0) -> Iterator[QueueRow]:
        """The pings of every status behind the position `after`, in order of receipt, equal times by number."""
        position, offset, known = 0, 0, None
        recent: OrderedDict[int, None] = OrderedDict()
        while True:
            rows, total = self._page(offset)
            if known is not None and total < known:
                # rows were deleted meanwhile and the others moved up: look again from further ahead
                known, offset = total, max(0, offset - (known - total))
                continue
            known = total
            self._fetch_posts({row["post"] for row in rows})
            for row in rows:
                if row["id"] in recent:
                    continue
                recent[row["id"]] = None
                if len(recent) > 10 * _PAGE:
                    recent.popitem(last=False)
                position += 1
                if position > after:
                    yield self._row(position, row)
            offset += _PAGE
            if offset >= total:
                return

    def case(self, row: QueueRow) -> Case:
        """What a row says."""
        return comment_case(row)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """WordPress has no lock to offer over REST; the journal's keeps out runs of this machine."""
        yield

    def change(self, changes: Sequence[Change]) -> dict[int, str]:
        """Changes what still has the status that it should have, one request each, and nothing else of it."""
        now = self._present([change.number for change in changes])
        statuses = {number: str(row.get("status", "")) for number, row in now.items()}
        for change in changes:
            if statuses.get(change.number) == change.before != change.after:
                statuses |= self._give(change, now[change.number])
        return {number: status for number, status in statuses.items() if status}

    def close(self) -> None:
        """Releases connections."""
        self._client.close()

    def _give(self, change: Change, row: dict[str, Any]) -> dict[int, str]:
        """Gives a row a status; where WordPress refuses, somebody may have been there first, so it is asked again."""
        number = change.number
        if not self._helped and (lost := would_lose(row, self._zone)):
            self.skipped.append(f"comment {number} stays as it is: {lost}; change it in WordPress or by the database")
            return {}
        # taking spam back has a word of its own, which takes WordPress's notes on it away, too
        back = change.before == "spam" and not change.note
        status = self._send_status(number, "unspam" if back else change.after, row)
        if back and status not in (change.before, change.after, ""):
            status = self._send_status(number, change.after, row | {"status": status})
        return {number: status}

    def _send_status(self, number: int, word: str, row: dict[str, Any]) -> str:
        update = (
            CommentUpdate({"status": word}, {"X-Moderator-Run": "1"}) if self._helped else comment_update(row, word)
        )
        try:
            value = self._client.post(f"wp/v2/comments/{number}", update.body, update.headers).value
        except RefusedError:
            seen = self._present([number]).get(number, {})
            if seen.get("status", "") == row["status"]:
                raise
            return str(seen.get("status", ""))
        if not isinstance(value, dict):
            return ""
        if changed := changed_fields(row, value):
            raise QueueError(
                f"{self.name} changed more of comment {number} than its status ({', '.join(changed)}): a plugin or "
                "filter of the site rewrites comments; nothing more was sent. Use the database instead"
            )
        return str(value.get("status", ""))

    @property
    def _wanted(self) -> str:
        """WordPress's word for the comments that are asked for."""
        return "all" if self._webmentions else "pings"

    def _page(self, offset: int, size: int = _PAGE) -> tuple[list[dict[str, Any]], int]:
        answer = self._client.get(
            "wp/v2/comments",
            type=self._wanted,
            status="any",
            context="edit",
            orderby="date_gmt",
            order="asc",
            per_page=size,
            offset=offset,
            _fields=_FIELDS + ",meta" * self._webmentions,
        )
        rows = self._list(answer.value)
        if answer.total is None:
            raise QueueError(f"{self.name} does not tell how many pings it has (X-WP-Total); something filters headers")
        return [row for row in rows if _is_linkback(row)], answer.total

    def _present(self, numbers: list[int]) -> dict[int, dict[str, Any]]:
        """What rows are now that are there, and are pings."""
        answer = self._client.get(
            "wp/v2/comments",
            type=self._wanted,
            status="any",
            context="edit",
            include=",".join(map(str, numbers)),
            per_page=_PAGE,
            _fields=",".join(("id", "status", *FIELDS, *["meta"] * self._webmentions)),
        )
        return {row["id"]: row for row in self._list(answer.value) if _is_linkback(row)}

    def _list(self, value: object) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise QueueError(f"{self.name} answers with {shown(value, 40)} where a list should be")
        return value

    def _row(self, position: int, row: dict[str, Any]) -> QueueRow:
        post = self._posts.get(row["post"])
        content = row.get("content")
        comment = {
            "comment_ID": row["id"],
            "comment_type": row["type"],
            "comment_author": row.get("author_name"),
            "comment_author_url": row.get("author_url"),
            "comment_author_IP": row.get("author_ip"),
            "comment_agent": row.get("author_user_agent"),
            "comment_date_gmt": row.get("date_gmt"),
            "comment_content": content.get("raw", "") if isinstance(content, dict) else "",
            "comment_approved": row.get("status"),
            "comment_post_ID": row["post"],
            "target_url": post.url if post else post_address(str(row.get("link", ""))),
            "target_title": post.title if post else "",
            "target_text": post.text if post else "",
            **_webmention_meta(row),
        }
        return comment_row(position, comment, str(row.get("status", "")), self._home, self._delay)

    def _fetch_posts(self, numbers: set[int]) -> None:
        """Brings posts to hand, a hundred in a request."""
        missing = numbers - self._posts.keys()
        for number in numbers - missing:
            self._posts.move_to_end(number)
        self._posts |= dict.fromkeys(missing)
        for collection in _COLLECTIONS:
            if missing:
                missing = missing - self._fetch(collection, missing)
        while len(self._posts) > _POSTS:
            self._posts.popitem(last=False)

    def _fetch(self, collection: str, numbers: set[int]) -> set[int]:
        answer = self._client.get(
            f"wp/v2/{collection}",
            include=",".join(map(str, sorted(numbers))),
            per_page=_PAGE,
            status="any",
            context="edit",
            _fields="id,link,title,content",
        )
        found = set()
        for row in self._list(answer.value):
            if isinstance(row.get("id"), int):
                self._posts[row["id"]] = _Post(
                    str(row.get("link", "")), _raw(row.get("title")), _raw(row.get("content"))[:MAX_POST]
                )
                found.add(row["id"])
        return found


def _is_linkback(row: dict[str, Any]) -> bool:
    if not isinstance(row.get("id"), int) or not isinstance(row.get("post"), int):
        return False
    return linkback_kind({"comment_type": row.get("type"), **_webmention_meta(row)}) != ""


def _webmention_meta(row: dict[str, Any]) -> dict[str, str]:
    """What the Webmention plugin keeps beside a comment; empty: nothing that the site shows."""
    meta = row.get("meta")
    if not isinstance(meta, dict):  # PHP writes an empty one as a list
        return {}
    return {name: meta[name] for name in WEBMENTION_META if isinstance(meta.get(name), str)}


def _raw(value: object) -> str:
    return str(value.get("raw", "")) if isinstance(value, dict) else ""
