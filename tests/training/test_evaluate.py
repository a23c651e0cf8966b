"""What is measured is what the engine would have decided."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from moderator.engine import Moderator
from moderator.errors import TrainingError
from moderator.execution.processes import ProcessExecutor
from moderator.history.memory import MemoryHistory
from moderator.model.folder import SCORER
from moderator.model.policy import Policy
from moderator.records import Label
from moderator.training.evaluate import evaluate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(trained):
    made = trained.model("small")
    return replace(made, card=replace(made.card, files={SCORER: "ab" * 32}))


@pytest.fixture(scope="module")
def found(sample, model, extractor):
    return evaluate(sample, model, extractor, against=model)


def test_decisions_are_those_of_the_engine(found, sample, model, extractor):
    moderator = Moderator(model=model, policy=Policy(model.card.cutoffs), history=MemoryHistory(), extractor=extractor)
    decisions = {decision.linkback_id: decision for decision in moderator.check_many(sample.cases, reasons=0)}
    for place, name in enumerate(found.predictions.ids):
        assert found.predictions.probability[place] == pytest.approx(decisions[name].spam_probability, abs=1e-12)
        assert found.predictions.verdict[place] == decisions[name].verdict.value
        assert found.predictions.rule[place] == decisions[name].rule


def test_workers_find_the_same(found, sample, model, extractor):
    with ProcessExecutor(2) as executor:
        again = evaluate(sample, model, extractor, against=model, executor=executor)
    assert repr(again.to_json()) == repr(found.to_json())
    assert again.predictions.probability.tolist() == found.predictions.probability.tolist()


def test_every_labelled_row_is_measured_once(found, sample):
    labelled = [case.linkback.id for case in sample.cases if case.label is not None]
    assert sorted(found.predictions.ids) == sorted(labelled)
    assert (found.figures.ham, found.figures.spam) == (sample.counts.ham, sample.counts.spam)


def test_mistakes_are_the_worst_first_and_carry_reasons(found):
    for mistakes, label in ((found.lost_ham, Label.HAM), (found.passed_spam, Label.SPAM)):
        assert {mistake.label for mistake in mistakes} <= {label}
        wrong = [mistake.probability if label is Label.HAM else 1 - mistake.probability for mistake in mistakes]
        assert wrong == sorted(wrong, reverse=True)
        assert all(mistake.reasons for mistake in mistakes)
    assert found.lost_ham or found.passed_spam


def test_contributions_are_told_by_topic(found, extractor):
    assert {part.topic for part in found.topics} == set(extractor.schema.topics)
    assert found.topics[0].weight > 0


def test_against_itself_everything_is_tied(found):
    assert {measured.outcome.value for measured in found.comparison.measures} == {"tied"}


def test_only_later_rows_are_measured_but_all_are_remembered(sample, model, extractor, found):
    dates = [case.linkback.received_at for case in sample.cases if case.linkback.received_at is not None]
    since = min(dates) + (max(dates) - min(dates)) / 2
    later = evaluate(sample, model, extractor, since=since)
    assert 0 < len(later.predictions) < len(found.predictions)
    whole = dict(zip(found.predictions.ids, found.predictions.probability, strict=True))
    assert np.allclose([whole[name] for name in later.predictions.ids], later.predictions.probability, atol=1e-12)


def test_rows_that_the_model_may_have_learned_from_are_told(found, model):
    [note] = found.notes
    assert "flatter it" in note
    assert model.card.training["seen_until"][:10] in note


def test_nothing_to_measure_is_refused(sample, model, extractor):
    last = max(case.linkback.received_at for case in sample.cases if case.linkback.received_at is not None)
    with pytest.raises(TrainingError, match="received since"):
        evaluate(sample, model, extractor, since=last + timedelta(days=1))


def test_json_has_no_nan(found):
    form = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert form["figures"]["ham"] == found.figures.ham
    assert form["drift"]["measure"].startswith("population stability index")
    assert form["comparison"]["lost"] == 0
