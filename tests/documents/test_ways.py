"""Pages of docs/ followed from top to bottom on loopback: each command line is run, and does what the page says.

What asks the package index is left to `python -m tests.benchmarks.fresh_machine`. The pages for WordPress are in
`test_wordpress_ways.py`.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.documents.following import INSTALLS, ROOT, Followed, blocks, followed, lines_of
from tests.documents.preparations import BLOG, FIRST_ID, LAST_ID, own_files, rows
from tests.documents.stand_ins import blog_and_reply, free_port

pytestmark = [pytest.mark.loopback, pytest.mark.slow, pytest.mark.timeout(600)]
DOCS = ROOT / "docs"


def follow(
    page: str, reader: Path, variables: dict[str, str], port: int, **said_as: str
) -> AbstractContextManager[Followed]:
    lines = [line for line in lines_of(DOCS / page) if not INSTALLS.search(line)]
    return followed(lines, reader, port=port, environment=variables, said_as=said_as)


def until_judged(said: Path) -> None:
    """A reader looks at the page a moment later."""
    for _ in range(300):
        if "worker: judged id=" in said.read_text():
            return
        time.sleep(0.1)
    raise AssertionError(said.read_text())


def test_first_steps(reader: Path, variables: dict[str, str]) -> None:
    with follow("index.md", reader, variables, free_port()) as done:
        assert not done.failed, done.said
        assert "spam probability" in done.said
    assert len(rows(reader / "verdicts.jsonl")) == len(rows(reader / "datasets/sample.jsonl"))


def test_first_model(reader: Path, variables: dict[str, str]) -> None:
    with follow("first-model.md", reader, variables, free_port(), **{FIRST_ID: LAST_ID}) as done:
        assert not done.failed, done.said
        [shown] = blocks(DOCS / "first-model.md", "text")
        assert shown in done.said
        assert "367 linkbacks, 150 labelled ham" in done.said
    assert "<html" in (reader / "report.html").read_text()
    assert len(rows(reader / "verdicts-2.jsonl")) == len(rows(reader / "verdicts.jsonl"))


def test_static_site(reader: Path, variables: dict[str, str]) -> None:
    port = free_port()
    with blog_and_reply() as (blog, reply):
        [settings] = blocks(DOCS / "static-site.md", "toml")
        (reader / "settings.toml").write_text(settings.replace(BLOG, blog))
        here = {
            BLOG: blog,
            "https://someone.example/reply": reply,
            "https://moderator.example": "http://127.0.0.1:8750",
        }
        lines = [line for line in lines_of(DOCS / "static-site.md") if not INSTALLS.search(line)]
        before = {"api/v1/mentions": lambda: until_judged(reader / "said.txt")}
        with followed(lines, reader, port=port, said_as=here, before=before, environment=variables) as done:
            assert not done.failed, done.said
            assert f"ok     blog: {blog} answers 200" in done.said
            assert "receivers: open for" in done.said
            assert "Received." in done.said
            assert f'"source_url":"{reply}"' in done.said


def test_frameworks(reader: Path, variables: dict[str, str]) -> None:
    (reader / "views.py").write_text(blocks(DOCS / "frameworks.md", "python")[0])
    port = free_port()
    with follow("frameworks.md", reader, variables, port, **{"8000": str(port)}) as done:
        assert not done.failed, done.said
        assert "accepted" in done.said


def test_akismet(reader: Path, variables: dict[str, str]) -> None:
    with follow("akismet.md", reader, variables, free_port()) as done:
        assert not done.failed, done.said
        assert "Akismet's API: open" in done.said
        assert "valid" in done.said
        assert done.said.rstrip().endswith(("true", "false"))


def test_large_queues(reader: Path, variables: dict[str, str]) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("distributed")
    here = own_files(reader)
    with follow("many-machines.md", reader, variables, free_port(), **here) as done:
        assert not done.failed, done.said
    assert len(rows(reader / "verdicts.jsonl")) == 80
    written = sorted((reader / "verdicts").glob("*.parquet"))
    assert sum(len(pandas.read_parquet(path)) for path in written) == len(rows(reader / "datasets/sample.jsonl"))
