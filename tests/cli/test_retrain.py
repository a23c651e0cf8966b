"""``moderator retrain`` and ``moderator evaluate``: models, pages, errors, exit codes."""

import json
from pathlib import Path

import pytest

from moderator.cli.exports import parse_duration
from moderator.errors import InputError
from tests.cli.conftest import Run

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[2] / "datasets" / "sample.jsonl"


@pytest.fixture(scope="module")
def rows():
    return [json.loads(line) for line in SAMPLE.read_text().splitlines()]


def written(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_model_is_made_told_and_used(run: Run, tmp_path: Path) -> None:
    made = run("retrain", SAMPLE, "--output", tmp_path / "own")
    assert made.code == 0
    assert "420 rows: 150 ham, 216 spam" in made.err
    assert f"is in {tmp_path / 'own'}" in made.err
    assert "base and 3 corrections" in made.out
    assert "\x1b" not in made.err  # stderr is no terminal here
    assert {path.name for path in (tmp_path / "own").iterdir()} == {"scorer.npz", "pipeline.joblib", "card.json"}
    card = json.loads((tmp_path / "own" / "card.json").read_text())
    assert card["training"]["data"]["rows"] == {"sample.jsonl": 420}

    judged = run("evaluate", SAMPLE, "--model", tmp_path / "own", "--report", tmp_path / "page.html")
    assert judged.code == 0
    assert "own@" in judged.out
    assert "95 % sure" in judged.out
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")


def test_programs_read_json(run: Run, tmp_path: Path, model_folder: Path) -> None:
    made = json.loads(run("retrain", SAMPLE, "--output", tmp_path / "own", "--label-delay", "12h", "--json").out)
    assert made["promoted"] is True
    assert made["training"]["data"]["label_delay_seconds"] == 43200
    found = json.loads(run("evaluate", SAMPLE, "--model", tmp_path / "own", "--against", model_folder, "--json").out)
    assert found["figures"]["ham"] == 150
    assert found["comparison"]["lost"] == 0
    assert found["against"].startswith("small@")


def test_the_same_export_gives_the_same_model(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run("retrain", SAMPLE, "--output", tmp_path / name).code == 0
    assert (tmp_path / "one" / "scorer.npz").read_bytes() == (tmp_path / "two" / "scorer.npz").read_bytes()


def test_a_worse_model_stays_out_unless_forced(run: Run, tmp_path: Path, rows: list[dict[str, object]]) -> None:
    assert run("retrain", SAMPLE, "--output", tmp_path / "own").code == 0
    before = (tmp_path / "own" / "card.json").read_bytes()
    few = written(tmp_path / "few.jsonl", rows[:150])
    refused = run("retrain", few, "--output", tmp_path / "own")
    assert refused.code == 1
    assert "was not changed" in refused.err
    assert "--force" in refused.err
    assert (tmp_path / "own" / "card.json").read_bytes() == before
    assert run("retrain", few, "--output", tmp_path / "own", "--force").code == 0
    assert (tmp_path / "own" / "card.json").read_bytes() != before


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        (lambda row: row["label"] != "spam", "WordPress leaves spam out"),
        (lambda row: row["label"] != "ham", "only spam"),
        (lambda row: row["label"] not in {"ham", "spam"}, "has a label"),
    ],
)
def test_what_is_missing_is_one_clear_line(run: Run, tmp_path: Path, rows, keep, said) -> None:
    outcome = run("retrain", written(tmp_path / "part.jsonl", list(filter(keep, rows))), "--output", tmp_path / "own")
    assert outcome.code == 1
    *_, last = outcome.err.splitlines()
    assert last.startswith("moderator: ")
    assert said in last
    assert not (tmp_path / "own").exists()


def test_unreadable_rows_are_left_out_and_told(run: Run, tmp_path: Path, rows: list[dict[str, object]]) -> None:
    broken = [{**row, "label": "perhaps"} if place % 40 == 0 else row for place, row in enumerate(rows)]
    outcome = run("evaluate", written(tmp_path / "rows.jsonl", broken))
    assert outcome.code == 0
    assert "rows.jsonl: line 1: label is none of" in outcome.err
    assert "and 6 more rows that could not be read" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("evaluate", SAMPLE, "--model", "nowhere"), 1, "no model in"),
        (("evaluate", "nowhere.csv"), 1, "nowhere.csv"),
        (("evaluate", SAMPLE, "--since", "soon"), 2, "--since"),
        (("evaluate", SAMPLE, "--since", "2999-01-01"), 1, "received since 2999"),
        (("retrain", SAMPLE, "--output", "out", "--label-delay", "soon"), 2, "--label-delay"),
        (("retrain", SAMPLE), 2, "--output"),
        (("retrain", "--output", "out"), 1, "none of the 0 rows has a label"),
    ],
)
def test_wrong_usage_and_failure_have_their_codes(run: Run, arguments, code: int, said: str) -> None:
    outcome = run(*arguments)
    assert outcome.code == code
    assert said in outcome.err


@pytest.mark.parametrize(
    ("text", "seconds"), [("1d", 86400), ("12h", 43200), ("90m", 5400), ("2w", 1209600), ("0s", 0), ("1.5", 129600)]
)
def test_spans(text: str, seconds: int) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "d", "-1d", "1y", "nan", "infd", "9999w", "1e9d"])
def test_no_spans(text: str) -> None:
    with pytest.raises(InputError, match="12h or 1d"):
        parse_duration(text)
