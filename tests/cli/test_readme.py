"""README and documentation tell of every command, and of no option that does not exist."""

import re
import shlex
from pathlib import Path

import pytest

from moderator.cli import main

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
TABLE = ROOT / "docs" / "commands.md"
DOCUMENTS = sorted([README, *(ROOT / "docs").glob("*.md")])
COMMANDS = [
    "check",
    "rescore",
    "label",
    "retrain",
    "evaluate",
    "serve",
    "init",
    "doctor",
    "history",
    "history prune",
    "lists",
    "lists add",
    "lists drop",
    "lists publish",
    "lists update",
]


def option_names(capsys: pytest.CaptureFixture[str], command: str) -> set[str]:
    capsys.readouterr()
    assert main([*command.split(), "--help"]) == 0
    return set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))


def shell_lines(text: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]


def commands_told(text: str) -> list[list[str]]:
    """The words of each call of moderator in the shell blocks, without the program's name."""
    told = []
    for line in shell_lines(text):
        for part in [line, *re.findall(r"\$\(([^)]*)\)", line)]:
            words: list[str] = []
            for word in [*shlex.shlex(part, posix=True, punctuation_chars=True), "&&"]:
                if word not in ("&&", ";", "|"):
                    words.append(word)
                    continue
                if words and words[0].rpartition("/")[2] == "moderator":
                    told.append(words[1:])
                words = []
    return told


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_told(command: str) -> None:
    assert f"moderator {command}" in TABLE.read_text(encoding="utf-8")


def test_every_command_has_its_line_here(capsys: pytest.CaptureFixture[str]) -> None:
    for group in ["", "lists", "history"]:
        capsys.readouterr()
        main([*group.split(), "--help"])
        for name in re.findall(r"^  ([a-z]+)  ", capsys.readouterr().out.partition("Commands:")[2], re.MULTILINE):
            assert f"{group} {name}".strip() in COMMANDS


def test_options_in_shell_lines_are_those_of_their_command(capsys: pytest.CaptureFixture[str]) -> None:
    known = {command: option_names(capsys, command) for command in COMMANDS}
    count = 0
    for document in DOCUMENTS:
        for words in commands_told(document.read_text(encoding="utf-8")):
            command = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
            assert command in known, f"{document.name}: {words}"
            options = {word.partition("=")[0] for word in words if word.startswith("--")}
            assert options <= known[command], f"{document.name}: {words}"
            count += 1
    assert count > 40


def test_options_in_sentences_exist(capsys: pytest.CaptureFixture[str]) -> None:
    known = set.union(*(option_names(capsys, command) for command in COMMANDS), {"--debug", "--version"})
    for document in DOCUMENTS:
        told = set(re.findall(r"`(--[a-z][a-z-]+)", document.read_text(encoding="utf-8")))
        assert told <= known, document.name


def test_the_set_up_commands_are_two_and_of_one_line() -> None:
    assert len(re.findall(r"^python3 -m venv .*$", README.read_text(encoding="utf-8"), re.MULTILINE)) == 2


def test_modules_that_are_run_exist() -> None:
    for document in DOCUMENTS:
        for name in re.findall(r"python -m ((?:tests|docs|datasets)[\w.]+)", document.read_text(encoding="utf-8")):
            assert (ROOT / (name.replace(".", "/") + ".py")).exists(), f"{document.name}: {name}"


def test_the_shell_completion_that_is_told_works(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    [told] = set(re.findall(r"_MODERATOR_COMPLETE=(\w+) moderator", TABLE.read_text(encoding="utf-8")))
    monkeypatch.setenv("_MODERATOR_COMPLETE", told)
    main([])
    assert "complete -o default -F _moderator_completion moderator" in capsys.readouterr().out
    monkeypatch.setenv("_MODERATOR_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "moderator re")
    monkeypatch.setenv("COMP_CWORD", "1")
    main([])
    assert capsys.readouterr().out.split() == ["rescore", "retrain"]
