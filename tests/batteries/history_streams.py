"""Random streams for histories: all of them must answer alike, and as a plain reading of the contract demands."""

from collections.abc import Callable, Sequence
from math import isnan, nan
from typing import Any

from hypothesis import strategies as st

from moderator.history.base import DAY, HOUR, RECENT, UNKNOWN_ACTIVITY, WEEK, Activity, Entry, History, Keys, Snapshot
from moderator.records import Label
from tests.batteries.history_battery import NOW, VERIFIED, entry, same

# Few values, so that keys, ids and moments meet often; each family has digests of its own.
_few = st.one_of(st.none(), st.integers(1, 3))
_keys = st.tuples(*[_few] * len(Keys._fields)).map(
    lambda picks: Keys(*(None if pick is None else pick + 100 * family for family, pick in enumerate(picks)))
)
_edges = [0.0, 1.0, HOUR, HOUR + 1, DAY, WEEK, WEEK + 1, 3 * WEEK]
_moments = st.one_of(
    st.sampled_from([NOW + edge for edge in _edges]), st.floats(0, 4 * WEEK).map(lambda late: NOW + late), st.just(nan)
)
_ids = st.text("abcé😀", min_size=1, max_size=2)
_labels = st.sampled_from(Label)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("observe"), _ids, _moments, _keys, st.booleans()),
        st.tuples(st.just("observe"), _ids, _moments, _keys, st.booleans()),
        st.tuples(st.just("judge"), _keys, _labels, _moments.filter(lambda at: not isnan(at))),
        st.tuples(st.just("label"), _ids, _labels, _moments.filter(lambda at: not isnan(at))),
        st.tuples(st.just("prune"), _moments),
    ),
    max_size=40,
)
"""What happens to a history."""
questions = st.tuples(_keys, _moments, _ids)
"""What it is asked."""


def assert_alike(stores: Sequence[History], taken: list[Any], asked: list[tuple[Keys, float, str]]) -> None:
    """Lets all stores live through the same steps, and compares what they answer, to the last bit."""
    remembered: dict[str, Entry] = {}
    for step in taken:
        _do(step, stores, remembered)
        _snapshot(stores, *asked[0])
    for keys, at, id in asked:
        answer = _snapshot(stores, keys, at, id)
        for key, activity in zip(keys[:6], answer[:6], strict=True):
            assert same(tuple(activity), tuple(_plainly(key, at, id, remembered)))
    assert len({repr(list(store.labelled())) for store in stores}) == 1


def _snapshot(stores: Sequence[History], keys: Keys, at: float, id: str) -> Snapshot:
    """What all of them answer, equal to the last bit."""
    answers = [store.snapshot(keys, at, id) for store in stores]
    assert all(same(answer, answers[0]) for answer in answers)
    return answers[0]


def _do(step: Any, stores: Sequence[History], remembered: dict[str, Entry]) -> None:
    match step:
        case "observe", id, at, keys, verified:
            remembered[id] = entry(id, at, keys, evidence=VERIFIED if verified else None)
            for store in stores:
                store.observe(remembered[id])
        case "judge", keys, label, at:
            for store in stores:
                store.judge(keys, label, at)
        case "label", id, label, at:
            if id in remembered:
                for store in stores:
                    store.label(id, label, at)
        case "prune", before:
            assert len({store.prune(before) for store in stores}) == 1
            labelled = {each.entry.linkback.id for each in stores[0].labelled()}
            for id in [id for id, each in remembered.items() if each.at < before and id not in labelled]:
                del remembered[id]


def _plainly(key: int | None, at: float, id: str, remembered: dict[str, Entry]) -> Activity:
    """The contract, read word by word."""
    if key is None or isnan(at):
        return UNKNOWN_ACTIVITY
    past = [each for each in remembered.values() if key in each.keys[:6] and (each.at, each.linkback.id) < (at, id)]
    past = [each for each in past if each.at > at - WEEK]
    past = sorted(past, key=lambda each: (each.at, each.linkback.id))[-RECENT:]

    def distinct(window: float, pick: Callable[[Keys], int | None]) -> int:
        return len({pick(each.keys) for each in past if each.at > at - window} - {None})

    return Activity(
        sum(each.at > at - HOUR for each in past),
        sum(each.at > at - DAY for each in past),
        len(past),
        distinct(HOUR, lambda keys: keys.target),
        distinct(DAY, lambda keys: keys.target),
        distinct(WEEK, lambda keys: keys.target),
        distinct(WEEK, lambda keys: keys.domain),
        distinct(WEEK, lambda keys: keys.sender),
        at - past[-1].at if past else nan,
    )
