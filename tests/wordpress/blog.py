"""A blog's tables in SQLite, and a stand-in for its REST interface over them: fast, and without a server."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import BaseAdapter

HOME = "https://blog.example"
START = datetime(2026, 1, 1, tzinfo=UTC)
_SCHEMA = """
CREATE TABLE {p}comments (comment_ID INTEGER PRIMARY KEY, comment_post_ID INTEGER, comment_author TEXT,
    comment_author_url TEXT, comment_author_IP TEXT, comment_date_gmt TEXT, comment_content TEXT,
    comment_approved TEXT, comment_agent TEXT, comment_type TEXT);
CREATE INDEX {p}by_date ON {p}comments (comment_date_gmt, comment_ID);
CREATE TABLE {p}commentmeta (meta_id INTEGER PRIMARY KEY, comment_id INTEGER, meta_key TEXT, meta_value TEXT);
CREATE TABLE {p}posts (ID INTEGER PRIMARY KEY, post_type TEXT, post_name TEXT, post_date TEXT, post_parent INTEGER,
    post_title TEXT, post_content TEXT, comment_count INTEGER);
CREATE TABLE {p}options (option_id INTEGER PRIMARY KEY, option_name TEXT, option_value TEXT);
INSERT INTO {p}options (option_name, option_value) VALUES ('home', 'https://blog.example'),
    ('permalink_structure', '/%year%/%postname%/');
"""


@dataclass
class Blog:
    """The tables of one blog."""

    path: Path
    prefix: str = "wp_"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def make(self) -> Blog:
        with self._open() as store:
            store.executescript(_SCHEMA.format(p=self.prefix))
            store.executemany(
                f"INSERT INTO {self.prefix}posts VALUES (?, 'post', ?, '2026-01-01 00:00:00', 0, ?, ?, 0)",
                [(n, f"post-{n}", f"Post {n}", f"<p>Words of post {n}</p>") for n in range(1, 6)],
            )
        return self

    def add(self, number: int, approved: str = "0", kind: str = "pingback", **columns: object) -> None:
        """Adds a comment."""
        row = {
            "comment_ID": number,
            "comment_post_ID": 1 + number % 5,
            "comment_author": f"Page {number}",
            "comment_author_url": f"https://s{number % 7}.example/{number}",
            "comment_author_IP": f"203.0.113.{number % 50}",
            "comment_date_gmt": f"{START + timedelta(minutes=number):%Y-%m-%d %H:%M:%S}",
            "comment_content": f"[&#8230;] words {number} [&#8230;]",
            "comment_approved": approved,
            "comment_agent": "tests",
            "comment_type": kind,
        } | columns
        self.run(f"INSERT INTO {self.prefix}comments VALUES ({','.join('?' * len(row))})", row.values())

    def fill(self, count: int) -> None:
        """Adds pings of every status, with comments by people between them, in one go."""
        words = ("0", "0", "1", "spam", "0", "trash")
        with self._open() as store:
            store.executemany(
                f"INSERT INTO {self.prefix}comments VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'tests', ?)",
                (
                    (
                        *(n, 1 + n % 5, f"Page {n}", f"https://s{n % 97}.example/{n}", f"203.0.113.{n % 50}"),
                        f"{START + timedelta(minutes=n // 3):%Y-%m-%d %H:%M:%S}",
                        *(
                            f"[&#8230;] some words {n} [&#8230;]",
                            words[n % 6],
                            "comment" if n % 10 == 9 else "pingback",
                        ),
                    )
                    for n in range(1, count + 1)
                ),
            )
            store.execute(
                f"UPDATE {self.prefix}posts SET comment_count = (SELECT COUNT(*) FROM {self.prefix}comments"
                f" WHERE comment_post_ID = ID AND comment_approved = '1')"
            )

    def run(self, statement: str, values: Iterable[object] = ()) -> list[Any]:
        with self._open() as store:
            return store.execute(statement, tuple(values)).fetchall()

    def _open(self) -> _Closing:
        return _Closing(self.path)

    def statuses(self) -> dict[int, str]:
        return dict(self.run(f"SELECT comment_ID, comment_approved FROM {self.prefix}comments"))

    def set_status(self, number: int, stored: str) -> None:
        self.run(f"UPDATE {self.prefix}comments SET comment_approved = ? WHERE comment_ID = ?", (stored, number))

    def counts(self) -> dict[int, int]:
        return dict(self.run(f"SELECT ID, comment_count FROM {self.prefix}posts"))

    def true_counts(self) -> dict[int, int]:
        told = self.run(
            f"SELECT ID, (SELECT COUNT(*) FROM {self.prefix}comments WHERE comment_post_ID = ID"
            f" AND comment_approved = '1') FROM {self.prefix}posts"
        )
        return dict(told)

    def notes(self) -> dict[int, dict[str, Any]]:
        rows = self.run(f"SELECT comment_id, meta_value FROM {self.prefix}commentmeta WHERE meta_key = '_moderator'")
        return {number: json.loads(text) for number, text in rows}


class _Closing:
    """A connection that commits and closes."""

    def __init__(self, path: Path) -> None:
        self._store = sqlite3.connect(path, timeout=30)

    def __enter__(self) -> sqlite3.Connection:
        return self._store

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self._store.commit()
        self._store.close()


_COLUMNS = (
    "comment_ID, comment_post_ID, comment_author, comment_author_url, comment_author_IP, comment_date_gmt,"
    " comment_content, comment_approved, comment_agent, comment_type"
)
_WORDS = {"1": "approved", "0": "hold"}
_STORED = {"approved": "1", "hold": "0", "spam": "spam"}


@dataclass
class FakeRest(BaseAdapter):
    """Answers for a blog's REST interface as WordPress does, as far as pings need it."""

    blog: Blog
    before: Callable[[requests.PreparedRequest], requests.Response | None] = lambda request: None
    """Is asked first; may answer in the blog's place."""
    asked: list[str] = field(default_factory=list)
    logins: set[str] = field(default_factory=set)
    namespaces: tuple[str, ...] = ("wp/v2",)
    """What the site has at its REST interface; ``webmention/1.0`` shows its comments' meta."""

    def session(self) -> requests.Session:
        session = requests.Session()
        session.mount("https://", self)
        return session

    def send(self, request: requests.PreparedRequest, *args: object, **options: object) -> requests.Response:  # type: ignore[override]  # what requests passes
        self.asked.append(f"{request.method} {request.url}")
        self.logins.add(request.headers.get("Authorization", ""))
        told = self.before(request)
        response = self._answer(request) if told is None else told  # a refusal counts as false
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        pass

    def _answer(self, request: requests.PreparedRequest) -> requests.Response:
        parts = urlsplit(request.url or "")
        query = {key: values[0] for key, values in parse_qs(str(parts.query)).items()}
        path = str(parts.path).removeprefix("/wp-json/")
        if path == "":
            return answer({"namespaces": list(self.namespaces), "home": HOME, "timezone_string": "", "gmt_offset": "0"})
        if path == "wp/v2/comments":
            return self._comments(query)
        if path.startswith("wp/v2/comments/"):
            agent = str(request.headers.get("User-Agent", ""))
            return self._set(int(path.rpartition("/")[2]), json.loads(request.body or b"{}"), agent)
        if path == "wp/v2/posts":
            numbers = query["include"].split(",")
            return answer(
                [
                    {"id": n, "link": f"{HOME}/2026/{name}/", "title": {"raw": title}, "content": {"raw": text}}
                    for n, name, title, text in self.blog.run(
                        "SELECT ID, post_name, post_title, post_content FROM wp_posts"
                    )
                    if str(n) in numbers
                ]
            )
        return answer([] if path == "wp/v2/pages" else {"code": "rest_no_route"}, 200 if path == "wp/v2/pages" else 404)

    def _comments(self, query: dict[str, str]) -> requests.Response:
        assert (query["status"], query["context"]) == ("any", "edit")
        wanted = {"pings": "comment_type IN ('pingback', 'trackback')", "all": "1"}[query["type"]]
        rows = self.blog.run(f"SELECT {_COLUMNS} FROM wp_comments WHERE {wanted} ORDER BY comment_date_gmt, comment_ID")
        if "include" in query:
            rows = [row for row in rows if str(row[0]) in query["include"].split(",")]
        start, size = int(query.get("offset", 0)), int(query["per_page"])
        return answer([_told(row) | self._meta(row[0]) for row in rows[start : start + size]], total=len(rows))

    def _meta(self, number: int) -> dict[str, Any]:
        if "webmention/1.0" not in self.namespaces:
            return {"meta": []}
        kept = "SELECT meta_key, meta_value FROM wp_commentmeta WHERE comment_id = ?"
        return {"meta": {"protocol": "", "webmention_source_url": ""} | dict(self.blog.run(kept, (number,)))}

    def _set(self, number: int, body: dict[str, str], agent: str) -> requests.Response:
        found = self.blog.run("SELECT comment_approved FROM wp_comments WHERE comment_ID = ?", (number,))
        if not found:
            return answer({"code": "rest_comment_invalid_id"}, 404)
        # a change writes the whole comment anew: who asks becomes its sender unless that is told
        self.blog.run(
            "UPDATE wp_comments SET comment_author_IP = ?, comment_agent = COALESCE(NULLIF(?, ''), comment_agent)"
            " WHERE comment_ID = ?",
            (body.get("author_ip", "127.0.0.1"), body.get("author_user_agent") or agent, number),
        )
        status = "hold" if body["status"] == "unspam" else body["status"]
        if found[0][0] == _STORED[status]:
            return answer({"code": "rest_comment_failed_edit"}, 500)
        self.blog.set_status(number, _STORED[status])
        rows = self.blog.run(f"SELECT {_COLUMNS} FROM wp_comments WHERE comment_ID = ?", (number,))
        return answer(_told(rows[0]) | {"status": status})


def _told(row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "id": row[0],
        "post": row[1],
        "author_name": row[2],
        "author_url": row[3],
        "author_ip": row[4],
        "date": row[5].replace(" ", "T"),
        "date_gmt": row[5].replace(" ", "T"),
        "content": {"raw": row[6], "rendered": "..."},
        "status": _WORDS.get(row[7], row[7]),
        "author_user_agent": row[8],
        "type": row[9],
        "link": f"{HOME}/2026/post-{row[1]}/comment-page-1/#comment-{row[0]}",
    }


def answer(
    value: object, status: int = 200, total: int | None = None, headers: dict[str, str] | None = None
) -> requests.Response:
    """An HTTP answer; text and bytes as they are, anything else as JSON."""
    response = requests.Response()
    response.status_code = status
    data = (
        value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else json.dumps(value).encode()
    )
    response.raw = BytesIO(data)
    response.headers.update({"Content-Type": "application/json"} | (headers or {}))
    if total is not None:
        response.headers["X-WP-Total"] = str(total)
    return response
