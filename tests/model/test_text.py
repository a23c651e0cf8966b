import numpy as np
import pytest

from moderator.model.runs import BUCKETS, Runs, hashed_runs
from moderator.model.text import TextModel, TextModels, text_scores

MODEL = TextModel(np.array([0.0, 1.0, 2.0, -4.0], np.float32), bias=0.5)


def runs(*texts):
    joined = [bucket for text in texts for bucket in text]
    return Runs(np.array(joined, np.int32), np.array([len(text) for text in texts], np.int64))


@pytest.mark.parametrize(
    ("text", "score"), [([1], 1.5), ([1, 2], 0.5 + 3 / 2**0.5), ([0], 0.5), ([0, 1, 2, 3], 0.5 - 1 / 2)]
)
def test_a_score_is_a_normalised_sum(text, score):
    assert text_scores(MODEL, runs(text))[0] == pytest.approx(score)


def test_silence_is_missing_not_zero():
    scores = text_scores(MODEL, runs([], [1], []))
    assert np.isnan(scores[[0, 2]]).all()
    assert scores[1] == pytest.approx(1.5)


def test_many_equal_one_by_one():
    texts = [list(range(size)) for size in (1, 0, 4, 2)]
    alone = [text_scores(MODEL, runs(text))[0] for text in texts]
    assert np.array_equal(text_scores(MODEL, runs(*texts)), alone, equal_nan=True)


def test_no_texts():
    assert text_scores(MODEL, runs()).shape == (0,)


SAID = [("red shoes", "a", "shop example"), ("", "", ""), ("x" * 90, "ab", ""), ("жук 日本", "", "b")]


def test_channels_side_by_side_equal_each_alone_to_the_last_bit():
    random = np.random.default_rng(3)
    models = [TextModel(random.normal(size=BUCKETS).astype(np.float32), bias) for bias in (0.5, -1.25, 0.0)]
    shortest = (3, 2, 4)
    found = TextModels(models, shortest).scores(SAID)
    for place, (model, least) in enumerate(zip(models, shortest, strict=True)):
        expected = text_scores(model, hashed_runs([said[place] for said in SAID], shortest=least))
        assert np.array_equal(found[:, place], expected, equal_nan=True)
    for place in range(len(SAID)):
        alone = TextModels(models, shortest).scores(SAID[place : place + 1])
        assert np.array_equal(alone[0], found[place], equal_nan=True)
    assert TextModels(models, shortest).scores([]).shape == (0, 3)
