"""Real pages as teachers: text models that never see a page's network on both sides, and what they add."""

from dataclasses import replace

import numpy as np
import pytest

from datasets.blogosphere import generate
from moderator.features.extractor import Extractor
from moderator.history.base import UNKNOWN_SNAPSHOT, Keys
from moderator.records import Case, Label, Linkback, LinkEvidence, LinkStatus, PageLink, Post
from moderator.tables.rows import case_of
from moderator.training.build import CaseWithPast, build_frame, frame_of, rows_of
from moderator.training.cross_validate import out_of_fold_page_log_odds
from moderator.training.fit import fit, fit_linkback_texts, grow_main
from moderator.training.metrics import auc
from moderator.training.pages import Pages, fit_page_texts, page_channels
from moderator.training.recipe import Recipe

RECIPE = replace(Recipe(), masks=(), trees=10, evidence_trees=40, text_folds=3)
EXTRACTOR = Extractor()
SCHEMA = EXTRACTOR.schema
NETWORKS = 12
HONEST = "I walked along the river with my dog and we met neighbour number {} who told me about her garden of roses. "
SPAM = "Play casino slots online and claim bonus number {} today, the best payday loans and jackpots for you await. "


def page(number: int) -> Case:
    spam = number % 2 == 1
    text = "".join((SPAM if spam else HONEST).format(number + place) for place in range(8))
    link = "https://casino.example/?ref=1" if spam else "https://roses.example/"
    evidence = LinkEvidence(
        LinkStatus.FOUND,
        page_title="Casino bonus" if spam else "A walk",
        page_text=text,
        page_links=(PageLink(link, "casino bonus" if spam else "her garden"),),
    )
    network = f"network-{number % NETWORKS}.example"
    linkback = Linkback(f"https://s{number}.example/", "https://blog.example/p", "webmention", site=network)
    post = Post("https://blog.example/p", "A post", "Words about something else")
    return Case(linkback, post, evidence, label=Label.SPAM if spam else Label.HAM)


@pytest.fixture(scope="module")
def pages() -> Pages:
    keys = Keys(*([None] * len(Keys._fields)))
    known = (CaseWithPast(number, page(number), keys, UNKNOWN_SNAPSHOT) for number in range(240))
    return Pages(frame_of([rows_of(known, EXTRACTOR, ())], SCHEMA))


@pytest.fixture(scope="module")
def linkbacks():
    return [
        build_frame((case_of(row) for row in generate(seed=seed, linkbacks=500, spam=0.5)), EXTRACTOR)
        for seed in (1, 2)
    ]


def test_a_row_s_family_is_its_network(pages):
    assert len(set(pages.frame.family)) == NETWORKS


def test_models_are_of_the_channels_of_pages_only(pages):
    texts, read = fit_page_texts(pages, RECIPE, {})
    assert [*texts] == page_channels(SCHEMA) == ["page_title", "page_text", "page_links"]
    own = [SCHEMA.channels[place].name in texts for place in range(len(SCHEMA.channels))]
    assert np.isfinite(read.scores[:, own]).all()
    assert np.isnan(read.scores[:, ~np.array(own)]).all()
    text = read.scores[:, [channel.name for channel in SCHEMA.channels].index("page_text")]
    assert auc(text[pages.frame.spam], text[~pages.frame.spam]) > 0.95


def test_what_pages_teach_reaches_the_verdict_and_nothing_else(pages, linkbacks):
    real, generated = linkbacks
    fitted = fit(real, RECIPE, evidence=generated, pages=pages)
    odds = pages.frame.log_odds(fitted.scorer())
    assert auc(odds[pages.frame.spam], odds[~pages.frame.spam]) > 0.95
    unread = pages.frame.numbers.copy()
    reading = [name.startswith(("link.", "page.", "copies.page_")) for name in SCHEMA.numbers]
    unread[:, reading] = np.nan
    silent = pages.frame.wording.copy()
    for place in range(len(SCHEMA.channels)):
        for row in range(len(silent)):
            silent[row, place] = np.empty(0, np.int32)
    blind = replace(pages.frame, numbers=unread, wording=silent).log_odds(fitted.scorer())
    assert auc(blind[pages.frame.spam], blind[~pages.frame.spam]) < 0.8


def test_every_page_is_judged_by_a_model_that_did_not_see_its_network(pages, linkbacks):
    real, generated = linkbacks
    read = fit_linkback_texts(real, RECIPE, (), apart=True)
    main = grow_main(real, RECIPE, read, apart=True)
    odds = out_of_fold_page_log_odds(main, read, RECIPE, generated, pages, folds=3, seed=1)
    assert np.isfinite(odds).all()
    assert auc(odds[pages.frame.spam], odds[~pages.frame.spam]) > 0.9
