"""The service learns: when a model is made, what becomes of it, and the way back. Retrainings are played."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from moderator.config.service import Learning
from moderator.config.settings import Settings
from moderator.errors import ModelError
from moderator.history.memory import MemoryHistory
from moderator.service.app import create_app
from moderator.service.container import Container, build_container
from moderator.service.learning.folders import POINTER
from moderator.service.learning.learner import NOT_RETRAINED
from moderator.service.learning.process import BETTER, FAILED, NOT_BETTER, TOO_LITTLE, Job, Retrained
from moderator.service.records import OwnerLabel
from moderator.wiring import default_model_folder
from tests.service.service_fakes import SECRETS, Clock, OwnPages, Pages, Webhook, mention_of, settings_for


class Played:
    """Retrainings that end as somebody chose."""

    def __init__(self) -> None:
        self.outcome = BETTER
        self.jobs: list[Job] = []

    def __call__(self, job: Job, *_: Any) -> Retrained:
        self.jobs.append(job)
        if self.outcome == BETTER:
            shutil.copytree(default_model_folder(), job.output)
        return Retrained(self.outcome, "as played", {"changes": [["m1", "hold", "spam", 0.99]], "changed": []})


class Place:
    """A folder of a service, which may be started more than once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.played = Played()
        self.opened: list[Container] = []

    def start(self, **learning: Any) -> Container:
        settings = settings_for(self.folder, learning=Learning(**({"after_decisions": 2} | learning)))
        made = build_container(
            Settings(),
            settings,
            SECRETS,
            clock=self.clock,
            verifier=Pages(),
            fetch=OwnPages({}),
            send=Webhook(),
            retrain=self.played,
            history=MemoryHistory(),
        )
        self.opened.append(made)
        return made

    def close(self) -> None:
        for each in self.opened:
            each.moderator.close()
            each.store.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.close()


def decide(container: Container, *numbers: int) -> None:
    for number in numbers:
        mention = mention_of(number)
        container.store.accept(mention)
        container.moderator.check(mention.linkback, verify=False)
    container.decisions.label([f"m{number}" for number in numbers], OwnerLabel.SPAM, "me")


def test_enough_decisions_make_a_model_that_waits_for_the_owner(place: Place) -> None:
    container = place.start()
    decide(container, 1)
    container.learner.step()
    assert place.played.jobs == [], "one decision is not enough"
    decide(container, 2)
    before = container.moderator.model_name
    container.learner.step()
    proposal = container.learner.proposal()
    assert proposal is not None and proposal.by == ""
    assert container.moderator.model_name == before and container.learner.in_use == ""
    container.learner.step()
    assert len(place.played.jobs) == 1, "what was learned is not learned again"


def test_a_better_model_is_used_at_once_where_the_owner_said_so(place: Place) -> None:
    container = place.start(mode="promote")
    decide(container, 1, 2)
    container.learner.step()
    assert container.learner.in_use and container.learner.proposal() is None
    assert container.learner.previous_model() == ""


def test_nothing_is_made_where_it_is_off_unless_somebody_asks(place: Place) -> None:
    container = place.start(mode="off")
    decide(container, 1, 2, 3)
    container.learner.step()
    assert place.played.jobs == []
    container.learner.request_retraining("me")
    assert container.learner.running
    container.learner.step()
    assert len(place.played.jobs) == 1 and not container.learner.running
    last = container.learner.last_retraining()
    assert last is not None and last.by == "me"


@pytest.mark.parametrize("outcome", [NOT_BETTER, TOO_LITTLE, FAILED])
def test_what_is_no_better_changes_nothing_and_is_told(place: Place, outcome: str) -> None:
    place.played.outcome = outcome
    container = place.start(mode="promote")
    decide(container, 1, 2)
    before = container.moderator.model_name
    container.learner.step()
    assert container.moderator.model_name == before
    assert container.learner.proposal() is None and container.learner.folders.names() == []
    last = container.learner.last_retraining()
    assert last is not None and last.details["why"] == "as played"
    assert (last.event == NOT_RETRAINED) is (outcome != NOT_BETTER)


def test_the_choice_and_the_way_back_outlast_restarts(place: Place) -> None:
    container = place.start()
    decide(container, 1, 2)
    container.learner.step()
    [name] = container.learner.folders.names()
    container.learner.use_model(name, "me")
    again = place.start()
    assert again.learner.in_use == name and again.learner.previous_model() == ""
    again.learner.use_model("", "you")
    container.learner.reload()
    assert container.learner.in_use == "" and container.learner.previous_model() == name
    assert place.start().learner.in_use == ""
    assert [event.by for event in container.store.learning_events(("chosen",))] == ["you", "me"]


def test_two_processes_do_not_both_make_one(place: Place) -> None:
    one, other = place.start(), place.start()
    decide(one, 1, 2)
    now = place.clock()
    assert other.store.claim("learning", "other", now, now + timedelta(minutes=5))
    one.learner.step()
    assert place.played.jobs == []
    place.clock.now += timedelta(minutes=6)  # the other one has died
    one.learner.step()
    assert len(place.played.jobs) == 1


@pytest.mark.parametrize("damage", ["gone", "cut off", "a pointer of nonsense"])
def test_a_damaged_model_is_told_and_that_of_the_settings_decides(place: Place, damage: str) -> None:
    container = place.start(mode="promote")
    decide(container, 1, 2)
    container.learner.step()
    folders = container.learner.folders
    if damage == "gone":
        shutil.rmtree(folders.folder / container.learner.in_use)
    elif damage == "cut off":
        scorer = folders.folder / container.learner.in_use / "scorer.npz"
        scorer.write_bytes(scorer.read_bytes()[:100])
    else:
        (folders.folder / POINTER).write_text("{")
    again = place.start()
    assert again.learner.in_use == ""
    assert bool(again.learner.problem) is (damage != "a pointer of nonsense")


@pytest.mark.parametrize("name", ["../../etc", "2026-01-01-0000", "x"])
def test_a_model_that_is_not_there_cannot_be_chosen(place: Place, name: str) -> None:
    container = place.start()
    with pytest.raises(ModelError, match="there is no learned model"):
        container.learner.use_model(name, "me")
    assert not (container.learner.folders.folder / POINTER).exists()


def test_another_model_in_the_settings_wins_over_what_was_learned_from_the_former(place: Place) -> None:
    container = place.start(mode="promote")
    decide(container, 1, 2)
    container.learner.step()
    path = container.learner.folders.folder / POINTER
    path.write_text(json.dumps(json.loads(path.read_text()) | {"base": "another@00000000"}))
    again = place.start()
    assert again.learner.in_use == "" and "another@00000000" in again.learner.problem


def test_the_page_needs_a_session_and_a_fresh_form(place: Place) -> None:
    container = place.start()
    client = TestClient(create_app(container), follow_redirects=False)
    assert client.get("/model").status_code == 303
    assert client.post("/model", data={"do": "retrain"}).status_code == 303
    assert not container.learner.running
