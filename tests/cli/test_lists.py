"""``moderator lists update``: which lists, and how it ended."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from moderator.domain_lists import refresh
from moderator.domain_lists.known import KNOWN_LISTS, RemoteList
from moderator.domain_lists.refresh import Outcome, Refreshed
from tests.cli.conftest import Run


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the lists that were to be refreshed; gambling-hosts fails."""
    names: list[str] = []

    def refresh_all(
        remotes: Sequence[RemoteList], folder: Path, *, on_outcome: Callable[[Refreshed], Any]
    ) -> tuple[Refreshed, ...]:
        results = []
        for remote in remotes:
            names.append(remote.name)
            failed = remote.name == "gambling-hosts"
            outcome = Outcome.FAILED if failed else Outcome.UPDATED
            results.append(Refreshed(remote, folder, outcome, hosts=12, problem="no answer" if failed else ""))
            on_outcome(results[-1])
        return tuple(results)

    monkeypatch.setattr(refresh, "refresh_all", refresh_all)
    return names


def test_the_named_lists_are_refreshed(run: Run, asked: list[str]) -> None:
    outcome = run("lists", "update", "url-shorteners", "kagi-smallweb")
    assert outcome.code == 0
    assert asked == ["url-shorteners", "kagi-smallweb"]
    assert "updated" in outcome.out


def test_without_names_those_that_are_there(run: Run, asked: list[str], home: Path) -> None:
    there = KNOWN_LISTS[1]
    path = home / "moderator" / "lists" / there.sort.value / f"{there.name}.txt"
    path.parent.mkdir(parents=True)
    path.write_text("a.example\n")
    assert run("lists", "update").code == 0
    assert asked == [there.name]


def test_without_any_the_choice_is_shown_and_nothing_fetched(run: Run, asked: list[str]) -> None:
    outcome = run("lists", "update")
    assert outcome.code == 2
    assert all(remote.name in outcome.out for remote in KNOWN_LISTS)
    assert asked == []
    assert run("lists", "update", "--known").code == 0


def test_a_failure_is_told_and_is_one(run: Run, asked: list[str]) -> None:
    outcome = run("lists", "update", "gambling-hosts", "url-shorteners")
    assert outcome.code == 1
    assert "no answer" in outcome.out
    assert asked == ["gambling-hosts", "url-shorteners"]


def test_an_unknown_list_is_wrong_usage(run: Run, asked: list[str]) -> None:
    outcome = run("lists", "update", "none-such")
    assert outcome.code == 2
    assert "none-such" in outcome.err
    assert asked == []
