"""A process that ends at any step of a linkback's way, as by a power cut: nothing accepted is lost or judged twice."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moderator.engine import Moderator
from moderator.history.sqlite import SqliteHistory
from moderator.records import Kind, Linkback
from moderator.replay import Replay
from moderator.service.accept import LinkbackAcceptor
from moderator.service.decisions import Decisions
from moderator.service.records import Filter, OwnerLabel, Status
from moderator.service.store import Store
from moderator.service.worker import LEASE
from tests.service.service_fakes import POST, Pages, World, seen, settings_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="forks a process and ends it without any goodbye"),
]
KILLED = 77
SENT = 3
STEPS: dict[str, tuple[type[Any], str]] = {
    "taken in": (LinkbackAcceptor, "accept"),
    "kept": (Store, "accept"),
    "taken from the queue": (Store, "take"),
    "looked at": (Pages, "verify"),
    "checked": (Moderator, "check"),
    "remembered": (Replay, "record"),
    "written down": (Store, "record_decision"),
    "decided by the owner": (Decisions, "label"),
    "learned": (Decisions, "update_history"),
}


def _world(folder: Path) -> World:
    world = World(folder, settings_for(folder), history=SqliteHistory(folder / "history.sqlite3"))
    for number in range(SENT):
        world.pages.evidence[_source(number)] = seen()
    return world


def _source(number: int) -> str:
    return f"https://friend{number}.example/roses"


def _ending(method: Callable[..., Any], after: bool) -> Callable[..., Any]:
    """A method that ends the process, before or after its work."""

    def ends(*given: Any, **named: Any) -> None:
        if after:
            method(*given, **named)
        os._exit(KILLED)

    return ends


def _work(folder: Path, owner: type[Any], name: str, after: bool) -> None:
    """One linkback goes all the way; at the next one the process ends. What was promised to senders is put down."""
    world = _world(folder)
    for number in range(SENT):
        if number == 1:
            setattr(owner, name, _ending(getattr(owner, name), after))
        sent = Linkback(_source(number), POST, kind=Kind.PINGBACK, received_at=world.clock())
        mention = world.container.acceptor.accept(sent)
        (folder / "accepted" / str(number)).touch()
        world.process_all()
        world.container.decisions.label([mention.linkback.id], OwnerLabel.HAM, "owner")
        (folder / "labelled" / str(number)).touch()
    os._exit(0)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", list(STEPS))
def test_nothing_is_lost_or_judged_twice(step: str, after: bool, tmp_path: Path) -> None:
    for name in ("accepted", "labelled"):
        (tmp_path / name).mkdir()
    child = multiprocessing.get_context("fork").Process(target=_work, args=(tmp_path, *STEPS[step], after))
    child.start()
    child.join(120)
    assert child.exitcode == KILLED
    accepted, labelled = (
        {_source(int(path.name)) for path in (tmp_path / name).iterdir()} for name in ("accepted", "labelled")
    )

    world = _world(tmp_path)
    try:
        store = world.container.store
        store.release(world.clock(), LEASE)  # as every start does
        world.process_all()
        mentions = store.find(Filter(), 10).mentions
        sources = [mention.linkback.source_url for mention in mentions]
        assert len(sources) == len(set(sources))
        assert accepted <= set(sources)
        assert not [mention for mention in mentions if mention.status is Status.WAITING or mention.decision is None]
        assert labelled <= {
            mention.linkback.source_url for mention in mentions if mention.owner_label is OwnerLabel.HAM
        }
        world.container.decisions.update_history()
        held = world.history.holdings()
        assert held.linkbacks == len(mentions), "the history has each of them once"
        assert held.ham == sum(mention.owner_label is OwnerLabel.HAM for mention in mentions)
    finally:
        world.close()
