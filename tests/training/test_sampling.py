"""Large exports are thinned evenly, and always the same way."""

import pytest

from moderator.records import Case, Linkback
from moderator.training.sampling import subsample

MASKS = ("one", "two", "three")
CASES = [
    Case(Linkback(source_url=f"https://a.example/{number}", target_url="https://b.example/", id=str(number)))
    for number in range(3000)
]


def made(rows):
    choose = subsample(MASKS, len(CASES), rows)
    return [choose(case) for case in CASES]


def test_few_cases_get_all_masks():
    assert set(made(12_000)) == {MASKS}


def test_more_cases_get_one_mask_each_and_every_mask_its_share():
    chosen = made(6_000)
    assert {len(masks) for masks in chosen} == {1}
    for name in MASKS:
        assert sum(masks == (name,) for masks in chosen) == pytest.approx(1000, rel=0.15)


@pytest.mark.parametrize("rows", [600, 2000, 5000])
def test_many_cases_are_thinned_out(rows):
    chosen = made(rows)
    assert sum(1 + len(masks) for masks in chosen if masks is not None) == pytest.approx(rows, rel=0.5)
    assert chosen == made(rows)


def test_without_masks_rows_are_thinned_alone():
    choose = subsample((), 100, 50)
    assert {choose(case) for case in CASES} == {(), None}
