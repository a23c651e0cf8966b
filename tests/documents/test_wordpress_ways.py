"""The two pages for WordPress, followed from top to bottom with a real WordPress on loopback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.documents.following import INSTALLS, ROOT, followed, lines_of
from tests.documents.stand_ins import free_port
from tests.documents.wordpress_path import install_and_ping
from tests.wordpress.conftest import wordpress, wordpress_site  # noqa: F401 - fixtures
from tests.wordpress.pings import pages, pingback
from tests.wordpress.site import Site

pytestmark = [pytest.mark.wordpress, pytest.mark.loopback, pytest.mark.slow, pytest.mark.timeout(600)]
BLOG = "https://blog.example/"
WP = """#!/bin/sh
test "$1 $2" = "comment list" && cat {answer}
"""
"""Stands for WP-CLI, which Debian does not have."""


def lines(page: str) -> list[str]:
    return [line for line in lines_of(ROOT / "docs" / page) if not INSTALLS.search(line)]


def test_over_rest(wordpress: Site, reader: Path, variables: dict[str, str]) -> None:  # noqa: F811
    targets = [post["url"] for post in wordpress.posts]
    with pages(targets) as home:
        for number, path in enumerate(("/tea", "/pills?id=1&shop=2", "/brot")):
            assert pingback(wordpress, home + path, targets[number], f"203.0.113.{number}")
        wordpress.export(reader / "export.xml")
        answer = reader / "comments.json"
        answer.write_text(
            wordpress.php("echo wp_json_encode(get_comments(['type' => 'pingback', 'status' => 'all']));")
        )
        (reader / "bin").mkdir()
        program = reader / "bin" / "wp"
        program.write_text(WP.format(answer=answer))
        program.chmod(0o755)
        last_run = "$(grep -oE '[0-9]{8}-[0-9]{6}-[0-9a-f]+' said.txt | tail -1)"
        here = {
            "=anna": f"={wordpress.user}",
            "abcd efgh ijkl mnop qrst uvwx": wordpress.password,
            BLOG: f"{wordpress.url}/",
            "20260102-030405-a1b2": last_run,
            "mysql+pymysql://user@localhost/wordpress?prefix=wp_2_": f"{wordpress.database.url()}&prefix=wp_",
            "--min-confidence 0.99": "--min-confidence 0.5",
        }
        environment = variables | {"PATH": f"{reader / 'bin'}:{variables['PATH']}"}
        with followed(lines("wordpress-rest.md"), reader, said_as=here, environment=environment) as done:
            assert not done.failed, done.said
    assert len((reader / "verdicts.jsonl").read_text().splitlines()) == len(json.loads(answer.read_text()))


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
