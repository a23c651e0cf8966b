"""Subscribing: what replaces the list in place, and what must not."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from moderator.domain_lists import subscribe
from moderator.domain_lists.feed import FeedEntry
from moderator.domain_lists.publish import signed_feed
from moderator.domain_lists.signature import load_or_make_key, public_key
from moderator.domain_lists.subscribe import (
    Answer,
    RefreshOutcome,
    Subscribed,
    Subscription,
    known_since,
    last_good,
    refresh_one,
)
from moderator.errors import ListError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FRIEND = Subscription("friend", "https://friend.example/lists/linkbacks.json")
Server = Callable[..., Subscribed]


def entries(count: int, start: int = 0) -> list[FeedEntry]:
    return [FeedEntry(f"host{n}.example", 2, 0, date(2026, 2, 1)) for n in range(start, start + count)]


@pytest.fixture
def feed(tmp_path: Path) -> Callable[..., bytes]:
    def made(count: int, *, at: datetime = NOW, key: str = "key") -> bytes:
        return signed_feed(entries(count), load_or_make_key(tmp_path / key), "https://friend.example/", now=at)

    return made


@pytest.fixture
def refresh(tmp_path: Path) -> Server:
    """Refreshes with a server that gives an answer."""

    def run(answer: Answer | bytes, subscription: Subscription = FRIEND, now: datetime = NOW) -> Subscribed:
        given = answer if isinstance(answer, Answer) else Answer(200, answer)
        return refresh_one(subscription, tmp_path / "lists", lambda url, headers: given, now=now)

    return run


def in_place(tmp_path: Path) -> int:
    found = last_good(FRIEND, tmp_path / "lists")
    return 0 if found is None else len(found.entries)


def test_a_list_comes_and_is_replaced(refresh: Server, feed: Callable[..., bytes], tmp_path: Path) -> None:
    assert in_place(tmp_path) == 0
    first = refresh(feed(3))
    assert (first.outcome, first.entries, first.problem) == (RefreshOutcome.UPDATED, 3, "")
    later = NOW + timedelta(days=1)
    assert refresh(feed(5, at=later), now=later).entries == 5
    since = known_since(FRIEND, tmp_path / "lists")
    assert since["host1.example"] == NOW.timestamp()
    assert since["host4.example"] == later.timestamp()


def test_what_has_not_changed_is_not_sent_again(feed: Callable[..., bytes], tmp_path: Path) -> None:
    asked: list[Mapping[str, str]] = []

    def fetch(url: str, headers: Mapping[str, str]) -> Answer:
        asked.append(headers)
        return Answer(304) if headers else Answer(200, feed(3), '"abc"', "Sun, 01 Mar 2026 12:00:00 GMT")

    refresh_one(FRIEND, tmp_path / "lists", fetch, now=NOW)
    again = refresh_one(FRIEND, tmp_path / "lists", fetch, now=NOW)
    assert (again.outcome, again.entries) == (RefreshOutcome.UNCHANGED, 3)
    assert asked[1] == {"If-None-Match": '"abc"', "If-Modified-Since": "Sun, 01 Mar 2026 12:00:00 GMT"}


def test_the_last_good_list_stays(refresh: Server, feed: Callable[..., bytes], tmp_path: Path) -> None:
    good = feed(400)
    refresh(good)
    later = NOW + timedelta(days=1)
    wrong: dict[str, bytes | Answer] = {
        "404": Answer(404),
        "no host|no header|damaged": b"<html>gone</html>",
        "signature": good.replace(b"host7.", b"hostX."),
        "signature does": b"".join(good.splitlines(keepends=True)[:-1]),
        "another key": feed(400, at=later, key="other"),
        "shrunk": feed(30, at=later),
        "grown": feed(5000, at=later),
        "older": feed(400, at=NOW - timedelta(days=2)),
        "not any more": b"host1.example\nhost2.example\n",
    }
    for why, answer in wrong.items():
        found = refresh(answer, now=later)
        assert found.outcome is RefreshOutcome.FAILED, why
        assert found.entries == 400
        assert any(part in found.problem for part in why.split("|")), found.problem
        assert in_place(tmp_path) == 400, why
    late = refresh(feed(401, at=NOW), now=NOW + timedelta(days=30))
    assert "out of date" in late.problem
    assert in_place(tmp_path) == 400


def test_no_answer_at_all(tmp_path: Path) -> None:
    def fetch(url: str, headers: Mapping[str, str]) -> Answer:
        raise ListError("no answer")

    found = refresh_one(FRIEND, tmp_path / "lists", fetch, now=NOW)
    assert (found.outcome, found.entries) == (RefreshOutcome.FAILED, 0)
    assert "no answer" in found.problem


def test_a_pinned_key_holds_from_the_first_day(refresh: Server, feed: Callable[..., bytes], tmp_path: Path) -> None:
    wanted = Subscription(FRIEND.name, FRIEND.url, key=public_key(load_or_make_key(tmp_path / "other")))
    assert "another key" in refresh(feed(3), wanted).problem
    assert refresh(feed(3, key="other"), wanted).outcome is RefreshOutcome.UPDATED
    assert "not any more" in refresh(b"pills.example\n", wanted).problem


def test_a_lost_record_does_not_let_another_key_in(refresh: Server, feed: Callable[..., bytes], tmp_path: Path) -> None:
    refresh(feed(3))
    (tmp_path / "lists" / "friend" / "state.json").write_bytes(b"{")
    assert "another key" in refresh(feed(3, key="other")).problem
    assert refresh(feed(4)).outcome is RefreshOutcome.UPDATED


def test_a_crash_leaves_a_whole_list(
    refresh: Server, feed: Callable[..., bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(feed(3))

    def killed(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(subscribe.os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        refresh(feed(9))
    monkeypatch.undo()
    assert in_place(tmp_path) == 3
    assert sorted(path.name for path in (tmp_path / "lists" / "friend").iterdir()) == ["list", "state.json"]
    assert refresh(feed(9)).entries == 9


def test_plain_lists_are_subscribed_to_as_well(refresh: Server, tmp_path: Path) -> None:
    assert refresh(b"0.0.0.0 pills.example\n0.0.0.0 casino.example\n").entries == 2
    assert in_place(tmp_path) == 2


@pytest.mark.parametrize("name", ["", "../up", "a b", "x" * 65])
def test_a_name_is_no_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(ListError, match="name it with"):
        refresh_one(Subscription(name, FRIEND.url), tmp_path, lambda url, headers: Answer(304), now=NOW)
