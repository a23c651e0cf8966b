"""The command line as a process: help, version, broken pipes, and what starting it may load."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import moderator
from moderator.cli import main
from moderator.cli.app import COMMANDS
from moderator.version import __version__

ROOT = Path(moderator.__file__).parents[1]
HEAVY = ("sklearn", "pandas", "joblib", "scipy", "rich", "pyarrow", "selectolax", "moderator.linkcheck.http")
"""What a check without a look at the page has no use for; requests comes with tldextract."""

LOADED = """
import sys
from moderator.cli import main
code = main({words})
print(code, [name for name in {heavy} if name in sys.modules])
"""


def python(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *words], env=environment, text=True, capture_output=True, cwd=home)


@pytest.mark.parametrize("command", [[], ["check"], ["rescore"], ["label"], ["lists"], ["lists", "update"]])
def test_every_command_has_help_with_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    out = capsys.readouterr().out
    assert "Usage: moderator" in out
    if command and command != ["lists"]:
        assert f"Example: moderator {' '.join(command)}" in out


@pytest.mark.parametrize("words", [["fly"], ["--fly"], ["lists", "fly"]])
def test_what_does_not_exist_is_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "fly" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"{__version__}\n"


def test_a_failure_of_ours_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr("moderator.cli.opening.open_moderator", fail)
    assert main(["label", "1", "ham"]) == 1
    assert capsys.readouterr().err == ("moderator: failed inside: ZeroDivisionError: two lines (--debug shows where)\n")


def test_help_loads_next_to_nothing(tmp_path: Path) -> None:
    done = python(
        "-c", LOADED.format(words=["--help"], heavy=(*HEAVY, "numpy", "requests", "tldextract")), home=tmp_path
    )
    assert done.stdout.splitlines()[-1] == "0 []"


def test_check_loads_nothing_heavy(tmp_path: Path, model_folder: Path) -> None:
    words = ["check", "--source-url", "https://a.example/", "--target-url", "https://b.example/"]
    words += ["--model", str(model_folder), "--excerpt", "words and words"]
    done = python("-c", LOADED.format(words=words, heavy=HEAVY), home=tmp_path)
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr


def test_a_command_loads_no_other(tmp_path: Path) -> None:
    words = ["rescore", "--help"]
    others = [f"moderator.cli.{name}" for name in COMMANDS if name != "rescore"]
    run = python("-c", LOADED.format(words=words, heavy=others), home=tmp_path)
    assert run.stdout.splitlines()[-1] == "0 []"


def test_a_reader_who_goes_away_is_no_traceback(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "moderator", "--help"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    os.close(writing)
    assert done.returncode == 1
    assert done.stderr == ""


def test_python_m_moderator_works(tmp_path: Path) -> None:
    done = python("-m", "moderator", "--version", home=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{__version__}\n")
