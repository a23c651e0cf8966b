"""``moderator rescore``: summaries, errors, exit codes."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    rows = [
        {
            "id": str(number),
            "source_url": f"https://a{number}.example/",
            "target_url": "https://b.example/",
            "sender_ip": "203.0.113.9",
            "received_at": f"2020-01-01T00:00:{number:02d}Z",
        }
        for number in range(9, -1, -1)
    ]
    lines = [json.dumps(row) for row in rows]
    lines.insert(2, "{broken \x1b[31m")
    (tmp_path / "queue.jsonl").write_text("\n".join(lines) + "\n")
    return tmp_path / "queue.jsonl"


def test_people_read_counts_and_the_rows_that_could_not_be_read(run: Run, queue: Path) -> None:
    outcome = run("rescore", queue, "--output", queue.parent / "out.jsonl")
    assert outcome.code == 0
    assert outcome.out.startswith("verdict   spam  title")
    assert "\n11 rows in " in outcome.out
    assert "1 of the held rows could not be read" in outcome.out
    assert outcome.err.startswith("line 3: this is no JSON")
    assert "\x1b" not in outcome.err
    out = [json.loads(line) for line in (queue.parent / "out.jsonl").read_text().splitlines()]
    # as of receipt: the first three of this sender knew nothing of the others
    assert [row["verdict"] for row in out] == ["spam"] * 2 + ["hold"] + ["spam"] * 5 + ["hold"] * 3


def test_programs_read_json(run: Run, queue: Path) -> None:
    form = json.loads(run("rescore", queue, "--json").out)
    assert form["rows"] == 11
    assert form["verdicts"] == {"approve": 0, "hold": 4, "spam": 7}
    assert form["unreadable"] == 1
    assert form["output"] == ""


def test_without_output_nothing_is_written(run: Run, queue: Path, home: Path) -> None:
    outcome = run("rescore", queue)
    assert outcome.code == 0
    assert "nothing was written" in outcome.out
    assert [path.name for path in queue.parent.iterdir()] == ["home", "queue.jsonl"] or len(
        list(queue.parent.iterdir())
    ) == 2
    assert list(home.iterdir()) == []


def test_judging_twice_gives_the_same(run: Run, queue: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        run("rescore", queue, "--output", queue.parent / name)
    assert (queue.parent / "a.jsonl").read_bytes() == (queue.parent / "b.jsonl").read_bytes()


def test_several_processes_give_the_same(run: Run, queue: Path) -> None:
    told = []
    for workers in ("1", "2"):
        outcome = run("rescore", queue, "--output", queue.parent / f"{workers}.jsonl", "--workers", workers)
        assert outcome.code == 0
        seconds_and_name = (" rows in ", "written to ")
        told.append([line for line in outcome.out.splitlines() if not any(word in line for word in seconds_and_name)])
    assert told[0] == told[1]
    assert (queue.parent / "1.jsonl").read_bytes() == (queue.parent / "2.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "queue"),
        (("{queue}", "--apply"), "--apply"),
        (("{queue}", "--workers", "0"), "--workers"),
        (("{queue}", "--allow-network", "x"), "allow_networks"),
    ],
)
def test_wrong_usage_is_told_and_is_two(run: Run, queue: Path, words: tuple[str, ...], told: str) -> None:
    outcome = run("rescore", *(word.format(queue=queue) for word in words))
    assert outcome.code == 2
    assert told in outcome.err.lower()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("none.jsonl",), "there is no file 'none.jsonl'"),
        (("{queue}.txt",), "tells no format"),
        (("{queue}", "--output", "{queue}"), "the queue itself"),
        (("{queue}", "--output", "{folder}/none/out.jsonl"), "no folder"),
        (("{queue}", "--model", "{folder}"), "no model in"),
    ],
)
def test_work_that_fails_is_one_line_and_one(run: Run, queue: Path, words: tuple[str, ...], told: str) -> None:
    outcome = run("rescore", *(word.format(queue=queue, folder=queue.parent) for word in words))
    assert outcome.code == 1
    assert told in outcome.err
    assert outcome.err.count("\n") == 1


def test_an_interruption_leaves_no_half_output(run: Run, queue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("moderator.engine.Moderator.advance", interrupt)
    outcome = run("rescore", queue, "--output", queue.parent / "out.jsonl")
    assert outcome.code == 130
    assert {path.name for path in queue.parent.iterdir()} == {"home", "queue.jsonl"}


def test_failures_inside_are_held_told_and_counted(
    run: Run, queue: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "lists" / "block").mkdir(parents=True)
    (home / "lists" / "block" / "mine.txt").write_bytes(b"\0" * 1000)
    monkeypatch.setenv("MODERATOR_LISTS", str(home / "lists"))
    outcome = run("rescore", queue, "--output", queue.parent / "out.jsonl", "--json")
    summary = json.loads(outcome.out)
    assert outcome.code == 1, "a run that could not judge says so"
    assert summary["verdicts"] == {"approve": 0, "hold": 11, "spam": 0}
    assert (summary["unreadable"], summary["failed"]) == (1, 10)
    assert "Traceback" not in outcome.err
    assert "is held: domain list" in outcome.err
