"""A worse model is never promoted; force is a choice, and damage is told."""

from dataclasses import replace

import numpy as np
import pytest

from moderator.errors import ModelError
from moderator.model.card import read_card
from moderator.model.folder import load_model
from moderator.training.predictions import predictions_from_cutoffs
from moderator.training.promote import promote


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "own"


def spoiled(trained):
    """The model with its signs turned around: what it says is as wrong as the other is right."""
    scorer = replace(trained.scorer, slope=-trained.scorer.slope)
    chance = 1 / (1 + np.exp(-trained.later.log_odds(scorer)))
    return replace(trained, scorer=scorer, predictions=predictions_from_cutoffs(trained.later, chance, trained.cutoffs))


def test_the_first_model_is_saved(trained, folder, extractor):
    promotion = promote(trained, folder, extractor.schema)
    assert promotion.card == read_card(folder)
    assert promotion.card.name == "own"
    assert promotion.comparison is None


def test_an_equal_model_may_take_over(trained, folder, extractor):
    promote(trained, folder, extractor.schema)
    promotion = promote(trained, folder, extractor.schema)
    assert promotion.card is not None
    assert not promotion.comparison.worse
    assert promotion.former == promotion.card.label


def test_a_worse_model_stays_out(trained, folder, extractor):
    before = promote(trained, folder, extractor.schema).card
    promotion = promote(spoiled(trained), folder, extractor.schema)
    assert promotion.card is None
    assert "auc is clearly worse" in promotion.why
    assert read_card(folder) == before
    assert promotion.to_json()["promoted"] is False


def test_force_replaces_a_better_one(trained, folder, extractor):
    before = promote(trained, folder, extractor.schema).card
    promotion = promote(spoiled(trained), folder, extractor.schema, force=True)
    assert "saved by force" in promotion.why
    assert load_model(folder, extractor.schema).card == promotion.card != before


def test_a_damaged_model_is_not_replaced_unseen(trained, folder, extractor):
    promote(trained, folder, extractor.schema)
    (folder / "scorer.npz").write_bytes(b"broken")
    with pytest.raises(ModelError, match="--force"):
        promote(trained, folder, extractor.schema)
    assert "could not be read" in promote(trained, folder, extractor.schema, force=True).why
    load_model(folder, extractor.schema)


@pytest.fixture
def serving(trained, tmp_path, extractor):
    """The model that serves where the owner has none."""
    promote(trained, tmp_path / "serving", extractor.schema)
    return load_model(tmp_path / "serving", extractor.schema)


def test_the_first_model_must_not_be_worse_than_what_serves(trained, folder, extractor, serving):
    promotion = promote(spoiled(trained), folder, extractor.schema, instead=serving)
    assert promotion.card is None
    assert "auc is clearly worse" in promotion.why
    assert not folder.exists()


def test_what_cannot_be_measured_is_not_saved(trained, folder, extractor, serving):
    one_sided = np.flatnonzero(trained.later.spam)
    unmeasured = replace(trained, later=trained.later.take(one_sided), predictions=trained.predictions.take(one_sided))
    promotion = promote(unmeasured, folder, extractor.schema, instead=serving)
    assert promotion.card is None
    assert "it cannot be measured" in promotion.why
    assert "hold 0 ham" in promotion.why
    assert not folder.exists()
