"""Splits tear no campaign apart and let no site be tested by a model that saw it."""

import dataclasses
import itertools
from dataclasses import replace

import numpy as np
import pytest

from moderator.errors import TrainingError
from moderator.features.row import Schema
from moderator.training.frame import Frame, joined
from moderator.training.masks import WHOLE
from moderator.training.splits import SHARES, block_folds, cut, site_folds, sites_cut_by_domain, time_slices
from tests.made_frames import made_frame


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


def parts(slices):
    return [slices.fit, slices.calibrate, slices.choose, slices.measure]


def test_dated_rows_are_cut_by_time():
    frame = made_frame()
    slices = cut(frame)
    assert slices.by == "time"
    sizes = np.array([len(rows) for rows in parts(slices)])
    assert np.allclose(sizes / sizes.sum(), SHARES, atol=0.02)
    ends = [(frame.at[rows].min(), frame.at[rows].max()) for rows in parts(slices)]
    assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(ends))


def test_a_campaign_stays_in_the_slice_where_it_began():
    frame = made_frame()
    keys = frame.keys.copy()
    keys[::7, 2] = 5  # one network, from the first row to the last
    slices = cut(replace(frame, keys=keys))
    for rows in parts(slices)[1:]:
        assert not (keys[rows, 2] == 5).any()


def test_only_whole_rows_are_measured_and_all_are_learned_from():
    frame = made_frame()
    both = joined(frame, replace(frame, mask=np.full(len(frame), "no post")))
    both = replace(both, origin=np.tile(np.arange(len(frame)), 2))
    slices = cut(both)
    assert (both.mask[slices.fit] == "no post").mean() == 0.5
    for rows in parts(slices)[1:]:
        assert len(rows)
        assert (both.mask[rows] == "whole").all()


def test_undated_rows_are_cut_by_site():
    frame = made_frame(sites=30, dated=False)
    slices = cut(frame)
    assert slices.by == "site"
    seen: set[str] = set()
    for rows in parts(slices):
        sites = set(frame.family[rows])
        assert not sites & seen
        assert 0 < frame.spam[rows].mean() < 1
        seen |= sites
    assert sum(len(rows) for rows in parts(slices)) == len(frame)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (made_frame(sites=3, dated=False), "no date and there are only 3 sites"),
        (made_frame(spam=0.0), "0 spam"),
        (made_frame(spam=1.0), "0 ham"),
    ],
)
def test_what_cannot_be_cut_is_refused(frame, said):
    with pytest.raises(TrainingError, match=said):
        cut(frame)


def test_one_site_is_parted_by_domain():
    frame = made_frame(sites=1)
    parted = sites_cut_by_domain(frame, 5)
    assert len(np.unique(parted.family)) == 10
    domains: dict[int, str] = {}
    for key, family in zip(frame.keys[:, 0], parted.family, strict=True):
        assert domains.setdefault(int(key), family) == family


def test_many_sites_stay_as_they_are():
    frame = made_frame(sites=12)
    assert sites_cut_by_domain(frame, 5) is frame
