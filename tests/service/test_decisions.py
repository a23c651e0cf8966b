"""The owner's words reach the store, the history and whoever is told."""

from __future__ import annotations

import logging

import pytest

from moderator.errors import HistoryError, StoreError
from moderator.records import Label
from moderator.service.decisions import Decisions
from moderator.service.records import Filter, OwnerLabel, Status
from tests.service.service_fakes import World, mention_of


@pytest.fixture
def woken() -> list[str]:
    """Grows with each time that somebody is told that there may be news."""
    return []


@pytest.fixture
def desk(world: World, woken: list[str]) -> Decisions:
    for number in (1, 2):
        mention = mention_of(number)
        world.container.store.accept(mention)
        world.container.moderator.check(mention.linkback, verify=False)
    return Decisions(world.container.store, world.container.moderator, lambda: woken.append("news"), world.clock)


def test_a_word_and_its_undoing(
    world: World, desk: Decisions, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[tuple[str, Label | None]] = []
    label = world.container.moderator.label

    def learn(id: str, said: Label | None) -> None:
        learned.append((id, said))
        label(id, said)

    monkeypatch.setattr(world.container.moderator, "label", learn)
    batch = desk.label(["m1", "m2", "nobody"], OwnerLabel.SPAM, "me")
    assert world.container.store.counts(Filter())[Status.SPAM] == 2
    assert sorted(learned) == [("m1", Label.SPAM), ("m2", Label.SPAM)]
    undone = desk.undo(batch, "me")
    assert sorted(action.mention for action in undone) == ["m1", "m2"]
    assert sorted(learned[2:]) == [("m1", None), ("m2", None)]
    assert len(woken) == 2
    assert world.container.store.counts(Filter())[Status.HELD] == 2


def test_hold_teaches_nothing_and_waits(world: World, desk: Decisions, monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[tuple[str, Label | None]] = []
    monkeypatch.setattr(world.container.moderator, "label", lambda id, said: learned.append((id, said)))
    desk.label(["m1"], OwnerLabel.SPAM, "me")
    held = desk.label(["m1"], OwnerLabel.HOLD, "me")
    kept = world.container.store.get("m1")
    assert kept is not None
    assert (kept.status, kept.owner_label, kept.label) == (Status.HELD, OwnerLabel.HOLD, None)
    desk.undo(held, "me")
    kept = world.container.store.get("m1")
    assert kept is not None
    assert (kept.status, kept.owner_label) == (Status.SPAM, OwnerLabel.SPAM)
    assert learned == [("m1", Label.SPAM), ("m1", None), ("m1", Label.SPAM)]


def test_what_changes_nothing_is_no_news(desk: Decisions, woken: list[str]) -> None:
    assert desk.label([], OwnerLabel.HAM, "me") == ""
    assert desk.label(["nobody"], OwnerLabel.HAM, "me") == ""
    assert desk.label(["m1"], None, "me") == ""
    assert woken == []


def test_a_history_that_fails_does_not_lose_the_word(
    world: World, desk: Decisions, woken: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def label(*_: object) -> None:
        raise HistoryError("the history is away")

    monkeypatch.setattr(world.container.moderator, "label", label)
    with caplog.at_level(logging.WARNING):
        assert desk.label(["m1"], OwnerLabel.HAM, "me")
    assert "the history is away" in caplog.text
    assert woken == ["news"]
    assert world.container.store.counts(Filter())[Status.APPROVED] == 1


def test_a_store_that_fails_says_so(
    world: World, desk: Decisions, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def label(*_: object) -> str:
        raise StoreError("no room")

    monkeypatch.setattr(world.container.store, "label", label)
    with pytest.raises(StoreError, match="no room"):
        desk.label(["m1"], OwnerLabel.HAM, "me")
    assert woken == []
