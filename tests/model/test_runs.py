import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.model.runs import BUCKETS, hashed_runs, run_keys

TEXTS = st.lists(st.text(st.sampled_from("ab éж字"), max_size=12).map(lambda text: " ".join(text.split())), max_size=6)


def per_text(runs):
    return [tuple(part) for part in np.split(runs.buckets, np.cumsum(runs.sizes)[:-1])] if len(runs.sizes) else []


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS, shortest=st.integers(2, 4))
def test_many_texts_equal_each_alone(texts, shortest):
    together = per_text(hashed_runs(texts, shortest=shortest))
    assert together == [per_text(hashed_runs([text], shortest=shortest))[0] for text in texts]


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS, shortest=st.integers(2, 4))
def test_runs_stay_within_words(texts, shortest):
    for text, found in zip(texts, per_text(hashed_runs(texts, shortest=shortest)), strict=True):
        words = per_text(hashed_runs(text.split(" "), shortest=shortest))
        assert set(found) == set().union(*words)


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS, data=st.data())
def test_each_text_may_have_a_shortest_run_of_its_own(texts, data):
    shortest = data.draw(st.lists(st.integers(2, 4), min_size=len(texts), max_size=len(texts)))
    alone = [per_text(hashed_runs([text], shortest=least))[0] for text, least in zip(texts, shortest, strict=True)]
    keys = run_keys(texts, shortest)
    assert [tuple(keys[keys // BUCKETS == number] % BUCKETS) for number in range(len(texts))] == alone


@pytest.mark.parametrize("text", ["", "a"])
def test_what_is_too_short_says_nothing(text):
    assert hashed_runs([text], shortest=4).sizes.tolist() == [0]


def test_the_hash_is_the_same_for_ever():
    runs = hashed_runs(["ham & spam", "жук"], shortest=3)
    assert runs.buckets.max() < BUCKETS
    assert runs.sizes.tolist() == [15, 6]
    assert int(runs.buckets.astype(np.int64).sum()) == CHECKSUM


CHECKSUM = 831369


def test_no_texts():
    assert hashed_runs([], shortest=3).sizes.shape == (0,)
