"""``moderator init``, as a newcomer uses it."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

import pytest

from moderator.config.passwords import check_password
from moderator.config.service import read_secrets, read_service_settings
from moderator.config.settings import read_settings
from tests.cli.conftest import Run

BLOG = "https://blog.example/"


def variables(path: Path) -> dict[str, str]:
    return dict(shlex.split(line)[0].split("=", 1) for line in path.read_text().splitlines())


def test_options_answer_every_question(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_PASSWORD", "correct horse battery")
    outcome = run("init", "--folder", tmp_path / "new", "--blog", BLOG, "--no-shadow", "--verify", "--api", "--page")
    assert outcome.code == 0, outcome.err
    environment = variables(tmp_path / "new" / "moderator.env")
    assert read_settings(environment=environment).verify
    service = read_service_settings(environment=environment)
    assert [(blog.name, blog.url) for blog in service.blogs] == [("blog.example", BLOG)]
    assert not service.shadow
    secrets = read_secrets(environment)
    assert check_password("correct horse battery", secrets.password_hash)
    assert len(secrets.api_token) >= 32
    assert "correct horse" not in outcome.out
    assert secrets.api_token not in outcome.out


def test_secrets_are_for_their_owner_alone(run: Run, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert run("init", "--folder", tmp_path / "new", "--blog", BLOG, "--no-page").code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new" / "moderator.env").stat().st_mode) == 0o600


def test_what_is_there_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    assert run("init", "--folder", tmp_path, "--blog", BLOG, "--no-page").code == 0
    before = (tmp_path / "moderator.env").read_text()
    outcome = run("init", "--folder", tmp_path, "--blog", BLOG, "--no-page")
    assert outcome.code == 2
    assert "exists already" in outcome.err
    assert (tmp_path / "moderator.env").read_text() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--no-page",), "address"),
        (("--blog", "blog", "--no-page"), "must be an address"),
        (("--blog", BLOG, "--page"), "MODERATOR_PASSWORD"),
    ],
)
def test_what_is_missing_is_told_where_nobody_can_be_asked(
    run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    outcome = run("init", "--folder", tmp_path / "new", *words)
    assert outcome.code == 2
    assert said in outcome.err
    assert not (tmp_path / "new").exists()


def test_a_short_password_is_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_PASSWORD", "short")
    outcome = run("init", "--folder", tmp_path, "--blog", BLOG, "--page")
    assert outcome.code == 2
    assert "at least 12" in outcome.err
