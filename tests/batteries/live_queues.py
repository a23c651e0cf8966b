"""What holds for every queue that can be changed where it is."""

from __future__ import annotations

from typing import Protocol

import pytest

from moderator.wordpress.live_queue import NUMBER, STATUS, Change, LiveQueue


class BlogUnderTest(Protocol):
    """A blog with pings, and ways to look at it and to meddle."""

    def queue(self) -> LiveQueue: ...
    def statuses(self) -> dict[int, str]: ...
    def set_status(self, number: int, stored: str) -> None: ...
    def remove(self, number: int) -> None: ...
    def add_pings(self) -> None: ...


class LiveQueueBattery:
    """Subclass it with a fixture `blog` that has no comments yet.

    `add_pings` adds: 1 pending, 2 approved, 3 spam, 4 trash, 5 pending and of the same second as 1, 6 pending but
    received first, 7 a pending comment by a person; 8 a pending trackback.
    """

    def test_every_ping_comes_once_in_order_of_receipt(self, blog: BlogUnderTest) -> None:
        blog.add_pings()
        rows = list(blog.queue().read())
        assert [row.values[NUMBER] for row in rows] == [6, 1, 5, 2, 3, 4, 8]
        assert [row.position for row in rows] == [1, 2, 3, 4, 5, 6, 7]
        assert [row.values[STATUS] for row in rows] == ["hold", "hold", "hold", "approved", "spam", "trash", "hold"]

    def test_an_empty_queue(self, blog: BlogUnderTest) -> None:
        assert list(blog.queue().read()) == []

    def test_it_can_be_read_on(self, blog: BlogUnderTest) -> None:
        blog.add_pings()
        queue = blog.queue()
        assert [row.values[NUMBER] for row in queue.read(after=5)] == [4, 8]
        assert list(queue.read(after=7)) == []

    def test_cases_tell_the_same_each_time_and_keep_the_label_apart(self, blog: BlogUnderTest) -> None:
        blog.add_pings()
        queue = blog.queue()
        first, second = ([queue.case(row) for row in queue.read()] for _ in range(2))
        assert first == second
        assert [case.label for case in first] == [None, None, None, "ham", "spam", None, None]
        assert all(case.linkback.received_at is not None and case.post is not None for case in first)
        keys = [(case.linkback.received_at, case.linkback.id) for case in first]
        assert keys == sorted(keys)

    def test_changes_arrive(self, blog: BlogUnderTest) -> None:
        blog.add_pings()
        before = blog.statuses()
        changes = [
            Change(1, "hold", "approved", "{}"),
            Change(3, "spam", "approved", "{}"),
            Change(2, "approved", "spam", "{}"),
        ]
        assert blog.queue().change(changes) == {1: "approved", 3: "approved", 2: "spam"}
        assert blog.statuses() == before | {1: "1", 3: "1", 2: "spam"}

    def test_changes_may_arrive_twice(self, blog: BlogUnderTest) -> None:
        blog.add_pings()
        queue, changes = blog.queue(), [Change(1, "hold", "spam", "{}"), Change(5, "hold", "approved", "{}")]
        assert queue.change(changes) == queue.change(changes) == {1: "spam", 5: "approved"}
        assert (blog.statuses()[1], blog.statuses()[5]) == ("spam", "1")

    def test_changes_can_be_taken_back(self, blog: BlogUnderTest) -> None:
        blog.add_pings()
        before, queue = blog.statuses(), blog.queue()
        changes = [
            Change(1, "hold", "spam", "{}"),
            Change(2, "approved", "hold", "{}"),
            Change(3, "spam", "approved", "{}"),
        ]
        queue.change(changes)
        queue.change([Change(change.number, change.after, change.before, "") for change in changes])
        assert blog.statuses() == before

    @pytest.mark.parametrize("stored", ["1", "spam", "trash"])
    def test_what_somebody_changed_meanwhile_stays(self, blog: BlogUnderTest, stored: str) -> None:
        blog.add_pings()
        queue = blog.queue()
        list(queue.read())
        blog.set_status(1, stored)
        words = {"1": "approved"}
        assert queue.change([Change(1, "hold", "approved", "{}")]) == {1: words.get(stored, stored)}
        assert blog.statuses()[1] == stored

    def test_comments_by_people_and_rows_that_are_gone_are_left_alone(self, blog: BlogUnderTest) -> None:
        blog.add_pings()
        queue, before = blog.queue(), blog.statuses()
        blog.remove(5)
        before.pop(5)
        assert queue.change([Change(number, "hold", "spam", "{}") for number in (5, 7, 999)]) == {}
        assert blog.statuses() == before

    def test_it_tells_its_name_and_key(self, blog: BlogUnderTest) -> None:
        first, second = blog.queue(), blog.queue()
        assert (first.name, first.key) == (second.name, second.key)
        with first.locked():
            pass
