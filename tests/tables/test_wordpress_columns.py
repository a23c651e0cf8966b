"""What WordPress makes of a ping comes back as it was sent."""

from datetime import UTC, datetime

import pytest

from moderator.errors import RowError
from moderator.tables.wordpress_columns import is_wordpress, linkback_columns, ping_id, status_word

STORED = [
    # type, author, content -> title, excerpt, blog name
    ("pingback", "My page", "[&#8230;] see this post [&#8230;]", "My page", "see this post", ""),
    ("pingback", "Fish &amp; chips", "[&#8230;] a &lt;b&gt; c [&#8230;]", "Fish & chips", "a <b> c", ""),
    ("pingback", "Old", "[...] text [...]", "Old", "text", ""),
    ("pingback", "Odd", "no marks at all", "Odd", "no marks at all", ""),
    ("pingback", "Empty", "[&#8230;]  [&#8230;]", "Empty", "", ""),
    ("pingback", "Two", "[&#8230;] a\n\nb […]", "Two", "a\n\nb", ""),
    ("trackback", "A blog", "<strong>A title</strong>\n\nAn excerpt", "A title", "An excerpt", "A blog"),
    ("trackback", "A blog", "<strong>Only a title</strong>\n\n", "Only a title", "", "A blog"),
    ("trackback", "", "<strong>T &quot;q&quot;</strong>\r\n\r\nx &#8230;", 'T "q"', "x …", ""),
    ("trackback", "B", "<strong></strong>\n\nx <strong>y</strong>", "", "x <strong>y</strong>", "B"),
    ("trackback", "B", "no title", "", "no title", "B"),
    ("TRACKBACK", "B", "&#x99999999999999999999999999;x", "", "\ufffdx", "B"),
    ("trackback", "B", "&#" + "9" * 5000 + ";x", "", "x", "B"),
]


@pytest.mark.parametrize(("kind", "author", "content", "title", "excerpt", "blog_name"), STORED)
def test_stored_pings(kind: str, author: str, content: str, title: str, excerpt: str, blog_name: str) -> None:
    row = linkback_columns({"comment_type": kind, "comment_author": author, "comment_content": content})
    assert (row["title"], row["excerpt"], row["blog_name"]) == (title, excerpt, blog_name)


@pytest.mark.parametrize("kind", ["", "comment", "note", "order_note", None, "review"])
def test_what_is_no_ping_is_left_alone(kind: object) -> None:
    with pytest.raises(RowError, match="no linkback"):
        linkback_columns({"comment_type": kind, "comment_ID": "1"})


def test_every_column() -> None:
    row = linkback_columns(
        {
            "comment_ID": "7",
            "comment_post_ID": 3.0,
            "comment_type": "pingback",
            "comment_author": "T",
            "comment_author_url": " https://a.example/?x=1&amp;y=2&#038;copy=3",
            "comment_author_IP": "192.0.2.1",
            "comment_agent": "WordPress/6.1",
            "comment_date_gmt": "2026-02-03 04:05:06",
            "comment_approved": "1",
            "url": "https://blog.example/2026/post/#comment-7",
            "target_title": "Post",
        }
    )
    assert row["source_url"] == "https://a.example/?x=1&y=2&copy=3"
    assert row["target_url"] == "https://blog.example/2026/post/"
    assert row["id"] == ping_id("http://BLOG.example", 7)
    assert row["received_at"] == "2026-02-03T04:05:06+00:00"
    assert (row["label"], row["labelled_at"]) == ("ham", "2026-02-04T04:05:06+00:00")
    assert (row["sender_ip"], row["user_agent"], row["target_title"]) == ("192.0.2.1", "WordPress/6.1", "Post")


@pytest.mark.parametrize(
    ("gmt", "local", "expected"),
    [
        ("0000-00-00 00:00:00", "2026-01-01 00:00:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("0000-00-00 00:00:00", None, None),
        ("soon", "", None),
        (datetime(2026, 1, 1), None, datetime(2026, 1, 1, tzinfo=UTC)),  # noqa: DTZ001 - as databases give it
        ("2026-01-01T02:00:00+02:00", None, datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_dates(gmt: object, local: object, expected: datetime | None) -> None:
    row = linkback_columns(
        {"comment_type": "pingback", "comment_approved": "spam", "comment_date_gmt": gmt, "comment_date": local}
    )
    assert row["received_at"] == ("" if expected is None else expected.isoformat())
    assert (row["label"], row["labelled_at"] == "") == ("spam", expected is None)


def test_a_target_that_is_not_told_keeps_pings_of_one_post_together() -> None:
    row = linkback_columns({"comment_type": "pingback", "comment_post_ID": "9", "comment_ID": "5"})
    assert row["target_url"] == "https://wordpress.invalid/?p=9"
    assert row["id"] == "#comment-0000000005"
    assert linkback_columns({"comment_type": "pingback"})["target_url"] == ""


def test_words_of_status() -> None:
    words = ["1", 1, "approve", "approved", "0", "hold", "pending", "spam", "trash", "post-trashed", "wp-odd"]
    assert [status_word(word) for word in words] == [
        *["approved"] * 4,
        *["hold"] * 3,
        "spam",
        "trash",
        "post-trashed",
        "wp-odd",
    ]


def test_ids_sort_like_numbers() -> None:
    assert sorted([ping_id("b", 10), ping_id("b", 9)]) == [ping_id("b", 9), ping_id("b", 10)]


def test_column_names() -> None:
    assert is_wordpress({"comment_ID": 1}) and not is_wordpress({"id": 1, "source_url": ""})
