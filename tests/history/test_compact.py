from math import inf, nan

from hypothesis import given
from hypothesis import strategies as st

from moderator.history.compact import _PARTS, CompactTable
from moderator.history.reputation import NO_TALLY, Tally

_digests = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-3, 3))


@given(st.lists(st.tuples(_digests, st.floats(), st.floats()), max_size=60))
def test_it_answers_like_a_dict(puts: list[tuple[int, float, float]]) -> None:
    table: CompactTable[tuple[float, ...]] = CompactTable((nan, inf), tuple)
    plain: dict[int, tuple[float, float]] = {}
    for key, *numbers in puts:
        table.put(key, tuple(numbers))
        plain[key] = (numbers[0], numbers[1])
    assert len(table) == len(plain)
    for key in [*plain, 99]:
        assert repr(table.get(key)) == repr(plain.get(key, (nan, inf)))


def test_it_grows_with_all_it_holds() -> None:
    table = CompactTable(NO_TALLY, Tally._make)
    keys = [(number * 0x9E3779B97F4A7C15) % 2**64 - 2**63 for number in range(1, 30_001)]
    for number, key in enumerate(keys):
        table.put(key, Tally(number, -number, 0.5))
    assert len(table) == len(keys)
    assert all(table.get(key) == Tally(number, -number, 0.5) for number, key in enumerate(keys))
    assert isinstance(table.get(keys[0]), Tally)
    assert table.get(12345) is NO_TALLY
    places = sum(len(part.keys) for part in table._parts)
    assert 24 * places / len(keys) < 60  # bytes a key, were it one float


def test_keys_that_crowd_one_home_are_kept_apart() -> None:
    table: CompactTable[tuple[float, ...]] = CompactTable((nan,), tuple)
    keys = [_PARTS * 16 * 81 * number for number in range(1, 400)]
    for key in keys:
        table.put(key, (float(key),))
    assert [table.get(key) for key in keys] == [(float(key),) for key in keys]
