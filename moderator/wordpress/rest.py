"""A WordPress blog over its REST interface: its pings page by page, and their status written back one by one.

Pings are hidden unless they are asked for by type; the sender's address and the text as stored need a user who may
moderate (``context=edit``).
"""

from __future__ import annotations

import contextlib
import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from moderator.errors import QueueError, RowError, shown
from moderator.records import LABEL_DELAY, Case
from moderator.tables.base import QueueRow
from moderator.tables.rows import case_of
from moderator.tables.wordpress_columns import MAX_POST, PING_TYPES, linkback_columns
from moderator.wordpress.http import RefusedError, RestClient
from moderator.wordpress.live import NUMBER, STATUS, Change

__all__ = ["WordPressSite"]

_PAGE = 100
"""Rows of one answer; WordPress gives no more."""
_POSTS = 1000
"""Posts that are kept at hand."""
_FIELDS = "id,post,author_name,author_url,author_ip,author_user_agent,date_gmt,content,status,type,link"
_COLLECTIONS = ("posts", "pages")
_COMMENT_PAGE = re.compile(r"comment-page-\d+/?$")


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
        self._home = client.find_root()
        self._posts: OrderedDict[int, _Post | None] = OrderedDict()

    def total(self) -> int:
        """How many pings there are now."""
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
        if row.error:
            raise RowError(row.error, line=row.line)
        try:
            return case_of(row.values)
        except RowError as error:
            raise RowError(f"comment {row.values[NUMBER]}: {error}") from None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """WordPress has no lock to offer over REST; the journal's keeps out runs of this machine."""
        yield

    def change(self, changes: Sequence[Change]) -> dict[int, str]:
        """Changes what still has the status that it should have, one request each."""
        now = self._statuses([change.number for change in changes])
        for change in changes:
            if now.get(change.number) == change.before != change.after:
                now |= self._give(change.number, change.after, now)
        return {number: status for number, status in now.items() if status}

    def close(self) -> None:
        """Releases connections."""
        self._client.close()

    def _give(self, number: int, status: str, now: dict[int, str]) -> dict[int, str]:
        """Gives a row a status; where WordPress refuses, somebody may have been there first, so it is asked again."""
        try:
            value = self._client.post(f"wp/v2/comments/{number}", {"status": status}).value
        except RefusedError:
            seen = self._statuses([number]).get(number, "")
            if seen == now[number]:
                raise
            return {number: seen}
        return {number: str(value.get("status", "")) if isinstance(value, dict) else ""}

    def _page(self, offset: int, size: int = _PAGE) -> tuple[list[dict[str, Any]], int]:
        answer = self._client.get(
            "wp/v2/comments",
            type="pings",
            status="any",
            context="edit",
            orderby="date_gmt",
            order="asc",
            per_page=size,
            offset=offset,
            _fields=_FIELDS,
        )
        rows = self._list(answer.value)
        if answer.total is None:
            raise QueueError(f"{self.name} does not tell how many pings it has (X-WP-Total); something filters headers")
        return [row for row in rows if _is_ping(row)], answer.total

    def _statuses(self, numbers: list[int]) -> dict[int, str]:
        """The present status of rows that are there, and are pings."""
        answer = self._client.get(
            "wp/v2/comments",
            type="pings",
            status="any",
            context="edit",
            include=",".join(map(str, numbers)),
            per_page=_PAGE,
            _fields="id,status,type,post",
        )
        return {row["id"]: str(row.get("status", "")) for row in self._list(answer.value) if _is_ping(row)}

    def _list(self, value: object) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise QueueError(f"{self.name} answers with {shown(value, 40)} where a list should be")
        return value

    def _row(self, position: int, row: dict[str, Any]) -> QueueRow:
        post = self._posts.get(row["post"])
        content = row.get("content")
        told = {
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
            "target_url": post.url if post else _post_address(str(row.get("link", ""))),
            "target_title": post.title if post else "",
            "target_text": post.text if post else "",
        }
        known = {NUMBER: row["id"], STATUS: str(row.get("status", ""))}
        size = 500 + len(str(told["comment_content"])) + len(str(told["target_text"]))
        return QueueRow(position, 0, linkback_columns(told, self._home, self._delay) | known, "", size, "")

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


def _is_ping(row: dict[str, Any]) -> bool:
    return row.get("type") in PING_TYPES and isinstance(row.get("id"), int) and isinstance(row.get("post"), int)


def _raw(value: object) -> str:
    return str(value.get("raw", "")) if isinstance(value, dict) else ""


def _post_address(link: str) -> str:
    """A post's address out of a comment's."""
    return _COMMENT_PAGE.sub("", link.partition("#")[0])
