"""Database and REST interface of a blog keep what every live queue promises."""

from pathlib import Path

import pytest

from moderator.wordpress.database import WordPressDatabase
from moderator.wordpress.http import RestClient
from moderator.wordpress.live_queue import LiveQueue
from moderator.wordpress.rest import WordPressSite
from tests.batteries.live_queues import LiveQueueBattery
from tests.wordpress.blog import HOME, Blog, FakeRest


class _TestedBlog(Blog):
    def add_pings(self) -> None:
        same = "2026-01-01 00:01:00"
        self.add(1, "0", comment_date_gmt=same)
        self.add(2, "1")
        self.add(3, "spam", "trackback", comment_content="<strong>T</strong>\n\nE")
        self.add(4, "trash")
        self.add(5, "0", comment_date_gmt=same)
        self.add(6, "0", comment_date_gmt="2025-12-31 00:00:00")
        self.add(7, "0", "comment")
        self.add(8, "0", "trackback")

    def remove(self, number: int) -> None:
        self.run(f"DELETE FROM {self.prefix}comments WHERE comment_ID = ?", (number,))


class _OverDatabase(_TestedBlog):
    def queue(self) -> LiveQueue:
        return WordPressDatabase(self.url)


class _OverRest(_TestedBlog):
    def queue(self) -> LiveQueue:
        return WordPressSite(RestClient(HOME, ("owner", "secret"), FakeRest(self).session()))


class TestDatabase(LiveQueueBattery):
    @pytest.fixture
    def blog(self, tmp_path: Path) -> Blog:
        return _OverDatabase(tmp_path / "blog.db").make()


class TestRest(LiveQueueBattery):
    @pytest.fixture
    def blog(self, tmp_path: Path) -> Blog:
        return _OverRest(tmp_path / "blog.db").make()


def test_both_tell_the_same(tmp_path: Path) -> None:
    blog = _OverRest(tmp_path / "blog.db")
    blog.make()
    blog.fill(350)
    rest, database = blog.queue(), WordPressDatabase(blog.url)
    assert [rest.case(row) for row in rest.read()] == [database.case(row) for row in database.read()]
