"""The script of docs/static-site.md in a browser: it shows approved mentions, and of strangers' words only text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from moderator.records import Verdict
from tests.browser.browsing import serving, window
from tests.service.service_fakes import World, mention_of, settings_for

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
PAGE = (Path(__file__).parents[2] / "docs" / "static-site.md").read_text(encoding="utf-8")
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> Roses"


def test_the_script_shows_approved_mentions_and_runs_nothing_of_theirs(browser: Browser, tmp_path: Path) -> None:
    world = World(tmp_path, settings_for(tmp_path, public_mentions=True))
    [shown] = [block for block in re.findall(r"```html\n(.*?)```", PAGE, re.DOTALL) if "<script>" in block]
    with serving(world.app) as address, window(browser, address, None) as opened:
        post = f"{address}/2026/roses"
        for number, verdict in enumerate((Verdict.APPROVE, Verdict.HOLD, Verdict.SPAM)):
            title = HOSTILE if verdict is Verdict.APPROVE else f"{verdict.value} is not shown"
            world.container.store.accept(mention_of(number, verdict, target=post, title=title, excerpt=HOSTILE))
        body = f"<!doctype html><title>Roses</title>{shown.replace('https://moderator.example', address)}"
        opened.page.route(post, lambda route: route.fulfill(body=body, content_type="text/html"))
        opened.page.goto(post)
        opened.page.wait_for_selector("#mentions a")
        mentions = opened.page.locator("#mentions")
        assert "Roses" in mentions.inner_text() and "not shown" not in mentions.inner_text()
        assert mentions.locator("script, img").count() == 0
        assert mentions.locator("a").first.get_attribute("rel") == "ugc nofollow"
        assert opened.dialogs == [] and opened.strangers == []
    world.close()
