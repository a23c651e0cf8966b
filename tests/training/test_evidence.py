"""The evidence forest adds what links, labels and sending say, and nothing where nobody looked."""

from dataclasses import replace

import numpy as np
import pytest

from datasets.blogosphere import generate
from moderator.features.extractor import Extractor
from moderator.model.trees import Forest, tree_sums
from moderator.tables.rows import case_of
from moderator.training.build import build_frame
from moderator.training.cross_validate import figures, out_of_fold_log_odds
from moderator.training.evidence import EvidenceRows, evidence_columns, fit_evidence
from moderator.training.fit import fit
from moderator.training.recipe import Recipe

pytestmark = pytest.mark.slow

RECIPE = replace(Recipe(), masks=(), trees=15, evidence_trees=120, text_folds=3)
SCHEMA = Extractor().schema


@pytest.fixture(scope="module")
def frames():
    def frame(seed, masks=()):
        rows = (case_of(row) for row in generate(seed=seed, linkbacks=700, spam=0.5))
        return build_frame(rows, Extractor(), masks=masks)

    return frame(1), frame(2, ("no evidence", "no sender", "no history"))


@pytest.fixture(scope="module")
def grown(frames):
    real, generated = frames
    blank = np.full((len(real), len(SCHEMA.channels)), np.nan)
    lesson = EvidenceRows(np.column_stack([real.numbers, blank]), real, np.zeros(len(real)))
    return fit_evidence([EvidenceRows.of(generated), lesson], RECIPE)


def table(**seen):
    values = np.full((1, len(SCHEMA.columns)), np.nan)
    for name, value in seen.items():
        values[0, SCHEMA.columns.index(name.replace("__", "."))] = value
    return values


def test_it_reads_only_its_own_columns(frames, grown):
    trees, _ = grown
    rows = np.column_stack([frames[0].numbers, np.ones((len(frames[0]), len(SCHEMA.channels)))])
    forest = Forest(trees, rows.shape[1])
    _, parts = forest.contributions(forest.leaves(rows))
    used = {SCHEMA.columns[place] for place in np.flatnonzero(parts.any(axis=0))}
    assert used
    assert used <= {SCHEMA.columns[place] for place in evidence_columns(SCHEMA)}
    own = ("link.", "page.", "copies.page_", "sending.")
    assert all(name.startswith(own) or name.endswith("_spam_share") for name in used)


def test_how_generated_pages_are_worded_teaches_nothing(frames):
    _, generated = frames
    lesson = EvidenceRows.of(generated)
    known = {name for name, column in zip(SCHEMA.columns, lesson.table.T, strict=True) if np.isfinite(column).any()}
    assert {"page.links_out", "page.text_is_ours", "page.canonical_elsewhere"} <= known
    assert not known & {"page.text_first_share", "page.text_stop_share", "wording.page_text", "wording.title"}


def test_a_page_without_the_link_speaks_for_spam(grown):
    trees, _ = grown
    found = tree_sums(trees, table(link__not_checked=0, link__found=1, link__missing=0, link__in_article=1))
    missing = tree_sums(trees, table(link__not_checked=0, link__found=0, link__missing=1))
    assert found < missing


def test_more_sending_never_speaks_for_ham(grown):
    trees, _ = grown
    sums = [float(tree_sums(trees, table(sending__template_1h=count))[0]) for count in range(0, 64, 3)]
    assert sums == sorted(sums)


def test_a_model_with_it_adds_up_and_leaves_the_wording_alone(frames):
    real, generated = frames
    with_it, without = (fit(real, RECIPE, evidence=evidence) for evidence in (generated, None))
    assert {name: text.bias for name, text in with_it.texts.items()} == {
        name: text.bias for name, text in without.texts.items()
    }
    scorer = with_it.scorer()
    odds = real.log_odds(scorer)
    assert np.isfinite(odds).all()
    assert (odds[real.spam].mean()) > odds[~real.spam].mean()
    assert len(with_it.trees.roots) == RECIPE.trees + RECIPE.evidence_trees


def test_cross_validation_judges_every_row_once(frames):
    real, _ = frames
    small = replace(RECIPE, trees=5)
    odds = out_of_fold_log_odds(real, small, folds=3, seed=1)
    assert np.isfinite(odds).all()
    found = figures(real, odds)
    assert found["auc"] > 0.6
    assert found["macro"] == pytest.approx(np.mean([found[kind] for kind in ("pingback", "trackback", "webmention")]))
