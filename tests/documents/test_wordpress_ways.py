"""The two pages for WordPress, followed from top to bottom with a real WordPress on loopback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.documents.following import INSTALLS, ROOT, followed, lines_of
from tests.documents.preparations import BLOG, old_pings, rows
from tests.documents.stand_ins import free_port
from tests.documents.wordpress_path import install_and_ping
from tests.wordpress.conftest import wordpress, wordpress_site  # noqa: F401 - fixtures
from tests.wordpress.site import Site

pytestmark = [pytest.mark.wordpress, pytest.mark.loopback, pytest.mark.slow, pytest.mark.timeout(600)]


def lines(page: str) -> list[str]:
    return [line for line in lines_of(ROOT / "docs" / page) if not INSTALLS.search(line)]


def test_over_rest(wordpress: Site, reader: Path, variables: dict[str, str]) -> None:  # noqa: F811
    with old_pings(wordpress, reader) as here:
        environment = variables | {"PATH": f"{reader / 'bin'}:{variables['PATH']}"}
        with followed(lines("wordpress-rest.md"), reader, said_as=here, environment=environment) as done:
            assert not done.failed, done.said
    assert len(rows(reader / "verdicts.jsonl")) == len(json.loads((reader / "comments.json").read_text())) == 3


def test_with_the_service(wordpress: Site, reader: Path, variables: dict[str, str]) -> None:  # noqa: F811
    port = free_port()
    act = install_and_ping(wordpress, reader, port)
    try:
        with followed(
            lines("wordpress-service.md"),
            reader,
            port=port,
            said_as={BLOG: f"{wordpress.url}/"},
            before={"doctor --service": act},
            environment=variables,
        ) as done:
            assert not done.failed, done.said
            before, _, after = done.said.partition("serving at")
            assert "is WordPress without it" in before
            assert "ok     WordPress plugin: " in after
            assert "ok     asked by token: last about a pingback of " in done.said
        assert len(wordpress.statuses()) == 1
    finally:
        wordpress.php("update_option('active_plugins', []); delete_option('moderator');")
        shutil.rmtree(wordpress.folder / "wp-content/plugins/moderator", ignore_errors=True)
