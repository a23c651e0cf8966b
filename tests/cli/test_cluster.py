"""``--cluster``: a folder of verdicts, told as always, and what it cannot do."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datasets.blogosphere import generate
from moderator.model.card import CARD
from tests.cli.conftest import Run


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    rows = [{**row, "evidence": ""} for row in generate(6, 400, sites=2)]
    rows[3]["source_url"] = ""
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "queue.parquet")
    return tmp_path / "queue.parquet"


@pytest.mark.loopback
@pytest.mark.slow
def test_a_local_cluster_gives_the_rows_of_one_process(run: Run, queue: Path) -> None:
    alone, folder = queue.with_name("alone.parquet"), queue.with_name("verdicts")
    run("rescore", queue, "--output", alone)
    words = ("--cluster", "local", "--workers", "2", "--partition-rows", "150", "--json")
    outcome = run("rescore", queue, "--output", folder, *words)
    assert outcome.code == 0, outcome.err
    assert outcome.err.startswith("line 4: source_url is missing")
    told = json.loads(outcome.out)
    assert (told["rows"], told["unreadable"], told["output"]) == (400, 1, str(folder))
    parts = sorted(folder.glob("*.parquet"))
    assert [part.name for part in parts] == ["part-000000.parquet", "part-000001.parquet", "part-000002.parquet"]
    assert pa.concat_tables(map(pq.read_table, parts)).equals(pq.read_table(alone))
    again = run("rescore", queue, "--output", folder, *words)
    assert json.loads(again.out) == told, "a finished run is told again"


@pytest.mark.loopback
@pytest.mark.slow
def test_a_model_is_trained_on_a_local_cluster(run: Run, queue: Path) -> None:
    outcome = run("retrain", queue, "--output", queue.with_name("mine"), "--cluster", "local", "--from-scratch")
    assert outcome.code == 0, outcome.err
    assert "1 rows that could not be read were left out" in outcome.err
    assert (queue.with_name("mine") / CARD).is_file()
    assert not list(queue.parent.glob(".mine*")), "what lay between the steps is gone"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("rescore", "{queue}", "--cluster", "local"), "name it with --output"),
        (("rescore", "{queue}", "--output", "{out}", "--cluster", "local", "--apply"), "takes no verdicts back"),
        (("rescore", "{queue}", "--output", "{out}", "--cluster", "local", "--cluster-wait", "-1"), "cluster-wait"),
        (("rescore", "{queue}", "--output", "{out}", "--cluster", "local", "--partition-rows", "0"), "partition-rows"),
        (("retrain", "{queue}", "{queue}", "--output", "{out}", "--cluster", "local"), "one folder"),
    ],
)
def test_wrong_usage_is_told_and_is_two(run: Run, queue: Path, words: tuple[str, ...], told: str) -> None:
    outcome = run(*(word.format(queue=queue, out=queue.with_name("out")) for word in words))
    assert outcome.code == 2
    assert told in " ".join(outcome.err.split())
    assert not queue.with_name("out").exists()


def test_a_scheduler_that_is_not_there_is_told_and_is_one(run: Run, queue: Path) -> None:
    outcome = run("rescore", queue, "--output", queue.with_name("out"), "--cluster", "nobody")
    assert outcome.code == 1
    assert "no Dask scheduler answers at 'nobody'" in outcome.err
    assert not queue.with_name("out").exists()
