import numpy as np
import pytest

from moderator.features.row import Schema
from moderator.features.wording import Channel
from moderator.model.explain import BASE, REST, explain

SCHEMA = Schema(
    ("a.x", "a.y", "a.z"), (Channel("title", "the wording", 3),), ("x", "y", "z", "the wording"), ("t",) * 4
)
VALUES = np.array([[1.0, np.nan, 3.0, 0.7]])
PARTS = np.array([[0.5, -2.0, 0.0, 1.0]])


@pytest.mark.parametrize("limit", [1, 2, 3, 8])
def test_reasons_add_up_whatever_the_limit(limit):
    [reasons] = explain(SCHEMA, -1.0, VALUES, PARTS, limit=limit)
    assert sum(reason.contribution for reason in reasons) == pytest.approx(-1.5, abs=1e-12)


def test_the_strongest_come_first_and_the_weaker_are_summed_up():
    [reasons] = explain(SCHEMA, -1.0, VALUES, PARTS, limit=2)
    assert [reason.feature for reason in reasons] == ["a.y", "wording.title", REST, BASE]
    assert reasons[0].meaning == "y"
    assert reasons[1].meaning == "the wording"
    assert reasons[2].value == 1.0
    assert reasons[2].contribution == pytest.approx(0.5)


def test_what_did_not_matter_is_not_named():
    names = [reason.feature for reason in explain(SCHEMA, -1.0, VALUES, PARTS, limit=8)[0]]
    assert "a.z" not in names
    assert REST not in names


def test_no_reasons_when_none_are_asked_for():
    assert explain(SCHEMA, -1.0, VALUES, PARTS, limit=0) == [()]


def test_many_rows_equal_each_alone():
    random = np.random.default_rng(3)
    values, parts = random.normal(size=(2, 20, 4)).round(1)
    together = explain(SCHEMA, 0.5, values, parts, limit=2)
    alone = [explain(SCHEMA, 0.5, values[row : row + 1], parts[row : row + 1], limit=2)[0] for row in range(20)]
    assert [list(map(_without_nan, row)) for row in together] == [list(map(_without_nan, row)) for row in alone]


def _without_nan(reason):
    return (reason.feature, reason.contribution, reason.meaning)
