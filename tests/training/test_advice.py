"""What an evaluation advises: a step for each thing out of bounds, with a page that is there."""

from dataclasses import replace
from pathlib import Path

import pytest

from moderator.cli.format_training import evaluation_text
from moderator.model.folder import SCORER
from moderator.training.advice import advice
from moderator.training.compare import Comparison
from moderator.training.drift import Drift
from moderator.training.evaluate import evaluate
from moderator.training.figures import share_of

ROOT = Path(__file__).parents[2]
NONE = share_of(0, 100)


@pytest.fixture(scope="module")
def found(sample, trained, extractor):
    made = trained.model("small")
    model = replace(made, card=replace(made.card, files={SCORER: "ab" * 32}))
    whole = evaluate(sample, model, extractor)
    figures = replace(whole.figures, ham_as_spam=NONE, spam_approved=NONE, held=NONE, by_evidence=())
    return replace(whole, figures=figures, drift=Drift(0, None, ()))


def with_figures(found, **figures):
    return replace(found, figures=replace(found.figures, **figures))


def test_where_nothing_is_out_of_bounds_one_line_says_so(found):
    [only] = advice(found)
    assert only.ground == "nothing is out of bounds"


@pytest.mark.parametrize(
    ("name", "few", "many", "says"),
    [
        ("ham_as_spam", share_of(1, 2000), share_of(1, 100), "`spam_from`"),
        ("spam_approved", share_of(1, 200), share_of(5, 100), "`approve_below`"),
        ("held", share_of(20, 100), share_of(60, 100), "`moderator retrain"),
    ],
)
def test_a_share_out_of_bounds_is_told_with_its_counts(found, name, few, many, says):
    assert len(advice(with_figures(found, **{name: few}))) == 1
    [step] = advice(with_figures(found, **{name: many}))
    assert says in step.do
    assert f"{many.seen} of {many.total}" in step.ground


def test_pages_that_were_not_looked_at_are_told(found, sample):
    table = found.figures.by_kind[0]._replace(name="not_checked", ham=(len(found.predictions), 0, 0), spam=(0, 0, 0))
    [step] = advice(with_figures(found, by_evidence=(table,)))
    assert "--verify" in step.do


def test_a_worse_model_is_not_to_be_used(found):
    [step] = advice(replace(found, comparison=Comparison(100, (), True, ("it lost",))))
    assert step.do == "keep the other one"


def test_the_pages_that_are_named_exist_and_the_command_line_says_them(found):
    bad = with_figures(found, ham_as_spam=share_of(9, 9), spam_approved=share_of(9, 9), held=share_of(9, 9))
    steps = advice(bad)
    assert len(steps) == 3
    for step in steps:
        assert (ROOT / step.page).exists()
        assert step.text() in evaluation_text(bad)
