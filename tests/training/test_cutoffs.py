import numpy as np
import pytest

from moderator.model.policy import Cutoffs
from moderator.records import Verdict
from moderator.training.cutoffs import (
    DEFAULT_CUTOFFS,
    Platt,
    Tolerance,
    choose_cutoffs,
    fit_platt,
    rows_needed,
    safe_cutoffs,
)
from moderator.training.metrics import clopper_pearson_upper

FLOOR = Cutoffs(0.05, 0.97)


def world(seed, count=20_000, shift=2.0):
    random = np.random.default_rng(seed)
    spam = random.random(count) < 0.4
    odds = random.normal(size=count) + np.where(spam, shift, -shift)
    return odds, spam


def test_platt_mends_a_scale_that_was_stretched():
    odds, spam = world(1)
    true = 2 * 2.0 * odds + np.log(0.4 / 0.6)  # two normals of distance 4: log-odds are linear in the score
    line = fit_platt(0.5 * true + 1.0, spam)
    assert line.slope == pytest.approx(2.0, rel=0.1)
    assert line.offset == pytest.approx(-2.0, abs=0.2)


def test_platt_leaves_one_class_alone():
    assert fit_platt(np.array([1.0, 2.0]), np.array([True, True])) == Platt(1.0, 0.0)


def test_platt_never_turns_the_order_round():
    odds, spam = world(2, 500)
    assert fit_platt(-odds, spam).slope > 0


@pytest.mark.parametrize("tolerance", [Tolerance(), Tolerance(0.01, 0.02), Tolerance(0.0005, 0.05, 0.99)])
def test_cutoffs_keep_the_promise_with_confidence(tolerance):
    odds, spam = world(3)
    chance = 1 / (1 + np.exp(-odds))
    cutoffs = choose_cutoffs(chance, spam, tolerance)
    lost = int((chance[~spam] >= cutoffs.spam_from).sum())
    passed = int((chance[spam] < cutoffs.approve_below).sum())
    assert clopper_pearson_upper(lost, int((~spam).sum()), tolerance.confidence) <= tolerance.ham_as_spam
    assert clopper_pearson_upper(passed, int(spam.sum()), tolerance.confidence) <= tolerance.spam_approved
    # and no more is held than that promise costs: one more mistake would break it
    assert clopper_pearson_upper(lost + 1, int((~spam).sum()), tolerance.confidence) > tolerance.ham_as_spam
    assert clopper_pearson_upper(passed + 1, int(spam.sum()), tolerance.confidence) > tolerance.spam_approved


def test_few_rows_allow_no_mistake():
    chance = np.array([0.1, 0.3, 0.6, 0.2, 0.5, 0.9])
    spam = np.array([False, False, False, True, True, True])
    cutoffs = choose_cutoffs(chance, spam, Tolerance())
    assert [cutoffs.verdict(p) for p in chance[~spam]] == [Verdict.APPROVE, Verdict.HOLD, Verdict.HOLD]
    assert [cutoffs.verdict(p) for p in chance[spam]] == [Verdict.HOLD, Verdict.HOLD, Verdict.SPAM]


def test_classes_that_lie_apart_leave_room_to_hold():
    cutoffs = choose_cutoffs(np.array([0.1, 0.9]), np.array([False, True]), Tolerance())
    assert 0.1 < cutoffs.approve_below < cutoffs.spam_from < 0.9


@pytest.mark.parametrize(("label", "verdict"), [(False, Verdict.SPAM), (True, Verdict.APPROVE)])
def test_a_missing_class_gives_no_verdict_of_its_own(label, verdict):
    cutoffs = choose_cutoffs(np.array([0.0, 0.5, 1.0]), np.array([label] * 3), Tolerance())
    seen = {cutoffs.verdict(p) for p in np.linspace(0, 1, 101)}
    assert (Verdict.APPROVE if verdict is Verdict.SPAM else Verdict.SPAM) not in seen


def test_sites_that_lose_ham_by_the_batch_make_the_cut_off_stricter() -> None:
    random = np.random.default_rng(3)
    ham, spam = random.beta(1, 9, 6000), random.beta(9, 1, 2000)
    names = np.array([f"site{number % 60}.example" for number in range(8000)])
    scores, labels = np.concatenate([ham, spam]), np.arange(8000) >= 6000
    tolerance = Tolerance(ham_as_spam=0.01, spam_approved=0.05)
    over_rows = choose_cutoffs(scores, labels, tolerance)
    even = choose_cutoffs(scores, labels, tolerance, sites=names)
    assert over_rows.spam_from <= even.spam_from < over_rows.spam_from + 0.1
    batch = names.copy()
    batch[np.argsort(-ham)[:60]] = "worst.example"  # the same rows, but the highest ham comes from one site
    assert choose_cutoffs(scores, labels, tolerance, sites=batch).spam_from > even.spam_from


@pytest.mark.parametrize("rows", [0, 1, 30, 200])
@pytest.mark.parametrize("floor", [FLOOR, None])
def test_few_rows_hold_at_least_as_much_as_before(rows, floor):
    random = np.random.default_rng(rows)
    spam = random.random(rows) < 0.5
    chance = np.clip(random.normal(0.1 + 0.3 * spam, 0.1), 0, 1)
    cutoffs, notes = safe_cutoffs(chance, spam, Tolerance(), floor=floor)
    usual = floor or DEFAULT_CUTOFFS
    assert cutoffs.approve_below <= usual.approve_below
    assert cutoffs.spam_from >= usual.spam_from
    assert len(notes) == 2


def test_one_class_leaves_the_other_cutoff_as_it_was():
    cutoffs, _ = safe_cutoffs(np.full(50, 0.01), np.zeros(50, bool), Tolerance(), floor=FLOOR)
    assert cutoffs == FLOOR


def test_few_rows_without_mistakes_change_nothing():
    spam = np.arange(60) < 20
    cutoffs, _ = safe_cutoffs(np.where(spam, 0.5, 0.2), spam, Tolerance(), floor=FLOOR)
    assert cutoffs == FLOOR


def test_few_rows_that_speak_against_a_cutoff_move_it():
    spam = np.arange(40) < 20
    chance = np.where(spam, 0.01, 0.99)
    cutoffs, _ = safe_cutoffs(chance, spam, Tolerance(), floor=FLOOR)
    assert cutoffs.approve_below <= 0.01
    assert cutoffs.spam_from > 0.99


def test_many_rows_are_believed():
    random = np.random.default_rng(1)
    spam = random.random(20_000) < 0.5
    chance = np.clip(random.normal(0.25 + 0.5 * spam, 0.1), 0, 1)
    cutoffs, notes = safe_cutoffs(chance, spam, Tolerance(), floor=FLOOR)
    assert notes == ()
    assert cutoffs.spam_from < FLOOR.spam_from
    assert (chance[~spam] >= cutoffs.spam_from).mean() <= 0.001


@pytest.mark.parametrize(("share", "needed"), [(0.001, 2995), (0.01, 299), (0.0, 0), (1.0, 0)])
def test_rows_needed(share, needed):
    assert rows_needed(share, 0.95) == needed
