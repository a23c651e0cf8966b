"""Slices are later and foreign to what came before; what cannot be cut honestly is refused."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from moderator.errors import TrainingError
from moderator.training.frame import joined
from moderator.training.slices import SHARES, cut, sites_cut_by_domain
from tests.made_frames import made_frame


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
