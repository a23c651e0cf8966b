"""Nothing that a stranger sends is run, loaded or believed; it stands there as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from moderator.records import LinkPosition, Reason, Verdict
from moderator.service.dashboard.formatting import visible
from moderator.service.records import Filter, Mention, OwnerLabel
from tests.browser.browsing import Window, keep_picture
from tests.browser.payloads import PAYLOADS
from tests.service.service_fakes import POST, World, mention_of, seen

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
OPEN_ALL = "() => { for (const each of document.querySelectorAll('details')) each.open = true; }"
_VERDICTS = (Verdict.HOLD, Verdict.SPAM, Verdict.APPROVE)


def _hostile(number: int, payload: str) -> Mention:
    """A mention with a payload in every field that can hold text."""
    # in the columns of their own there is only what UTF-8 can say
    plain = payload.encode("utf-8", "replace").decode()
    evidence = seen(
        detail=payload,
        final_url=payload,
        anchor_text=payload,
        snippet=payload,
        page_title=payload,
        page_blog_name=payload,
        position=LinkPosition.COMMENTS,
        listed_in=(payload,),
    )
    made = mention_of(
        number,
        _VERDICTS[number % 3],
        source=plain if number % 2 else f"https://blog{number}.example/{plain}",
        target=plain if number % 4 == 3 else POST,
        evidence=evidence,
        title=payload,
        excerpt=payload,
        blog_name=payload,
        sender_ip=payload,
        user_agent=payload,
    )
    assert made.decision is not None
    reasons = (Reason("link.anchor_text", payload, 1.0, payload), Reason(payload, 0.5, -1.0, "a plain one"))
    decision = replace(made.decision, reasons=reasons, rule=payload, model=payload)
    return replace(made, decision=decision, vouch=plain, domain=made.domain or plain)


@pytest.fixture
def hostile(world: World) -> World:
    for number, payload in enumerate(PAYLOADS):
        world.container.store.accept(_hostile(number, payload))
        if number % 5 == 0:
            world.container.decisions.label([f"m{number}"], OwnerLabel.SPAM, payload)
    return world


def test_the_watch_sees_what_it_should(open_window: Callable[..., Window]) -> None:
    opened = open_window()
    opened.open("/").evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            document.body.setAttribute("onclick", "window.ran = true");
        }"""
    )
    assert opened.page.evaluate("() => window.ran") is None
    assert any("Content Security Policy" in problem for problem in opened.problems)
    opened.page.goto("about:blank")
    opened.page.evaluate("() => { new Image().src = 'https://evil.example/x.png'; alert('x'); }")
    opened.page.wait_for_timeout(100)
    assert opened.strangers == ["https://evil.example/x.png"]
    assert opened.dialogs == ["x"]


def test_every_list_shows_payloads_as_text(open_window: Callable[..., Window], hostile: World, pictures: Path) -> None:
    opened = open_window()
    page = opened.open("/?status=all")
    part = 0
    for part in range(10):
        page.evaluate(OPEN_ALL)
        page.mouse.move(300, 400)
        if part == 0:
            keep_picture(page, pictures, "strangers")
        older = page.locator("a[rel=next]")
        if not older.count():
            break
        older.click()
    assert part >= 3
    for path in (
        "/reach",
        "/?status=all&text=%3Cscript%3Ealert(1)%3C%2Fscript%3E&domain=%22%3E%3Csvg+onload%3Dalert(1)%3E",
    ):
        opened.open(path)
    assert opened.was_quiet(), opened


@pytest.mark.parametrize("third", range(3))
def test_every_field_shows_payloads_as_text(open_window: Callable[..., Window], hostile: World, third: int) -> None:
    opened = open_window()
    for number, payload in enumerate(PAYLOADS):
        if number % 3 != third:
            continue
        page = opened.open(f"/mention/m{number}")
        fields = page.locator("dt", has_text="Title").first.locator("xpath=following-sibling::dd[1]")
        shown = visible(payload.encode("utf-8", "replace").decode())
        assert (fields.text_content() or "").strip() == shown, payload
        assert not page.locator("script:not([src]), iframe, object, embed, style, img, video, audio, base").count()
        for link in page.locator("a[rel]").all():
            assert (link.get_attribute("href") or "").startswith(("https://", "http://", "/"))
    assert opened.was_quiet(), opened


def test_domains_and_campaigns_show_payloads_as_text(open_window: Callable[..., Window], hostile: World) -> None:
    opened = open_window()
    for by in ("domain", "campaign"):
        for group in hostile.container.store.groups(Filter(), by, 12):
            page = opened.open(f"/{by}/{quote(group.name, safe='')}")
            assert page.locator("h1").count() == 1
    assert opened.was_quiet(), opened
