"""The owner's words reach the store, the history and whoever is told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from moderator.engine import Moderator
from moderator.errors import HistoryError, NotRememberedError, StoreError
from moderator.records import Label, Verdict
from moderator.service.decisions import Decisions
from moderator.service.records import Filter, OwnerLabel, Status
from tests.service.service_fakes import World, mention_of


@pytest.fixture
def woken() -> list[str]:
    """Grows with each time that somebody is told that there may be news."""
    return []


@pytest.fixture
def decisions(world: World, woken: list[str]) -> Decisions:
    for number in (1, 2):
        mention = mention_of(number)
        world.container.store.accept(mention)
        world.container.moderator.check(mention.linkback, verify=False)
    return Decisions(world.container.store, world.container.moderator, lambda: woken.append("news"), world.clock)


def test_a_word_and_its_undoing(
    world: World, decisions: Decisions, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[tuple[str, Label | None]] = []
    label = world.container.moderator.label

    def learn(id: str, said: Label | None) -> None:
        learned.append((id, said))
        label(id, said)

    monkeypatch.setattr(world.container.moderator, "label", learn)
    batch = decisions.label(["m1", "m2", "nobody"], OwnerLabel.SPAM, "me")
    assert world.container.store.counts(Filter())[Status.SPAM] == 2
    assert sorted(learned) == [("m1", Label.SPAM), ("m2", Label.SPAM)]
    undone = decisions.undo(batch, "me")
    assert sorted(action.mention for action in undone) == ["m1", "m2"]
    assert sorted(learned[2:]) == [("m1", None), ("m2", None)]
    assert len(woken) == 2
    assert world.container.store.counts(Filter())[Status.HELD] == 2


def test_hold_teaches_nothing_and_waits(world: World, decisions: Decisions, monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[tuple[str, Label | None]] = []
    monkeypatch.setattr(world.container.moderator, "label", lambda id, said: learned.append((id, said)))
    decisions.label(["m1"], OwnerLabel.SPAM, "me")
    held = decisions.label(["m1"], OwnerLabel.HOLD, "me")
    kept = world.container.store.get("m1")
    assert kept is not None
    assert (kept.status, kept.owner_label, kept.label) == (Status.HELD, OwnerLabel.HOLD, None)
    decisions.undo(held, "me")
    kept = world.container.store.get("m1")
    assert kept is not None
    assert (kept.status, kept.owner_label) == (Status.SPAM, OwnerLabel.SPAM)
    assert learned == [("m1", Label.SPAM), ("m1", None), ("m1", Label.SPAM)]


def test_what_changes_nothing_is_no_news(decisions: Decisions, woken: list[str]) -> None:
    assert decisions.label([], OwnerLabel.HAM, "me") == ""
    assert decisions.label(["nobody"], OwnerLabel.HAM, "me") == ""
    assert decisions.label(["m1"], None, "me") == ""
    assert woken == []


def test_a_history_that_fails_does_not_lose_the_word(
    world: World,
    decisions: Decisions,
    woken: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def label(*_: object) -> None:
        raise HistoryError("the history is away")

    monkeypatch.setattr(world.container.moderator, "label", label)
    with caplog.at_level(logging.WARNING):
        assert decisions.label(["m1"], OwnerLabel.HAM, "me")
    assert "the history is away" in caplog.text
    assert woken == ["news"]
    assert world.container.store.counts(Filter())[Status.APPROVED] == 1


def test_a_store_that_fails_says_so(
    world: World, decisions: Decisions, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def label(*_: object) -> str:
        raise StoreError("no room")

    monkeypatch.setattr(world.container.store, "label", label)
    with pytest.raises(StoreError, match="no room"):
        decisions.label(["m1"], OwnerLabel.HAM, "me")
    assert woken == []


def test_a_label_for_what_the_history_has_forgotten_is_given_up(
    world: World, decisions: Decisions, caplog: pytest.LogCaptureFixture
) -> None:
    world.clock.go(days=400)
    assert world.container.moderator.prune(world.clock() - timedelta(days=365)) == 2
    with caplog.at_level(logging.WARNING):
        decisions.label(["m1"], OwnerLabel.SPAM, "me")
    assert "the history learns nothing from the label of m1" in caplog.text
    assert world.container.store.labels_to_learn(world.clock() + timedelta(days=1)) == []
    kept = world.container.store.get("m1")
    assert kept is not None
    assert kept.owner_label is OwnerLabel.SPAM, "the store keeps it for the next training"


def test_what_the_history_was_never_told_is_judged_again_some_times(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mention = mention_of(1)
    assert mention.decision is not None
    world.container.store.accept(replace(mention, decision=replace(mention.decision, model="")))

    def label(id: str, _: object) -> None:
        raise NotRememberedError(f"{id} is not remembered")

    monkeypatch.setattr(world.container.moderator, "label", label)
    again: list[str] = []
    decisions = Decisions(world.container.store, world.container.moderator, lambda: None, world.clock, again.append)
    decisions.label(["m1"], OwnerLabel.HAM, "me")
    for _ in range(20):
        world.clock.go(hours=2)
        decisions.update_history()
    assert 1 < len(again) < 10
    assert world.container.store.labels_to_learn(world.clock() + timedelta(days=1)) == []


@pytest.mark.parametrize("days", [1, 30])
def test_the_daily_forgetting_reaches_the_history(make_world: Callable[..., World], days: int) -> None:
    world = make_world(keep_days=days)
    moderator = world.container.moderator
    for number in (1, 2, 3):
        mention = mention_of(number, Verdict.SPAM)
        world.container.store.accept(mention)
        moderator.check(mention.linkback, verify=False)
    world.container.decisions.label(["m1"], OwnerLabel.SPAM, "me")
    world.clock.go(days=days - 0.5)
    world.container.daily_tasks.step()
    assert _remembers(moderator, "m2")
    world.clock.go(days=1)
    world.container.daily_tasks.step()
    # nothing that a window still counts is forgotten
    assert _remembers(moderator, "m3") is (days < 7)
    world.clock.go(days=8)
    world.container.daily_tasks.step()
    assert not _remembers(moderator, "m3")
    assert _remembers(moderator, "m1"), "labelled linkbacks stay"


def _remembers(moderator: Moderator, id: str) -> bool:
    said = Label.SPAM if id == "m1" else None
    try:
        moderator.label(id, said)
    except NotRememberedError:
        return False
    return True
