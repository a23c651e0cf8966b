"""The order of judging: time, then id, undated last; parts never split a tie."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.batch.order import TimeOrder, time_and_id

START = datetime(2020, 1, 1, tzinfo=UTC)
Row = tuple[int | None, str]


def order_of(rows: list[Row]) -> TimeOrder:
    order = TimeOrder()
    for second, linkback_id in rows:
        order.put(*time_and_id(None if second is None else START + timedelta(seconds=second), linkback_id), 10)
    return order


@pytest.mark.parametrize(
    ("rows", "is_sorted"),
    [
        ([], True),
        ([(5, "a")], True),
        ([(1, "b"), (2, "a")], True),
        ([(2, "a"), (1, "b")], False),
        ([(1, "a"), (1, "b")], True),
        ([(1, "b"), (1, "a")], True),
        ([(1, "a"), (1, "a")], True),
        ([(1, "a"), (None, "z"), (None, "a")], True),
        ([(None, "a"), (1, "a")], False),
    ],
)
def test_whether_rows_are_in_order(rows: list[Row], is_sorted: bool) -> None:
    assert order_of(rows).sorted is is_sorted


@given(
    st.lists(st.tuples(st.none() | st.integers(-3, 3), st.sampled_from(["", "a", "b", "long-id-01", "long-id-02"]))),
    st.integers(1, 7),
)
@settings(max_examples=150, deadline=None)
def test_parts_follow_each_other_and_keep_ties_together(rows: list[Row], count: int) -> None:
    order = order_of(rows)
    parts = order.parts(count).tolist()
    assert len(parts) == len(order) == len(rows)
    assert all(0 <= part < count for part in parts)
    keyed = sorted(
        ((second is None, second or 0, place if second is None else 0, "" if second is None else linkback_id), part)
        for place, ((second, linkback_id), part) in enumerate(zip(rows, parts, strict=True))
    )
    assert [part for _, part in keyed] == sorted(parts)
    by_tie: dict[object, set[int]] = {}
    for (second, linkback_id), part in zip(rows, parts, strict=True):
        if second is not None:
            by_tie.setdefault((second, linkback_id[:8]), set()).add(part)
    assert all(len(found) == 1 for found in by_tie.values())


def test_the_longest_tie() -> None:
    assert order_of([]).longest_tie == 0
    assert order_of([(1, ""), (1, ""), (2, ""), (3, ""), (3, ""), (3, ""), (4, "")]).longest_tie == 30
    assert order_of([(1, ""), (None, ""), (None, ""), (None, "")]).longest_tie == 10


def test_parts_are_of_like_size() -> None:
    order = order_of([(-second, "") for second in range(1000)])
    parts = order.parts(4).tolist()
    assert [parts.count(part) for part in range(4)] == [250] * 4
    assert parts[0] == 3
