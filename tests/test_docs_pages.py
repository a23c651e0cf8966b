"""What the pages of docs/ say can be done: their settings are read, their programs run, the files they name exist."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from docs.make_settings import PAGE, settings_page
from moderator.config.service import Secrets, read_service_settings
from moderator.config.settings import read_settings

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
DEPLOY = ROOT / "examples" / "deploy"


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_of_settings_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "run: python -m docs.make_settings"


def test_every_secret_is_told() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`MODERATOR_{name.upper()}`" in text for name in Secrets.__dataclass_fields__)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "toml")], ids=lambda page: page.name)
def test_settings_that_are_shown_are_read(page: Path, tmp_path: Path) -> None:
    for text in blocks(page, "toml"):
        path = tmp_path / "settings.toml"
        path.write_text(text, encoding="utf-8")
        read_settings(path, {})
        read_service_settings(path, {})


def test_the_view_for_fastapi_takes_a_webmention(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi.testclient import TestClient

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    program = types.ModuleType("view_of_the_docs")
    monkeypatch.setitem(sys.modules, program.__name__, program)
    exec(compile(blocks(ROOT / "docs" / "frameworks.md", "python")[0], "frameworks.md", "exec"), program.__dict__)
    client = TestClient(program.app)
    form = {"source": "https://someone.example/reply", "target": "https://blog.example/bees"}
    assert client.post("/webmention", data=form).status_code == 202
    assert client.post("/webmention", data={**form, "target": "https://blog.example/none"}).status_code == 400
    assert client.post("/webmention", data={"source": "nonsense"}).status_code == 400
    [(linkback, decision)] = program.kept
    assert linkback.source_url == form["source"] and decision.verdict in {"approve", "hold", "spam"}
    program.moderator.close()


@pytest.mark.parametrize("framework", ["flask", "django"])
def test_the_views_that_are_copied_are_used_as_shown(
    framework: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.syspath_prepend(ROOT / "examples")
    if framework == "django":
        from django.conf import settings

        if not settings.configured:
            settings.configure(ALLOWED_HOSTS=["ours.example"], DEFAULT_CHARSET="utf-8")
    [block] = [each for each in blocks(ROOT / "docs" / "frameworks.md", "python") if f"from {framework}" in each]
    given = {"find_post": lambda url: None, "keep": lambda linkback, decision: None}
    program: dict[str, Any] = {"__name__": f"{framework}_views", **given}
    exec(compile(block, "frameworks.md", "exec"), program)
    if framework == "flask":
        rules = {str(rule) for rule in program["app"].url_map.iter_rules()}
        assert {"/webmention", "/pingback"} <= rules
    else:
        patterns = [str(each.pattern) for each in program["urlpatterns"]]
        assert patterns == ["webmention", "<path:address>/trackback/"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    named = re.findall(r"\b((?:examples|datasets|tests|models|notebooks)/[\w./-]*\w)", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_headings_that_are_linked_exist() -> None:
    for page in PAGES:
        for file, heading in re.findall(r"\]\(([\w.-]+\.md)#([\w-]+)\)", page.read_text(encoding="utf-8")):
            titles = re.findall(r"^#+ (.*)$", (page.parent / file).read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [title.lower().replace(" ", "-") for title in titles]


def test_every_page_can_be_reached() -> None:
    listed = re.findall(r"([\w-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == [page.name for page in PAGES]


def test_what_is_deployed_serves_at_the_port_that_is_asked() -> None:
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "http://127.0.0.1:8750/health" in image and "\nUSER moderator\n" in image
    for name in ("compose.yaml", "nginx.conf", "Caddyfile"):
        assert "127.0.0.1:8750" in (DEPLOY / name).read_text(encoding="utf-8")
    unit = (DEPLOY / "moderator.service").read_text(encoding="utf-8")
    assert "\nDynamicUser=yes\n" in unit and "ExecStart=/opt/moderator/bin/moderator serve\n" in unit
