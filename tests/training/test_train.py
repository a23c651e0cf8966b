"""Training from end to end on generated linkbacks."""

import json
from dataclasses import replace

import numpy as np
import pytest

from moderator.errors import TrainingError
from moderator.model.folder import SCORER, load_model, save_model
from moderator.model.scorer import probability
from moderator.records import Label
from moderator.training.labels import gather
from moderator.training.plan import Plan
from moderator.training.predictions import frame_log_odds
from moderator.training.train import train
from tests.training.conftest import SMALL

pytestmark = pytest.mark.slow


def test_it_learns_something_that_holds_later(trained):
    assert trained.figures.auc > 0.7
    assert trained.figures.ham + trained.figures.spam == len(trained.later)
    assert trained.metrics["chosen"] == "from scratch"


def test_the_card_tells_how_it_was_made(trained, sample):
    card = trained.card("own")
    form = json.loads(card.text())
    making = form["training"]
    assert making["data"]["rows"] == {"sample": len(sample.cases)}
    assert making["data"]["digest"] == sample.summary().digest
    assert making["data"]["label_delay_seconds"] == 86400
    assert {"python", "scikit-learn", "numpy", "tldextract", "moderator"} <= set(making["versions"])
    ends = [making["slices"][name]["until"] for name in ("fit", "calibrate", "choose", "measure")]
    assert ends == sorted(ends)
    assert making["seen_until"] == ends[2]
    assert form["metrics"]["figures"]["auc"] == pytest.approx(trained.figures.auc, abs=1e-5)
    assert len(form["metrics"]["reference"]["features"]) == len(trained.scorer.schema.numbers)
    assert "NaN" not in card.text()


def test_a_saved_model_says_the_same(trained, extractor, tmp_path):
    save_model(tmp_path / "m", trained.card("own"), trained.files())
    loaded = load_model(tmp_path / "m", extractor.schema)
    assert np.array_equal(frame_log_odds(loaded.scorer, trained.later), frame_log_odds(trained.scorer, trained.later))
    assert loaded.card.cutoffs == trained.cutoffs
    assert set(loaded.card.files) == {"scorer.npz", "pipeline.joblib"}


def test_the_same_input_gives_the_same_bytes(trained, sample, extractor):
    again = train(sample, extractor, plan=SMALL)
    assert again.files()[SCORER] == trained.files()[SCORER]
    assert train(sample, extractor, plan=SMALL.seeded(8)).files()[SCORER] != trained.files()[SCORER]


def test_a_base_is_corrected_and_not_forgotten(trained, sample, extractor):
    base = trained.model("base")
    base = replace(base, card=replace(base.card, files={SCORER: "0" * 64}))
    few = gather({"few": list(sample.cases[:450])})
    result = train(few, extractor, base=base, plan=SMALL)
    names = [entry["name"] for entry in result.metrics["candidates"]]
    assert names[:2] == ["base", "base and 3 corrections"]
    # too few rows of each class for a model from scratch beside a base
    assert "from scratch" not in names
    assert result.training["base"] == "base@00000000"
    assert result.scorer.texts is base.scorer.texts


def test_labels_of_the_future_teach_nothing_about_the_past(sample, extractor, trained):
    """The judged rows' own labels never reach their features."""
    flipped = {Label.HAM: Label.SPAM, Label.SPAM: Label.HAM, None: None}
    last = {case.linkback.id for case in sample.cases[-40:]}
    cases = [replace(case, label=flipped[case.label]) if case.linkback.id in last else case for case in sample.cases]
    other = train(gather({"sample": cases}), extractor, plan=SMALL)
    at = {name: place for place, name in enumerate(other.later.ids)}
    first = sample.cases[-40].linkback
    [mine] = np.flatnonzero(trained.later.ids == first.id) if first.id in trained.later.ids else [0]
    name = trained.later.ids[mine]
    if name in at:
        assert np.array_equal(trained.later.numbers[mine], other.later.numbers[at[name]], equal_nan=True)


def test_progress_is_told_in_stages(sample, extractor):
    stages = []
    train(sample, extractor, plan=SMALL, progress=lambda stage, done, total: stages.append(stage))
    assert list(dict.fromkeys(stages)) == [
        "reading the past",
        "looking for wrong labels",
        "training from scratch",
        "choosing cut-offs",
    ]


def test_probabilities_are_calibrated_numbers(trained):
    chance = probability(frame_log_odds(trained.scorer, trained.later))
    assert ((chance > 0) & (chance < 1)).all()
    assert 0 <= trained.cutoffs.approve_below <= trained.cutoffs.spam_from


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        (lambda case: case.label is Label.HAM, "WordPress leaves spam out"),
        (lambda case: case.label is Label.SPAM, "only spam"),
        (lambda case: case.label is None, "has a label"),
    ],
)
def test_what_is_missing_is_said(sample, extractor, keep, said):
    with pytest.raises(TrainingError, match=said):
        train(gather({"a": filter(keep, sample.cases)}), extractor, plan=Plan())


def test_undated_exports_of_few_sites_are_refused(sample, extractor):
    cases = [
        replace(case, linkback=replace(case.linkback, received_at=None, site="one.example"), labelled_at=None)
        for case in sample.cases
    ]
    with pytest.raises(TrainingError, match="no date"):
        train(gather({"a": cases}), extractor, plan=SMALL)
