"""Training with several processes gives the same frame and the same model, bit for bit."""

import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from datasets.blogosphere import generate
from moderator.execution.processes import ProcessExecutor
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.model.folder import scorer_bytes
from moderator.records import Case, Label
from moderator.tables.rows import case_of
from moderator.training import build
from moderator.training.build import build_frame
from moderator.training.frame import Frame
from moderator.training.labels import LabelledCases, gather
from moderator.training.plan import Plan
from moderator.training.recipe import Recipe
from moderator.training.sampling import subsample
from moderator.training.train import train

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="one system is enough")]
EXTRACTOR = Extractor()


@pytest.fixture(scope="module")
def workers() -> Iterator[ProcessExecutor]:
    with ProcessExecutor(2) as workers:
        yield workers


@pytest.fixture(scope="module")
def labelled() -> LabelledCases:
    return gather({"made": map(case_of, generate(5, 700, flipped=0.02))})


def same(one: Frame, other: Frame) -> None:
    assert len(one) == len(other)
    for name in (entry.name for entry in fields(Frame) if entry.name not in ("schema", "wording")):
        a, b = getattr(one, name), getattr(other, name)
        assert (name, a.dtype, a.tobytes()) == (name, b.dtype, b.tobytes())
    for a, b in zip(one.wording.ravel(), other.wording.ravel(), strict=True):
        assert a.dtype == b.dtype
        assert np.array_equal(a, b)


@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_the_frame_is_the_same(
    workers: ProcessExecutor, labelled: LabelledCases, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = labelled.cases[:150]
    masks = ("no excerpt", "no history")
    whole = build_frame(cases, EXTRACTOR, masks=masks)
    assert len(whole) == 3 * sum(case.label is not None for case in cases)
    monkeypatch.setattr(build, "_PIECE", piece)
    same(whole, build_frame(cases, EXTRACTOR, masks=masks))
    same(whole, build_frame(cases, EXTRACTOR, masks=masks, executor=workers))
    few = subsample(masks, len(cases), rows=40)
    part = build_frame(cases, EXTRACTOR, masks=few)
    assert 5 < len(part) < 60
    same(part, build_frame(cases, EXTRACTOR, masks=few, executor=workers))


def test_no_rows_make_an_empty_frame(workers: ProcessExecutor) -> None:
    for frame in (build_frame([], EXTRACTOR), build_frame([], EXTRACTOR, executor=workers)):
        assert len(frame) == 0
        assert frame.numbers.shape == (0, len(EXTRACTOR.schema.numbers))
        assert frame.wording.shape == (0, len(EXTRACTOR.schema.channels))


def test_a_history_that_is_given_knows_the_cases_whole(workers: ProcessExecutor, labelled: LabelledCases) -> None:
    cases, known = labelled.cases[:50], []
    for hands in (None, workers):
        history = MemoryHistory()
        build_frame(cases, EXTRACTOR, history=history, executor=hands)
        for case in cases:
            history.label(case.linkback.id, Label.SPAM, 1.0)
        known.append([entry.entry.linkback for entry in history.labelled()])
    assert known[0] == known[1]
    assert {back.source_url for back in known[0]} == {case.linkback.source_url for case in cases}


def test_features_that_fail_end_the_training(workers: ProcessExecutor) -> None:
    case = case_of({"source_url": "https://a.example/", "target_url": "https://b.example/", "label": "spam"})
    late = Case(case.linkback, label=Label.SPAM, labelled_at=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=1))
    for hands in (None, workers):
        with pytest.raises(KeyError, match="no such mask"):
            build_frame([late], EXTRACTOR, masks=("no such mask",), executor=hands)


def test_the_model_is_the_same(workers: ProcessExecutor, labelled: LabelledCases) -> None:
    small = Plan(recipe=Recipe(masks=("no post", "no history"), trees=25, forests=1, text_folds=3))
    alone = train(labelled, EXTRACTOR, plan=small)
    shared = train(labelled, EXTRACTOR, plan=small, executor=workers)
    assert scorer_bytes(alone.scorer) == scorer_bytes(shared.scorer)
    assert repr(alone.card("a")) == repr(shared.card("a"))
