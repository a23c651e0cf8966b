"""``moderator history``, and retraining from what it holds."""

import json
from pathlib import Path

import pytest

from moderator.history.base import Entry
from moderator.history.sqlite import SqliteHistory
from moderator.replay import keys_of_case, received
from moderator.tables.opening import Table
from tests.cli.conftest import Run

SAMPLE = Path(__file__).parents[2] / "datasets" / "sample.jsonl"


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """The sample's linkbacks and labels, as live checks and clicks would have left them."""
    path = tmp_path / "history.sqlite3"
    history, table = SqliteHistory(path), Table(SAMPLE)
    with history.transaction():
        for row in table.read():
            case = table.case(row)
            history.observe(Entry(case.linkback, keys_of_case(case), received(case), case.evidence))
            if case.label is not None:
                at = received(case) if case.labelled_at is None else case.labelled_at.timestamp()
                history.label(case.linkback.id, case.label, at if at == at else 0.0)
    history.close()
    return path


def test_what_is_remembered_is_told_and_forgotten(run: Run, filled: Path) -> None:
    shown = run("history", "--history", filled)
    assert shown.code == 0
    assert "420 linkbacks, 150 labelled ham and 216 labelled spam" in shown.out
    assert "received from " in shown.out
    assert " MB on the disk" in shown.out
    told = json.loads(run("history", "--history", filled, "--json").out)
    assert told["linkbacks"] == 420
    table = Table(SAMPLE)
    moments = [at for at in map(received, map(table.case, table.read())) if at == at]
    assert (told["first_at"], told["last_at"]) == (min(moments), max(moments))

    pruned = run("history", "prune", "--keep-days", "7", "--history", filled)
    assert pruned.code == 0
    assert "forgot " in pruned.out
    left = json.loads(run("history", "--history", filled, "--json").out)
    assert (left["ham"], left["spam"]) == (150, 216)
    assert left["linkbacks"] < 420
    assert left["size"] <= told["size"] + 4096 * 4000
    again = json.loads(run("history", "--history", filled, "prune", "--keep-days", "7", "--json").out)
    assert again["forgotten"] == 0


def test_a_week_is_always_kept(run: Run, filled: Path) -> None:
    assert run("history", "prune", "--keep-days", "3", "--history", filled).code == 2


def test_a_model_is_made_from_the_history_alone(run: Run, filled: Path, tmp_path: Path) -> None:
    made = run("retrain", "--history", filled, "--output", tmp_path / "own")
    assert made.code == 0, made.err
    assert "420 rows: 150 ham, 216 spam" in made.err
    card = json.loads((tmp_path / "own" / "card.json").read_text())
    assert card["training"]["data"]["rows"] == {"history": 420}


def test_a_cluster_reads_no_history(run: Run, filled: Path, tmp_path: Path) -> None:
    found = run("retrain", "--history", filled, "--output", tmp_path / "own", "--cluster", "tcp://127.0.0.1:1")
    assert found.code == 2
    assert "no history" in found.err
