"""The README tells of every command, and of no option that does not exist."""

import re
from pathlib import Path

import pytest

from moderator.cli import main

README = Path(__file__).parents[2] / "README.md"
COMMANDS = ["check", "rescore", "label", "lists update", "retrain", "evaluate", "serve"]


@pytest.fixture(scope="module")
def text() -> str:
    return README.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_told(text: str, command: str) -> None:
    assert f"moderator {command}" in text


def test_every_option_told_exists(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ["", *COMMANDS]:
        main([*command.split(), "--help"])
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) | {"--group"}  # --group is pip's
    ours = [line for line in text.splitlines() if "moderator" in line and not line.startswith("dask ")]
    shown = "\n".join(ours + [line for line in text.splitlines() if "`--" in line])
    assert set(re.findall(r"--[a-z-]+", shown)) <= known


def test_the_set_up_commands_are_two_and_of_one_line(text: str) -> None:
    assert len(re.findall(r"^python3 -m venv .*$", text, re.MULTILINE)) == 2


def test_what_is_linked_is_there(text: str) -> None:
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (README.parent / link).exists()
