"""The database of a WordPress blog: its pings by pages in order of receipt, and their status written back.

Only pingbacks, trackbacks and webmentions are ever read or written. A status, the post's comment count and the note on
the decision change together or not at all; what a note takes the place of is kept in it, for undoing.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

try:
    import sqlalchemy as sql
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import URL, Connection, Engine, make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
except ImportError as error:
    from moderator.errors import MissingExtraError

    raise MissingExtraError("SQLAlchemy", extra="wordpress") from error

from moderator.errors import InputError, MissingExtraError, QueueError, shown
from moderator.records import LABEL_DELAY, Case
from moderator.tables.base import QueueRow
from moderator.tables.wordpress_columns import (
    PING_TYPES,
    WEBMENTION_META,
    WEBMENTION_TYPES,
    status_word,
)
from moderator.wordpress.live_queue import Change, comment_case, comment_row
from moderator.wordpress.posts import StoredPosts
from moderator.wordpress.schema import Tables, find_prefix

__all__ = ["NOTE", "WordPressDatabase", "redacted"]

NOTE = "_moderator"
"""The comment meta that holds what was decided; the underscore hides it from editors."""
_TRASHED = ("_wp_trash_meta_status", "_wp_trash_meta_time")
"""The comment meta in which WordPress keeps what a comment was before it became spam."""
_PAGE = 1000
"""Rows of one query."""
_STORED = {"approved": "1", "hold": "0", "spam": "spam"}
_TRIES = 3
_DRIVER = "mysql+pymysql"


def redacted(url: str) -> str:
    """A database URL without its password and its parameters, for messages.

    >>> redacted("mysql+pymysql://me:secret@localhost/blog?prefix=wp_")
    'mysql+pymysql://me:***@localhost/blog'
    """
    try:
        return make_url(url).set(query={}).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return url.partition("://")[0] + "://..."


class WordPressDatabase:
    """A blog's pings in its database, as a source and as a queue to be changed.

    Args:
        url: ``mysql+pymysql://user:password@host/database``, with ``?prefix=wp_3_`` where the database has several
            blogs. Other parameters go to the driver.
        password: Takes the place of the URL's; empty: the URL's is used.
        delay: How long after receipt an approved or spam row counts as decided.

    Raises:
        InputError: The URL is no such URL.
        QueueError: The database is out of reach, or it has no such blog.
        MissingExtraError: The driver is not installed.
    """

    batch = 200

    def __init__(self, url: str, password: str = "", delay: timedelta = LABEL_DELAY) -> None:
        self.name = redacted(url)
        self.skipped: list[str] = []
        self._delay = delay
        parsed, prefix = _read_url(url, password)
        self._engine = _engine(parsed)
        try:
            with self._connected() as connection:
                self._tables = Tables(find_prefix(sql.inspect(connection).get_table_names(), prefix))
                options = self._options(connection)
        except BaseException:
            self._engine.dispose()
            raise
        self._home = options.get("home", "") or options.get("siteurl", "")
        self._posts = StoredPosts(self._tables, self._home, options)
        place = parsed.query.get("unix_socket") or f"{parsed.host or 'localhost'}:{parsed.port or 3306}"
        self.key = f"{parsed.get_backend_name()}:{place}/{parsed.database}/{self._tables.prefix}"

    def total(self) -> int:
        """How many pings there are now."""
        comments = self._tables.comments
        counted = sql.select(sql.func.count()).select_from(comments).where(self._linkbacks())
        with self._connected() as connection:
            return int(connection.scalar(counted) or 0)

    def read(self, after: int = 0) -> Iterator[QueueRow]:
        """The pings of every status behind the position `after`, in order of receipt, equal times by number."""
        comments, position = self._tables.comments, 0
        last: tuple[str, int] | None = None
        while True:
            wanted = sql.select(comments).where(self._linkbacks())
            if last is not None:
                date, number = comments.c.comment_date_gmt, comments.c.comment_ID
                wanted = wanted.where(date >= last[0], sql.or_(date > last[0], number > last[1]))
            wanted = wanted.order_by(comments.c.comment_date_gmt, comments.c.comment_ID).limit(_PAGE)
            with self._connected() as connection:
                page = connection.execute(wanted).mappings().all()
                kept = self._webmention_meta(connection, page)
                self._posts.fetch(connection, {row["comment_post_ID"] for row in page})
            for row in page:
                position += 1
                if position > after:
                    yield self._row(position, {**row, **kept.get(row["comment_ID"], {})})
            if len(page) < _PAGE:
                return
            last = (str(page[-1]["comment_date_gmt"]), page[-1]["comment_ID"])

    def case(self, row: QueueRow) -> Case:
        """What a row says."""
        return comment_case(row)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps runs out that start on other machines, where the database has locks of that kind."""
        if self._engine.dialect.name != "mysql":
            yield
            return
        name = f"moderator:{self._engine.url.database}.{self._tables.prefix}"[-64:]
        with self._connected() as connection:
            if not connection.scalar(sql.select(sql.func.get_lock(name, 0))):
                raise QueueError(f"another run is at work on {self.name}; wait until it ends, or end it")
            try:
                yield
            finally:
                # a lock that was lost with its connection is free already
                with contextlib.suppress(SQLAlchemyError):
                    connection.scalar(sql.select(sql.func.release_lock(name)))

    def change(self, changes: Sequence[Change]) -> dict[int, str]:
        """Changes what still has the status that it should have, in one transaction."""
        for left in reversed(range(_TRIES)):
            try:
                with self._engine.begin() as connection:
                    return self._change(connection, changes)
            except SQLAlchemyError as error:
                # a lost connection or a deadlock takes the whole transaction back, so it can be tried again
                if not left:
                    raise self._queue_error(error) from None
                time.sleep(0.2 * (_TRIES - left))
        raise AssertionError("not reached")

    def close(self) -> None:
        """Releases connections."""
        self._engine.dispose()

    def _change(self, connection: Connection, changes: Sequence[Change]) -> dict[int, str]:
        comments = self._tables.comments
        rows = connection.execute(
            sql.select(comments.c.comment_ID, comments.c.comment_approved, comments.c.comment_post_ID)
            .where(comments.c.comment_ID.in_([change.number for change in changes]))
            .where(self._linkbacks())
            .with_for_update()
        ).all()
        now = {number: status_word(approved) for number, approved, _ in rows}
        stored = {number: approved for number, approved, _ in rows}
        due = [change for change in changes if now.get(change.number) == change.before]
        for after in {change.after for change in due}:
            numbers = [change.number for change in due if change.after == after]
            connection.execute(
                comments.update().where(comments.c.comment_ID.in_(numbers)).values(comment_approved=_STORED[after])
            )
        self._note(connection, due, stored)
        touched = {change.number for change in due if "approved" in (change.before, change.after)}
        self._count(connection, {post for number, _, post in rows if number in touched})
        return now | {change.number: change.after for change in due}

    def _linkbacks(self) -> ColumnElement[bool]:
        """Which comments are linkbacks; see `moderator.tables.wordpress_columns.linkback_kind`."""
        comments, meta = self._tables.comments, self._tables.meta
        protocol = (
            sql.select(sql.func.max(meta.c.meta_value))
            .where(meta.c.comment_id == comments.c.comment_ID, meta.c.meta_key == "protocol")
            .scalar_subquery()
        )
        kind, kinds = comments.c.comment_type, (*PING_TYPES, "webmention")
        return sql.or_(
            kind.in_(PING_TYPES),
            sql.and_(kind.in_(WEBMENTION_TYPES), sql.func.coalesce(protocol, "webmention").in_(kinds)),
            sql.and_(kind.in_(("", "comment")), protocol.in_(kinds)),
        )

    def _webmention_meta(self, connection: Connection, page: Sequence[Mapping[Any, Any]]) -> dict[int, dict[str, str]]:
        """What the Webmention plugin keeps of the rows."""
        meta = self._tables.meta
        numbers = [row["comment_ID"] for row in page if row["comment_type"] not in PING_TYPES]
        kept: dict[int, dict[str, str]] = {}
        if numbers:
            wanted = sql.select(meta.c.comment_id, meta.c.meta_key, meta.c.meta_value).where(
                meta.c.comment_id.in_(numbers), meta.c.meta_key.in_(WEBMENTION_META)
            )
            for number, key, value in connection.execute(wanted):
                kept.setdefault(number, {})[key] = value or ""
        return kept

    def _note(self, connection: Connection, due: Sequence[Change], stored: Mapping[int, str]) -> None:
        """Keeps the decisions, and what WordPress itself would keep of a comment that becomes spam."""
        meta = self._tables.meta
        spam = {change.number for change in due if change.after == "spam" and change.note}
        unspam = {change.number for change in due if change.before == "spam" and not change.note}
        new: list[dict[str, Any]] = []
        for change in due:
            number = change.number
            keys = (NOTE, *_TRASHED) if number in spam | unspam else (NOTE,)
            known = connection.execute(
                sql.select(meta.c.meta_id, meta.c.meta_key, meta.c.meta_value).where(
                    meta.c.comment_id == number, meta.c.meta_key.in_(keys)
                )
            ).all()
            if known:
                connection.execute(meta.delete().where(meta.c.meta_id.in_([row[0] for row in known])))
            if change.note:
                replaced = {"replaced": [list(row) for row in known]} if known else {}
                added = [(NOTE, json.dumps(json.loads(change.note) | replaced))]
                if number in spam:
                    added += [(_TRASHED[0], stored[number]), (_TRASHED[1], str(int(time.time())))]
                new += [{"comment_id": number, "meta_key": key, "meta_value": value} for key, value in added]
            else:
                back = [{"comment_id": number, **row} for row in _replaced(known)]
                if back:
                    connection.execute(meta.insert(), back)
        if new:
            connection.execute(meta.insert(), new)

    def _count(self, connection: Connection, posts: set[int]) -> None:
        """Counts the approved comments of posts again, as WordPress does."""
        if not posts:
            return
        table, comments = self._tables.posts, self._tables.comments
        count = (
            sql.select(sql.func.count())
            .where(comments.c.comment_post_ID == table.c.ID, comments.c.comment_approved == "1")
            .scalar_subquery()
        )
        connection.execute(table.update().where(table.c.ID.in_(posts)).values(comment_count=count))

    def _row(self, position: int, row: Mapping[Any, Any]) -> QueueRow:
        address, post = self._posts.get(row["comment_post_ID"]) or ("", None)
        comment = {**row, "target_url": address}
        if post is not None:
            comment |= {"target_title": post.title, "target_text": post.text}
        return comment_row(position, comment, status_word(row["comment_approved"]), self._home, self._delay)

    def _options(self, connection: Connection) -> dict[str, str]:
        c = self._tables.options.c
        wanted = ("home", "siteurl", "permalink_structure", "default_category")
        return dict(
            connection.execute(sql.select(c.option_name, c.option_value).where(c.option_name.in_(wanted))).all()
        )

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self._queue_error(error) from None

    def _queue_error(self, error: SQLAlchemyError) -> QueueError:
        """The driver's words, without the statement and its values."""
        cause = getattr(error, "orig", None) or error
        parts = getattr(cause, "args", ())
        words = str(parts[-1] if parts else cause).splitlines()
        return QueueError(
            f"the database {self.name} refuses or is out of reach: {shown(words[0] if words else cause, 200)}; "
            "mend that and run the same command again, it goes on where it was"
        )


def _replaced(known: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows that a note took the place of, as it tells; none where it tells nothing that makes sense."""
    for _, key, value in known:
        if key == NOTE:
            with contextlib.suppress(ValueError, TypeError, KeyError):
                rows = json.loads(value)["replaced"]
                return [
                    {"meta_id": int(number), "meta_key": str(name), "meta_value": text} for number, name, text in rows
                ]
    return []


def _read_url(url: str, password: str) -> tuple[URL, str]:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise InputError(f"{redacted(url)} is no database URL; write {_DRIVER}://user:password@host/database") from None
    if parsed.get_backend_name() not in ("mysql", "mariadb", "sqlite"):
        raise InputError(f"{shown(parsed.drivername)}: WordPress lives in MySQL; write {_DRIVER}://...")
    if not parsed.database:
        raise InputError(f"{redacted(url)} names no database; write {_DRIVER}://user:password@host/database")
    query = dict(parsed.query)
    prefix = query.pop("prefix", "")
    parsed = parsed.set(query=query)
    if parsed.get_backend_name() != "sqlite":
        parsed = parsed.set(drivername=_DRIVER, query={"charset": "utf8mb4", **query})
        if password:
            parsed = parsed.set(password=password)
    return parsed, prefix if isinstance(prefix, str) else prefix[-1]


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "sqlite":
            return sql.create_engine(url)
        waits = {"connect_timeout": 10, "read_timeout": 300, "write_timeout": 300}
        engine = sql.create_engine(url, pool_pre_ping=True, connect_args=waits)
    except (ImportError, NoSuchModuleError):
        raise MissingExtraError("PyMySQL", extra="wordpress") from None
    except (ArgumentError, TypeError, ValueError) as error:
        raise InputError(f"{redacted(str(url))} cannot be used: {error}") from None

    @sql.event.listens_for(engine, "connect")
    def allow_zero_dates(connection: Any, _: object) -> None:
        # WordPress's own dates of nothing are refused in strict mode, even in comparisons
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION'")

    return engine
