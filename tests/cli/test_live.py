"""``moderator rescore`` and ``label`` on a blog's database and export: dry run, run, undo."""

import json
from pathlib import Path

import pytest

from moderator.wordpress.live_queue import Change
from tests.cli.conftest import Run
from tests.wordpress.blog import Blog
from tests.wordpress.test_wxr import comment, item, write


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    blog = Blog(tmp_path / "blog.db").make()
    for number in range(1, 31):
        # one sender, the same wording, a minute apart: the small model calls it spam from the third on
        blog.add(number, "1" if number == 20 else "0", comment_author_IP="203.0.113.9")
    blog.add(31, "0", "comment")
    return blog


def test_a_dry_run_lists_the_changes_and_makes_none(run: Run, blog: Blog, home: Path) -> None:
    before = blog.statuses()
    outcome = run("rescore", blog.url)
    assert outcome.code == 0 and outcome.err == ""
    assert "hold -> spam" in outcome.out and "nothing was changed; --apply does it" in outcome.out
    assert "30 pings" in outcome.out and "1 approved look like spam; --include-decided" in outcome.out
    assert blog.statuses() == before and list(home.iterdir()) == []


def test_apply_and_undo(run: Run, blog: Blog) -> None:
    before = blog.statuses()
    done = json.loads(run("rescore", blog.url, "--apply", "--json").out)
    assert done["changed"] == done["planned"]["spam"] > 20
    assert blog.statuses()[20] == "1" and blog.statuses()[31] == "0"
    undone = run("rescore", blog.url, "--undo", done["run"])
    assert undone.code == 0 and f"{done['changed']} pings have their old status again" in undone.out
    assert blog.statuses() == before


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_the_list_goes_to_a_table(run: Run, blog: Blog, tmp_path: Path, name: str) -> None:
    outcome = run("rescore", blog.url, "--output", tmp_path / name)
    assert outcome.code == 0, outcome.err
    if name == "out.jsonl":
        rows = [json.loads(line) for line in (tmp_path / name).read_text().splitlines()]
        assert [row["comment_ID"] for row in rows] == list(range(1, 31))
        assert {row["new_status"] for row in rows if row["verdict"] == "spam"} == {"spam", ""}
    # and what was written can be judged again
    assert json.loads(run("rescore", tmp_path / name, "--json").out)["rows"] == 30


def test_only_what_is_sure(run: Run, blog: Blog) -> None:
    assert json.loads(run("rescore", blog.url, "--apply", "--only", "approve", "--json").out)["changed"] == 0
    assert json.loads(run("rescore", blog.url, "--min-confidence", "1", "--json").out)["planned"] == {}


def test_labels_of_a_queue_go_into_the_history(run: Run, blog: Blog, tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite3"
    for _ in range(2):
        outcome = run("label", blog.url, "--history", file)
        assert outcome.code == 0 and "1 ham, 0 spam" in outcome.out


WRONG = [
    (("--apply", "--only", "ham"), "verdicts are approve, hold and spam"),
    (("--min-confidence", "7"), "no probability"),
    (("--status", "spam"), "add --include-decided"),
]


@pytest.mark.parametrize(("words", "told"), WRONG)
def test_wrong_usage(run: Run, blog: Blog, words: tuple[str, ...], told: str) -> None:
    outcome = run("rescore", blog.url, *words)
    assert outcome.code == 2 and told in outcome.err and outcome.err.count("\n") == 1


QUEUES = [
    # queue, exit code, message
    (
        "mysql+pymysql://me:s3cret@127.0.0.1:1/blog",
        1,
        "mysql+pymysql://me:***@127.0.0.1:1/blog refuses",
    ),
    ("postgresql://me:s3cret@h/blog", 2, "WordPress lives in MySQL"),
    ("mysql+pymysql://me:s3cret@h", 2, "names no database"),
    ("http://blog.example/", 2, "unencrypted"),
    ("https://me:s3cret@blog.example/", 2, "without user and password"),
    ("https://blog.example/", 2, "MODERATOR_WORDPRESS_PASSWORD"),
    ("none.xml", 1, "there is no file"),
    ("sqlite:////nowhere/at/all.db", 1, "out of reach"),
]


@pytest.mark.loopback
@pytest.mark.parametrize(("queue", "code", "told"), QUEUES)
def test_queues_that_cannot_be_opened_are_told_in_one_line_without_secrets(
    run: Run, queue: str, code: int, told: str
) -> None:
    outcome = run("rescore", queue)
    assert (outcome.code, outcome.err.count("\n")) == (code, 1)
    assert told in outcome.err and "s3cret" not in outcome.err + outcome.out


@pytest.mark.parametrize("words", [("--apply",), ("--undo", "x")])
def test_a_file_takes_nothing_back(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "q.jsonl").write_text("")
    outcome = run("rescore", tmp_path / "q.jsonl", *words)
    assert outcome.code == 2 and "--output" in outcome.err


def test_an_export_is_judged_and_what_it_lacks_is_said(run: Run, tmp_path: Path) -> None:
    from tests.wordpress.test_wxr import comment, item, write

    export = write(tmp_path, item(*[comment(number) for number in range(9, 0, -1)]))
    outcome = run("rescore", export, "--output", tmp_path / "out.jsonl")
    assert outcome.code == 0 and "spam are missing here" in outcome.err
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 9
    assert run("rescore", export, "--output", export).code == 1
    assert export.read_text().startswith("<?xml")


def test_a_dry_run_lists_every_change_with_its_title_its_post_and_its_reason(run: Run, blog: Blog) -> None:
    outcome = run("rescore", blog.url)
    lines = outcome.out.splitlines()
    changes = [number for number, line in enumerate(lines) if "hold -> spam" in line]
    planned = json.loads(run("rescore", blog.url, "--json").out)["planned"]["spam"]
    assert len(changes) == planned > 20
    first = lines[changes[0] : changes[0] + 4]
    assert "Page " in first[0] and first[1].strip().startswith("https://s")
    assert first[2].strip().startswith("on https://blog.example/2026/post-") and first[3].strip().startswith("because ")
    sure = [float(lines[number].split()[3]) for number in changes]
    assert sure == sorted(sure)


def test_a_run_is_taken_back_once(run: Run, blog: Blog) -> None:
    name = json.loads(run("rescore", blog.url, "--apply", "--json").out)["run"]
    assert run("rescore", blog.url, "--undo", name).code == 0
    again = run("rescore", blog.url, "--undo", name)
    assert again.code == 0 and "nothing was left to undo" in again.out


def test_a_blog_without_pings(run: Run, tmp_path: Path) -> None:
    empty = Blog(tmp_path / "empty.db").make()
    for words in ((), ("--apply",)):
        outcome = run("rescore", empty.url, *words)
        assert outcome.code == 0 and "there are no pings" in outcome.out


def test_who_interrupts_a_run_is_told_what_was_done(run: Run, blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    from moderator.wordpress.database import WordPressDatabase

    change = WordPressDatabase.change

    def interrupted(self: WordPressDatabase, changes: list[Change]) -> dict[int, str]:
        change(self, changes)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(WordPressDatabase, "change", interrupted)
        outcome = run("rescore", blog.url, "--apply")
    assert outcome.code == 130
    assert "has judged 30 pings and changed" in outcome.err and "the same command goes on with it" in outcome.err
    assert "changed:" in run("rescore", blog.url, "--apply").out


def test_what_an_export_leaves_out_is_told(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, item(comment(1), comment(2, "comment"), comment(3, "order_note"), comment(4, "comment")))
    outcome = run("rescore", path, "--output", tmp_path / "out.jsonl")
    assert outcome.code == 0 and "left out: 2 of type comment, 1 of type order_note" in outcome.err
