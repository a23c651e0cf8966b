"""What strangers' words and planted files can do on the owner's machine."""

from __future__ import annotations

import ast
import csv
import io
import json
import logging
import stat
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import moderator.cli
from moderator.cli.serving import PlainFormatter
from moderator.cli.terminal import printable
from moderator.model.folder import _check_shape, _scorer
from moderator.model.trees import Trees
from moderator.tables.delimited import CsvForm, _guarded, _unguarded, read_csv
from moderator.tables.files import NewFile
from moderator.wordpress.journal import Journal

# --- finding 8


def test_journals_are_their_owners_alone(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journals", "key", "a queue") as journal:
        modes = {stat.S_IMODE(each.stat().st_mode) for each in journal.path.parent.iterdir()}
        folder_mode = stat.S_IMODE(journal.path.parent.stat().st_mode)
    assert modes == {0o600}
    assert folder_mode == 0o700


def test_a_planted_link_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from moderator.tables import files

    victim, out = tmp_path / "victim", tmp_path / "out.csv"
    victim.write_text("precious")
    monkeypatch.setattr(files, "token_hex", lambda size: "guessed", raising=False)
    monkeypatch.setattr(files.os, "getpid", lambda: "guessed")
    (tmp_path / ".out.csv.guessed.part").symlink_to(victim)
    with pytest.raises(Exception, match="cannot be written"), NewFile(out) as file:
        file.write(b"gone")
    assert victim.read_text() == "precious"


# --- finding 13


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''=1", "\n=1", "\uff1d1+1", "\uff0b1"]
)
def test_no_cell_begins_a_formula_and_each_is_read_back(cell: str, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    form = CsvForm(["source_url", "target_url", "title"])
    line = form.record([_guarded(each) for each in ("https://a.example/", "https://b.example/", cell)])
    [written] = csv.reader(io.StringIO(line.decode(), newline=""))
    assert written[2][0] == "'"
    file.write_bytes(form.record(form.columns) + line)
    [row] = read_csv(file)
    assert row.values["title"] == cell


@pytest.mark.parametrize("cell", ["-1.5", "+3", "1e-5", "-inf", "plain", "", "'quoted'"])
def test_what_is_no_formula_stays(cell: str) -> None:
    assert _guarded(cell) == cell
    assert _unguarded(cell) == cell


def test_json_for_a_terminal_holds_nothing_that_commands_it() -> None:
    said = {"title": "\x9b31m \u202e \x7f \U000e0001 roses \u00e9"}
    written = printable(json.dumps(said, ensure_ascii=False))
    assert written.isprintable()
    assert json.loads(written) == said
    assert "\u00e9" in written


def test_a_log_line_is_one_line_and_commands_nothing() -> None:
    record = logging.LogRecord(
        "m", logging.ERROR, "", 0, "%s cannot be answered", ("/\x1b]0;owned\x07\n2026 forged",), None
    )
    line = PlainFormatter("%(message)s").format(record)
    assert line.isprintable()


def test_a_traceback_in_the_log_commands_nothing() -> None:
    try:
        raise ValueError("\x1b]0;owned\x07\n2026 forged: all is well")
    except ValueError:
        record = logging.LogRecord("m", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    first, *rest = PlainFormatter("%(message)s").format(record).split("\n")
    assert first == "failed"
    assert all(line.isprintable() and line.startswith("    ") for line in rest)


def test_every_command_prints_through_one_door() -> None:
    folder = Path(moderator.cli.__file__).parent
    calls = [
        (file.name, node.lineno)
        for file in folder.glob("*.py")
        if file.name != "terminal.py"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "typer.echo", "sys.stdout.write")
    ]
    assert calls == []


# --- finding 14


def forest(**changed: Any) -> Trees:
    usual: dict[str, Any] = {
        "roots": np.array([0], np.int32),
        "feature": np.array([0, 0, 0], np.int32),
        "threshold": np.array([0.5, np.inf, np.inf]),
        "missing_left": np.array([True, False, False]),
        "left": np.array([1, 1, 2], np.int32),
        "right": np.array([2, 1, 2], np.int32),
        "value": np.array([0.0, -1.0, 1.0]),
        "depth": 1,
    }
    return Trees(**(usual | changed))


def test_a_forest_is_a_forest() -> None:
    _check_shape(forest())


@pytest.mark.parametrize(
    "changed",
    [
        {"depth": 2**62},
        {"depth": -1},
        {"depth": 0},
        {"left": np.array([0, 1, 2], np.int32), "right": np.array([1, 1, 2], np.int32), "depth": 60},
        {"left": np.array([1, 0, 2], np.int32), "depth": 60},
    ],
    ids=["deep", "negative", "too shallow", "root below itself", "cycle"],
)
def test_what_is_no_forest_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"deep|below itself|longer|two parents"):
        _check_shape(forest(**changed))


@pytest.mark.parametrize("name", ["value", "threshold", "roots"])
def test_arrays_of_another_shape_are_refused(name: str) -> None:
    from moderator.features.row import Schema

    arrays = dict(forest()._asdict())
    arrays[name] = np.stack([arrays[name], arrays[name]], axis=1)
    arrays["depth"] = np.array(1)
    with pytest.raises(ValueError, match=rf"{name} is no list of numbers"):
        _scorer(arrays, Schema(("a",), (), ("a",), ("a",)))


@pytest.mark.parametrize("kind", [np.complex128, np.str_, np.dtype("datetime64[s]")])
def test_arrays_of_other_things_than_real_numbers_are_refused(kind: Any) -> None:
    from moderator.features.row import Schema

    arrays = dict(forest()._asdict()) | {"value": np.array([0, 1, 2], np.int64).astype(kind)}
    with pytest.raises(ValueError, match=r"value holds .*, not real numbers"):
        _scorer(arrays, Schema(("a",), (), ("a",), ("a",)))


@pytest.mark.parametrize("name", ["value", "threshold"])
def test_numbers_that_are_none_are_refused(name: str) -> None:
    from moderator.features.row import Schema

    arrays = dict(forest()._asdict())
    arrays[name] = arrays[name] * np.nan
    arrays["depth"] = np.array(1)
    with pytest.raises(ValueError, match="no number"):
        _scorer(arrays, Schema(("a",), (), ("a",), ("a",)))
