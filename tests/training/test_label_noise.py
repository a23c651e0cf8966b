"""Wrong labels are found by models that did not see them, and only they."""

from dataclasses import replace

import numpy as np

from moderator.training.frame import joined
from moderator.training.label_noise import LabelDoubt, noisy_labels
from moderator.training.recipe import Recipe
from tests.made_frames import made_frame

RECIPE = Recipe(masks=(), trees=60, forests=1, text_folds=3, feature_share=1.0)


def test_spam_marked_as_approved_is_doubted():
    frame = made_frame(1500, strength=5.0)
    wrong = np.zeros(len(frame), bool)
    wrong[np.flatnonzero(frame.spam)[::10]] = True
    doubts = noisy_labels(replace(frame, spam=frame.spam & ~wrong), RECIPE, LabelDoubt())
    assert doubts[wrong].mean() > 0.5
    assert doubts[~wrong].mean() < 0.01


def test_copies_go_with_their_row():
    frame = made_frame(1000, strength=5.0)
    frame.spam[np.flatnonzero(frame.spam)[::10]] = False
    both = replace(joined(frame, frame), origin=np.tile(np.arange(1000), 2))
    both = replace(both, mask=np.repeat(["whole", "no post"], 1000))
    doubts = noisy_labels(both, RECIPE, LabelDoubt())
    assert doubts.any()
    assert np.array_equal(doubts[:1000], doubts[1000:])


def test_a_rare_class_lets_nothing_be_doubted():
    frame = made_frame(1500, strength=5.0)
    rare = np.flatnonzero(frame.spam)[:30]
    doubts = noisy_labels(replace(frame, spam=np.isin(np.arange(1500), rare)), RECIPE, LabelDoubt(0.5, 0.5))
    assert not doubts.any()


def test_what_a_person_marked_as_spam_is_not_doubted():
    frame = made_frame(1500, strength=5.0)
    wrong = np.isin(np.arange(1500), np.flatnonzero(~frame.spam)[::10])
    assert not noisy_labels(replace(frame, spam=frame.spam | wrong), RECIPE, LabelDoubt())[wrong].any()


def test_no_doubt_wanted_none_given():
    assert not noisy_labels(made_frame(200, strength=0.0), RECIPE, LabelDoubt(1.0, 0.0)).any()
