"""Credentials come from the environment or a prompt, and nowhere else."""

import getpass

import pytest

from moderator.cli.terminal import login
from moderator.errors import InputError

BOTH = {"MODERATOR_WORDPRESS_USER": "owner", "MODERATOR_WORDPRESS_PASSWORD": "abcd efgh"}


class Terminal:
    def __init__(self, answers: bool) -> None:
        self._answers = answers

    def isatty(self) -> bool:
        return self._answers


def test_the_environment_comes_first() -> None:
    assert login("https://b.example", BOTH, Terminal(True)) == ("owner", "abcd efgh")


@pytest.mark.parametrize("told", [{}, {"MODERATOR_WORDPRESS_USER": "owner"}, {"MODERATOR_WORDPRESS_PASSWORD": "x"}])
def test_without_a_terminal_the_variables_are_named(told: dict[str, str]) -> None:
    with pytest.raises(InputError, match="MODERATOR_WORDPRESS_USER and MODERATOR_WORDPRESS_PASSWORD"):
        login("https://b.example", told, Terminal(False))


def test_a_person_is_asked_for_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda prompt: asked.append(prompt) or " owner ")
    monkeypatch.setattr(getpass, "getpass", lambda prompt: asked.append(prompt) or "secret")
    assert login("https://b.example", {}, Terminal(True)) == ("owner", "secret")
    assert asked == ["User for https://b.example: ", "Application password of owner: "]
    assert login("https://b.example", {"MODERATOR_WORDPRESS_USER": "me"}, Terminal(True)) == ("me", "secret")
