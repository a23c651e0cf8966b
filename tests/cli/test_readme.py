"""The READMEs tell of every command, and of no option that does not exist."""

import re
from pathlib import Path

import pytest

from moderator.cli import main

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "moderator/service/README.md"]
COMMANDS = ["check", "rescore", "label", "lists update", "retrain", "evaluate", "serve", "init", "doctor"]


@pytest.fixture(scope="module")
def text() -> str:
    return READMES[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_told(text: str, command: str) -> None:
    assert f"moderator {command}" in text


def test_every_option_told_exists(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(readme.read_text(encoding="utf-8") for readme in READMES)
    for command in ["", *COMMANDS]:
        main([*command.split(), "--help"])
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) | {"--group"}  # --group is pip's
    ours = [line for line in text.splitlines() if "moderator" in line and not line.startswith("dask ")]
    shown = "\n".join(ours + [line for line in text.splitlines() if "`--" in line])
    assert set(re.findall(r"--[a-z-]+", shown)) <= known


def test_the_set_up_commands_are_two_and_of_one_line(text: str) -> None:
    assert len(re.findall(r"^python3 -m venv .*$", text, re.MULTILINE)) == 2


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: readme.parent.name)
def test_what_is_linked_is_there(readme: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", readme.read_text(encoding="utf-8"))
    assert links
    for link in links:
        assert (readme.parent / link).exists()
