"""``moderator check``: what people and programs read, and what wrong input comes to."""

import io
import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run

URLS = ("--source-url", "https://a.example/1", "--target-url", "https://b.example/2")


def test_people_read_verdict_reasons_and_page(run: Run) -> None:
    outcome = run("check", *URLS, "--kind", "trackback", "--title", "t", "--sender-ip", "203.0.113.9")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "hold   spam probability 0.5000"
    assert "log-odds" not in outcome.out
    assert "page   not looked at" in lines
    assert "moderator label " in lines[-1]


def test_the_table_of_contributions_is_shown_when_asked_for(run: Run) -> None:
    assert "log-odds  feature" in run("check", *URLS, "--kind", "trackback", "--title", "t", "--reasons", 5).out


def test_programs_read_json(run: Run) -> None:
    outcome = run("check", *URLS, "--kind", "pingback", "--json")
    form = json.loads(outcome.out)
    assert outcome.code == 0
    assert form["verdict"] == "hold"
    assert form["spam_probability"] == 0.5
    assert form["evidence"] == {"status": "not_checked"}
    assert {"feature", "value", "contribution", "meaning"} == set(form["reasons"][0])
    assert form["decided_at"] is not None


def test_reasons_can_be_left_out(run: Run) -> None:
    assert json.loads(run("check", *URLS, "--json", "--reasons", 0).out)["reasons"] == []


def test_what_was_checked_is_remembered(run: Run, home: Path) -> None:
    for number in range(4):
        out = run("check", *URLS, "--sender-ip", "203.0.113.9", "--excerpt", number, "--json").out
    assert json.loads(out)["verdict"] == "spam"
    assert (home / "moderator" / "history.sqlite3").exists()


def test_a_history_can_be_named(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("check", *URLS, "--history", tmp_path / "mine.sqlite3").code == 0
    assert (tmp_path / "mine.sqlite3").exists()
    assert not (home / "moderator").exists()


def test_our_text_comes_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "post.txt").write_text("about gardens and bees")
    assert run("check", *URLS, "--excerpt", "bees", "--target-text-file", tmp_path / "post.txt").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--source-url"),
        (("--source-url", "https://a.example/"), "--target-url"),
        ((*URLS, "--kind", "fax"), "fax"),
        ((*URLS, "--reasons", "-1"), "--reasons"),
        (("--source-url", "", "--target-url", "https://b.example/"), "--source-url '' is missing"),
        ((*URLS, "--received-at", "yesterday"), "received_at is no date in ISO 8601: 'yesterday'"),
        ((*URLS, "--title", "a\0b"), "title holds a NUL"),
        ((*URLS, "--excerpt", "x" * 1_000_000), "excerpt has 1000000 bytes"),
        ((*URLS, "--allow-network", "house"), "allow_networks"),
        ((*URLS, "surplus"), "surplus"),
    ],
)
def test_wrong_usage_is_told_and_is_two(run: Run, words: tuple[str, ...], told: str) -> None:
    outcome = run("check", *words)
    assert outcome.code == 2
    assert told in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((*URLS, "--target-text-file", "/none/such"), "/none/such cannot be read: No such file"),
        ((*URLS, "--model", "/none/such"), "/none/such"),
    ],
)
def test_work_that_fails_is_one_line_and_one(run: Run, words: tuple[str, ...], told: str) -> None:
    outcome = run("check", *words)
    assert outcome.code == 1
    assert told in outcome.err
    assert outcome.err.startswith("moderator: ")
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""


def test_a_history_that_cannot_be_opened_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome = run("check", *URLS, "--history", tmp_path / "file" / "history.sqlite3")
    assert outcome.code == 1
    assert "history" in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("words", [("--debug", "check"), ("check", "--debug")])
def test_debug_shows_where(run: Run, words: tuple[str, ...]) -> None:
    outcome = run(*words, *URLS, "--model", "/none/such")
    assert outcome.code == 1
    assert "Traceback" in outcome.err
    assert outcome.err.splitlines()[-1].startswith("moderator: ")


@pytest.mark.parametrize("front", [True, False])
def test_networks_may_stand_before_or_behind(run: Run, front: bool) -> None:
    network = ("--allow-network", "10.0.0.0/8", "--allow-network", "127.0.0.1")
    words = (*network, "check", *URLS) if front else ("check", *URLS, *network)
    assert run(*words, "--no-verify").code == 0


def test_a_failure_inside_is_hold_with_its_reason_and_a_line(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "lists" / "block").mkdir(parents=True)
    (home / "lists" / "block" / "mine.txt").write_bytes(b"\0" * 1000)
    monkeypatch.setenv("MODERATOR_LISTS", str(home / "lists"))
    outcome = run("check", *URLS, "--json")
    form = json.loads(outcome.out)
    assert (outcome.code, form["verdict"], form["spam_probability"]) == (0, "hold", 0.5)
    assert form["reasons"][0]["feature"] == "failure"
    assert outcome.err.startswith("moderator: linkback ")
    assert outcome.err.count("\n") == 1


def test_our_text_can_come_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"about bees")))
    assert run("check", *URLS, "--target-text-file", "-").code == 0


def test_words_that_are_no_utf8_are_wrong_usage(run: Run) -> None:
    outcome = run("check", *URLS, "--title", os.fsdecode(b"caf\xe9"))
    assert outcome.code == 2
    assert "title holds bytes that are not UTF-8" in outcome.err


@pytest.mark.parametrize(
    "address", ["not a url", "a.example/1", "ftp://a.example/", "https://", "", "http://a b.example/"]
)
@pytest.mark.parametrize("option", ["--source-url", "--target-url"])
def test_what_is_no_address_is_refused_as_wrong_usage(run: Run, option: str, address: str) -> None:
    words = dict(zip(URLS[::2], URLS[1::2], strict=True)) | {option: address}
    outcome = run("check", *(word for pair in words.items() for word in pair))
    assert outcome.code == 2 and option in outcome.err and "write a whole address" in outcome.err
