"""The database: prefixes, networks of blogs, all of a batch or none, and errors without secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from moderator.errors import InputError, QueueError, RowError
from moderator.wordpress.database import WordPressDatabase, redacted
from moderator.wordpress.live_queue import NUMBER, Change
from moderator.wordpress.schema import find_prefix
from tests.wordpress.blog import Blog


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    return Blog(tmp_path / "blog.db").make()


def _told(queue: WordPressDatabase) -> list[int]:
    return [row.values[NUMBER] for row in queue.read()]


def test_any_prefix_is_found(tmp_path: Path) -> None:
    blog = Blog(tmp_path / "blog.db", prefix="x7_").make()
    blog.add(1)
    assert _told(WordPressDatabase(blog.url)) == [1]


def test_a_network_of_blogs_wants_a_name(tmp_path: Path) -> None:
    for number, prefix in enumerate(("wp_", "wp_2_", "wp_3_"), 1):
        Blog(tmp_path / "blog.db", prefix=prefix).make().add(number)
    url = f"sqlite:///{tmp_path / 'blog.db'}"
    with pytest.raises(QueueError, match=r"several blogs: 'wp_', 'wp_2_', 'wp_3_'; name one in the URL, as \?prefix="):
        WordPressDatabase(url)
    queue = WordPressDatabase(url + "?prefix=wp_2_")
    assert _told(queue) == [2]
    queue.change([Change(2, "hold", "spam", "{}")])
    assert Blog(tmp_path / "blog.db", prefix="wp_2_").statuses() == {2: "spam"}
    assert Blog(tmp_path / "blog.db", prefix="wp_3_").statuses() == {3: "0"}
    with pytest.raises(QueueError, match="no blog with the prefix 'wp_9_'"):
        WordPressDatabase(url + "?prefix=wp_9_")
    assert len({WordPressDatabase(f"{url}?prefix=wp_{n}_").key for n in (2, 3)}) == 2


def test_tables_of_something_else() -> None:
    with pytest.raises(QueueError, match="no tables of WordPress"):
        find_prefix(["users", "comments_old", "x_comments", "x_posts"])


@pytest.mark.parametrize("pages", [1, 2, 7])
def test_pages_of_any_size_lose_nothing(blog: Blog, monkeypatch: pytest.MonkeyPatch, pages: int) -> None:
    blog.fill(90)  # three of a minute each
    whole = _told(WordPressDatabase(blog.url))
    monkeypatch.setattr("moderator.wordpress.database._PAGE", pages)
    assert _told(WordPressDatabase(blog.url)) == whole and len(whole) == 81


def test_a_batch_arrives_whole_or_not_at_all(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    blog.fill(60)
    before, counts = blog.statuses(), blog.counts()
    queue = WordPressDatabase(blog.url)

    def fail(*_: Any) -> None:
        raise sqlalchemy.exc.OperationalError(
            "UPDATE posts", {"secret": "values"}, Exception(1205, "Lock wait timeout")
        )

    monkeypatch.setattr(queue, "_count", fail)
    monkeypatch.setattr("moderator.wordpress.database.time.sleep", lambda seconds: None)
    changes = [Change(number, "hold", "approved", "{}") for number in range(1, 60)]
    with pytest.raises(QueueError, match="refuses or is out of reach: 'Lock wait timeout'; mend that") as refused:
        queue.change(changes)
    assert "secret" not in str(refused.value)
    assert (blog.statuses(), blog.counts(), blog.notes()) == (before, counts, {})


def test_what_wordpress_keeps_of_spam_is_kept(blog: Blog) -> None:
    blog.add(1, "1")
    queue = WordPressDatabase(blog.url)
    queue.change([Change(1, "approved", "spam", '{"run": "x"}')])
    meta = dict(blog.run("SELECT meta_key, meta_value FROM wp_commentmeta WHERE comment_id = 1"))
    assert meta.pop("_wp_trash_meta_time").isdecimal()
    assert meta == {"_wp_trash_meta_status": "1", "_moderator": '{"run": "x"}'}
    queue.change([Change(1, "spam", "approved", "")])
    assert blog.run("SELECT * FROM wp_commentmeta") == []


def test_dates_and_posts_that_are_missing(blog: Blog) -> None:
    blog.add(1, comment_date_gmt="0000-00-00 00:00:00")
    blog.add(2, comment_post_ID=99)
    queue = WordPressDatabase(blog.url)
    first, second = (queue.case(row) for row in queue.read())
    assert first.linkback.received_at is None and first.linkback.id.endswith("1")
    assert second.post is None and second.linkback.target_url == "https://wordpress.invalid/?p=99"


def test_a_ping_without_source_is_named_by_its_number(blog: Blog) -> None:
    blog.add(5, comment_author_url="")
    queue = WordPressDatabase(blog.url)
    [row] = queue.read()
    with pytest.raises(RowError, match="comment 5: source_url is missing"):
        queue.case(row)


def test_many_posts_stay_within_bounds(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderator.wordpress.posts._POSTS", 2)
    monkeypatch.setattr("moderator.wordpress.database._PAGE", 3)
    blog.fill(50)
    queue = WordPressDatabase(blog.url)
    cases = [queue.case(row) for row in queue.read()]
    assert all(case.post is not None and case.post.title in case.post.text.title() for case in cases)
    assert len(queue._posts) <= 3


URLS = [
    ("mysql+pymysql://me:pa%40ss@h:3306/blog?prefix=wp_&charset=utf8", "mysql+pymysql://me:***@h:3306/blog"),
    ("mysql://h/blog", "mysql://h/blog"),
    ("mysql+pymysql://me:x@y:not-a-port/blog", "mysql+pymysql://..."),
]


@pytest.mark.parametrize(("url", "shown"), URLS)
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    assert redacted(url) == shown


@pytest.mark.parametrize(
    "url", ["oracle://me:s3cret@h/x", "mysql+pymysql://me:s3cret@h", "mysql+pymysql://me:s3cret@h:x/y"]
)
def test_urls_that_make_no_sense(url: str) -> None:
    with pytest.raises(InputError) as refused:
        WordPressDatabase(url)
    assert "s3cret" not in str(refused.value) and "mysql+pymysql://" in str(refused.value)


def _meta(blog: Blog) -> list[Any]:
    return blog.run("SELECT meta_id, comment_id, meta_key, meta_value FROM wp_commentmeta ORDER BY meta_id")


def test_undoing_brings_back_what_a_note_took_the_place_of(blog: Blog) -> None:
    blog.add(1)
    kept = [("_moderator", '{"run": "old"}'), ("_wp_trash_meta_status", "1"), ("_wp_trash_meta_time", "99"), ("a", "b")]
    for key, value in kept:
        blog.run("INSERT INTO wp_commentmeta (comment_id, meta_key, meta_value) VALUES (1, ?, ?)", (key, value))
    before, queue = _meta(blog), WordPressDatabase(blog.url)
    queue.change([Change(1, "hold", "spam", '{"run": "new"}')])
    assert _meta(blog) != before and blog.notes()[1]["run"] == "new"
    queue.change([Change(1, "spam", "hold", "")])
    assert _meta(blog) == before


def test_comments_of_the_webmention_plugin_are_webmentions(blog: Blog) -> None:
    kinds = ["webmention", "like", "comment", "mention", "comment", "order_note", "like"]
    for number, kind in enumerate(kinds, 1):
        blog.add(number, kind=kind)
    meta = [
        (3, "protocol", "webmention"),
        (3, "webmention_source_url", "https://a.example/reply"),
        (4, "protocol", "pingback"),
        (7, "protocol", "activitypub"),
    ]
    for row in meta:
        blog.run("INSERT INTO wp_commentmeta (comment_id, meta_key, meta_value) VALUES (?, ?, ?)", row)
    queue = WordPressDatabase(blog.url)
    cases = {row.values[NUMBER]: queue.case(row) for row in queue.read()}
    assert {number: case.linkback.kind.value for number, case in cases.items()} == {
        1: "webmention",
        2: "webmention",
        3: "webmention",
        4: "pingback",
    }
    assert cases[3].linkback.source_url == "https://a.example/reply" and queue.total() == 4
    queue.change([Change(number, "hold", "spam", "{}") for number in (3, 5, 7)])
    assert [n for n, status in blog.statuses().items() if status == "spam"] == [3]


def test_addresses_with_categories_and_authors(blog: Blog) -> None:
    blog.add(5)
    blog.run("UPDATE wp_options SET option_value = '/%category%/%author%/%postname%/' WHERE option_id = 2")
    blog.run("ALTER TABLE wp_posts ADD COLUMN post_author INTEGER DEFAULT 4")
    for statement in (
        "CREATE TABLE wp_users (ID INTEGER, user_nicename TEXT)",
        "INSERT INTO wp_users VALUES (4, 'anna')",
        "CREATE TABLE wp_terms (term_id INTEGER, slug TEXT)",
        "INSERT INTO wp_terms VALUES (11, 'frost'), (10, 'garden'), (12, 'zoo')",
        "CREATE TABLE wp_term_taxonomy (term_taxonomy_id INTEGER, term_id INTEGER, taxonomy TEXT, parent INTEGER)",
        "INSERT INTO wp_term_taxonomy VALUES (1, 10, 'category', 0), (2, 11, 'category', 10), (3, 12, 'post_tag', 0)",
        "CREATE TABLE wp_term_relationships (object_id INTEGER, term_taxonomy_id INTEGER)",
        "INSERT INTO wp_term_relationships VALUES (1, 2), (1, 3)",
    ):
        blog.run(statement)
    row = next(iter(WordPressDatabase(blog.url).read()))
    assert row.values["target_url"] == "https://blog.example/garden/frost/anna/post-1/"
