"""Splits tear no campaign apart and let no site be tested by a model that saw it."""

import dataclasses

import numpy as np
import pytest

from moderator.features.row import Schema
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.splits import block_folds, site_folds, time_slices


def frame(count=600, seed=1, masks=2):
    random = np.random.default_rng(seed)
    cases = count // masks
    of_case = {
        "spam": random.random(cases) < 0.4,
        "family": random.choice([f"site{number}.example" for number in range(20)], cases),
        "at": np.where(random.random(cases) < 0.1, np.nan, random.uniform(0, 1e6, cases)),
        "keys": np.where(random.random((cases, 3)) < 0.3, 0, random.integers(1, 900, (cases, 3))),
    }
    spread = {name: np.repeat(part, masks, axis=0) for name, part in of_case.items()}
    wording = np.empty((count, 0), object)
    return Frame(
        schema=Schema((), (), (), ()),
        numbers=np.empty((count, 0)),
        wording=wording,
        kind=np.full(count, "pingback"),
        self_ping=np.zeros(count, bool),
        mask=np.array([WHOLE, "no post"] * cases)[:count] if masks == 2 else np.full(count, WHOLE),
        origin=np.repeat(np.arange(cases), masks),
        ids=np.repeat(np.arange(cases), masks).astype(str),
        **spread,
    )


def share_a_campaign(frame, some, others):
    return any(np.intersect1d(column[some], column[others]).any() for column in frame.keys.T)


@pytest.mark.parametrize("seed", range(3))
def test_site_folds(seed):
    rows = frame()
    splits = list(site_folds(rows, folds=5, seed=seed))
    assert np.array_equal(np.sort(np.concatenate([split.test for split in splits])), np.arange(len(rows)))
    for split in splits:
        assert len(split.train) > 0
        assert not set(rows.family[split.train]) & set(rows.family[split.test])
        assert not share_a_campaign(rows, split.train, split.test)
        assert 0 < rows.spam[split.test].mean() < 1


def test_another_seed_deals_otherwise():
    rows = frame()
    one, other = ([tuple(split.test) for split in site_folds(rows, folds=5, seed=seed)] for seed in (1, 2))
    assert one != other


def test_time_slices_are_in_order_whole_and_apart():
    rows = frame()
    slices = time_slices(rows, shares=(0.6, 0.2, 0.2))
    latest = -np.inf
    for number, part in enumerate(slices):
        at = np.nan_to_num(rows.at[part], nan=-1.0)
        assert (at >= latest).all()
        assert (np.diff(at) >= 0).all()
        latest = at.max()
        for earlier in slices[:number]:
            assert not set(rows.origin[part]) & set(rows.origin[earlier])
            assert not share_a_campaign(rows, part, earlier)
    assert len(slices[0]) == pytest.approx(0.6 * len(rows), abs=4)


def test_masked_copies_stay_together():
    rows = frame()
    for part in time_slices(rows, shares=(0.5, 0.5)):
        _, copies = np.unique(rows.origin[part], return_counts=True)
        assert (copies == 2).all()


def test_a_large_family_is_cut_into_months():
    rows = frame()
    large = np.where(rows.origin % 2 == 0, "big.example", rows.family)
    rows = dataclasses.replace(rows, family=large, at=rows.at * 30)
    tests = [split.test for split in block_folds(rows, folds=5, seed=1)]
    assert np.array_equal(np.sort(np.concatenate(tests)), np.arange(len(rows)))
    assert sum("big.example" in rows.family[test] for test in tests) > 1
    assert all(not share_a_campaign(rows, split.train, split.test) for split in block_folds(rows, folds=5, seed=1))
