"""Publishing own decisions and reading them back: what is in the file, what is not, and who signed it."""

import dataclasses
import re
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.domain_lists.feed import FeedEntry, FeedHeader, read_feed
from moderator.domain_lists.publish import OwnDecision, entries_of, host_list, signed_feed, write_published
from moderator.domain_lists.reported import read_reported
from moderator.domain_lists.signature import is_signed_by, load_or_make_key, public_key
from moderator.errors import ListError
from moderator.records import Linkback
from moderator.text import fingerprint

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = "Buy the cheapest secret words here and never look back"


def decision(author: str, spam: bool, days: float = 1, **more: object) -> OwnDecision:
    return OwnDecision(author, spam, NOW - timedelta(days=days), **more)  # type: ignore[arg-type]


def published(decisions: list[OwnDecision], tmp_path: Path) -> bytes:
    key = load_or_make_key(tmp_path / "key")
    return signed_feed(entries_of(decisions, now=NOW), key, "https://ours.example/", now=NOW)


def test_decisions_are_counted_by_author(tmp_path: Path) -> None:
    wording, page = fingerprint("", TEXT), fingerprint("", TEXT + " and more")
    made = [
        decision("pills.example", True, wording=wording, page=page),
        decision("pills.example", True, 3, by_owner=False, wording=wording),
        decision("blog.example/~ann", False, 5),
        decision("blog.example/~ann", False, 2),
    ]
    feed = read_feed(published(made, tmp_path))
    ann, pills = feed.entries
    assert ann == FeedEntry("blog.example/~ann", 0, 2, date(2026, 2, 27))
    assert (pills.author, pills.spam, pills.ham, pills.sure) == ("pills.example", 2, 0, 0.5)
    assert pills.last_seen == date(2026, 2, 28)
    assert len(pills.wordings) == len(pills.pages) == 1
    assert feed.header.publisher == "https://ours.example/"
    assert feed.header.expires > NOW
    assert feed.skipped == 0


def test_one_decision_old_ones_and_nobody_stay_at_home() -> None:
    made = [
        decision("once.example", True),
        decision("old.example", True, 100),
        decision("old.example", True, 101),
        decision("", True),
        decision("com", True),
    ]
    assert entries_of(made, now=NOW) == []
    assert [entry.author for entry in entries_of(made, now=NOW, min_decisions=1)] == ["once.example"]


def test_the_signature_covers_every_byte(tmp_path: Path) -> None:
    data = published([decision("pills.example", True)] * 2, tmp_path)
    feed = read_feed(data)
    assert feed.header.key == public_key(load_or_make_key(tmp_path / "key"))
    assert is_signed_by(feed.header.key, feed.signed, feed.signature)
    for old, new in ((b'"spam":2', b'"spam":9'), (b"pills", b"bills"), (b"ours.example", b"hers.example")):
        forged = read_feed(data.replace(old, new))
        assert not is_signed_by(forged.header.key, forged.signed, forged.signature)
    assert read_feed(b"".join(data.splitlines(keepends=True)[:-1])).signature == ""
    assert not is_signed_by(feed.header.key, feed.signed, "")
    assert not is_signed_by("not a key", feed.signed, feed.signature)


def test_the_same_decisions_give_the_same_bytes(tmp_path: Path) -> None:
    made = [decision(f"host{n}.example", True, n / 10) for n in range(5)] * 3
    assert published(made, tmp_path) == published(made[::-1], tmp_path)


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "lists.key"
    first = load_or_make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert public_key(load_or_make_key(path)) == public_key(first)
    path.write_text("nonsense")
    with pytest.raises(ListError, match="no Ed25519 key"):
        load_or_make_key(path)


def test_no_field_can_hold_a_text_an_address_or_a_post(tmp_path: Path) -> None:
    """Every field that there is, is walked: a new one has to be thought about here."""
    allowed = {
        "publisher": str, "key": str, "made_at": datetime, "expires": datetime, "days": int, "format": str,
        "version": int, "author": str, "spam": int, "ham": int, "last_seen": date, "sure": float, "wordings": tuple,
        "pages": tuple, "since": date, "increments": bool,
    }  # fmt: skip
    for record in (FeedHeader, FeedEntry):
        assert {field.name for field in dataclasses.fields(record)} <= set(allowed), "is it safe to publish?"
    linkback = Linkback(
        source_url="https://pills.example/buy?for=ann",
        target_url="https://ours.example/a-private-post/",
        title="Secret title",
        excerpt=TEXT,
        blog_name="Secret name",
        sender_ip="203.0.113.77",
    )
    wording = fingerprint(linkback.title, linkback.excerpt)
    feed = published([decision("pills.example", True, wording=wording, page=wording)] * 2, tmp_path)
    text = feed.decode().lower()
    for secret in ("secret", "words", "203.0.113", "private-post", "for=ann", "/buy"):
        assert secret not in text
    for entry in read_feed(feed).entries:
        for name in allowed:
            value = getattr(entry, name, None)
            assert not isinstance(value, str) or value == entry.author
            for found in value if isinstance(value, tuple) else ():
                assert re.fullmatch("[0-9a-f]{16}", found)


def test_a_host_list_for_other_software(tmp_path: Path) -> None:
    made = [decision("pills.example", True)] * 2 + [decision("mixed.example", True), decision("mixed.example", False)]
    text = host_list(entries_of(made, now=NOW), "ours.example", now=NOW)
    assert text.splitlines() == ["# hosts that sent linkback spam to ours.example, 2026-03-01", "pills.example"]
    write_published(tmp_path / "hosts.txt", text.encode())
    assert [entry.author for entry in read_reported((tmp_path / "hosts.txt").read_bytes()).entries] == ["pills.example"]
    with pytest.raises(ListError, match="cannot be written"):
        write_published(tmp_path / "nowhere" / "hosts.txt", b"")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("hosts file", b"# mine\n127.0.0.1 localhost\n0.0.0.0 pills.example\n0.0.0.0 casino.example # again\n"),
        ("plain", b"pills.example\ncasino.example\n"),
        ("array of strings", b'["pills.example", "https://casino.example/", 7, "not a host"]'),
        ("array of objects", b'[{"domain": "pills.example", "reason": "x"}, {"host": "casino.example"}]'),
        ("object", b'{"domains": ["pills.example", "casino.example"]}'),
        ("object of objects", b'{"domains": {"pills.example": {"since": 3}, "casino.example": {}}}'),
        ("text with comments", b"; spammers\n\n! seen in May\npills.example   # twice\n*.casino.example\n"),
        ("addresses", b"https://pills.example/\nhttp://casino.example/\n"),
    ],
)
def test_lists_are_read_as_people_keep_them(name: str, data: bytes) -> None:
    reported = read_reported(data)
    assert sorted(entry.author for entry in reported.entries) == ["casino.example", "pills.example"], name
    assert all((entry.spam, entry.ham) == (1, 0) for entry in reported.entries)
    assert reported.feed is None


def test_a_feed_is_told_from_other_json(tmp_path: Path) -> None:
    reported = read_reported(published([decision("pills.example", True)] * 2, tmp_path))
    assert reported.feed is not None
    assert [entry.author for entry in reported.entries] == ["pills.example"]


@pytest.mark.parametrize(
    "data", [b"", b"# nothing\n", b"[]", b'{"a": 1}', b"[1, 2", b"\0\0\0", b"<html><p>404</p></html>"]
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(ListError):
        read_reported(data)


@given(st.binary(max_size=300), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_a_damaged_feed_never_breaks_the_reader(noise: bytes, at: int) -> None:
    entry = b'{"author":"pills.example","spam":2,"ham":0,"last_seen":"2026-01-02"}\n'
    header = b'{"publisher":"x","key":"k","made_at":"2026-01-02T00:00:00Z","expires":"2026-02-02T00:00:00Z","days":9,'
    data = header + b'"format":"moderator-linkback-reports","version":1}\n' + entry * 3
    try:
        reported = read_reported(data[:at] + noise + data[at:])
    except ListError:
        return
    assert all(entry.author for entry in reported.entries)


def test_nonsense_entries_are_skipped_and_counted() -> None:
    header = (
        b'{"publisher":"x","key":"k","made_at":"2026-01-02T00:00:00Z","expires":"2026-02-02T00:00:00Z","days":9,'
        b'"format":"moderator-linkback-reports","version":1}\n'
    )
    wrong = (
        b'{"author":"com","spam":2,"ham":0,"last_seen":"2026-01-02"}\n'
        b'{"author":"a.example","spam":-2,"ham":0,"last_seen":"2026-01-02"}\n'
        b'{"author":"a.example","spam":0,"ham":0,"last_seen":"2026-01-02"}\n'
        b'{"author":"a.example","spam":1,"ham":0,"last_seen":"2026-01-02","sure":7}\n'
        b'{"author":"a.example","spam":1,"ham":0,"last_seen":"2026-01-02","wordings":["<b>"]}\n'
        b"nonsense\n"
    )
    right = b'{"author":"a.example","spam":1,"ham":0,"last_seen":"2026-01-02","later":"field"}\n'
    feed = read_feed(header + wrong + right)
    assert [entry.author for entry in feed.entries] == ["a.example"]
    assert feed.skipped == 6
    with pytest.raises(ListError, match="version 2"):
        read_feed(header.replace(b'"version":1', b'"version":2'))
