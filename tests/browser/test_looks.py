"""How the page looks and reads: by keyboard, on a phone, in the dark, and to what reads aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from moderator.records import Verdict
from moderator.service.app import create_app
from moderator.service.records import Filter, OwnerLabel, Status
from tests.browser.browsing import PHONE, Window, assert_accessible, keep_picture, serving, window
from tests.service.demo import demo_parts
from tests.service.service_fakes import START, World, mention_of, seen

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
MODES: dict[str, dict[str, Any]] = {
    "desk": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE, "device_scale_factor": 2, "is_mobile": True, "has_touch": True},
    "phone-dark": {"viewport": PHONE, "device_scale_factor": 2, "color_scheme": "dark"},
}
PAGES = (
    "/",
    "/?status=all&text=title",
    "/mention/m1",
    "/domain/blog1.example",
    "/reach",
    "/model",
    "/publishers",
    "/mention/unknown",
)


@pytest.fixture
def filled(world: World) -> World:
    for number, verdict in enumerate((Verdict.HOLD, Verdict.HOLD, Verdict.SPAM, Verdict.APPROVE)):
        words = {"title": f"Title {number}", "excerpt": "The same words " * 12, "sender_ip": "192.0.2.1"}
        source = f"https://blog{number}.example/{'a-very-long-path/' * 12}"
        world.container.store.accept(mention_of(number, verdict, source=source, evidence=seen(), **words))
    world.container.decisions.label(["m1"], OwnerLabel.SPAM, "ada")
    world.container.decisions.label(["m1"], None, "ada")
    return world


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_found_against_its_accessibility(
    open_window: Callable[..., Window], filled: World, mode: str
) -> None:
    opened = open_window(**MODES[mode])
    for path in PAGES:
        page = opened.open(path)
        assert_accessible(page, path)
    opened.open("/")
    opened.page.keyboard.press("j")
    opened.page.keyboard.press("s")
    expect(opened.page.locator("#status")).to_contain_text("spam")
    assert_accessible(opened.page, "after a decision")
    opened.page.keyboard.press("?")
    assert_accessible(opened.page, "keys")


def test_signing_in_is_accessible(open_window: Callable[..., Window]) -> None:
    assert_accessible(open_window(signed_in=False).open("/"), "sign-in")


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_scrolls_only_down(open_window: Callable[..., Window], filled: World, path: str) -> None:
    page = open_window(**MODES["phone"]).open(path)
    page.evaluate("() => { for (const each of document.querySelectorAll('details')) each.open = true; }")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, select, input:not([type=hidden])")]
            .map((each) => [each.textContent, each.getBoundingClientRect()])
            .filter(([, box]) => box.height > 0 && (box.height < 20 || box.width < 20)).map(([name]) => name)"""
    )
    assert small == []


def test_dark_is_dark(open_window: Callable[..., Window], filled: World) -> None:
    def ground(scheme: str) -> int:
        page = open_window(color_scheme=scheme).open("/")
        colour = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        return sum(map(int, colour.removeprefix("rgb(").removesuffix(")").split(",")))

    assert ground("dark") < 150
    assert ground("light") > 600


def test_the_keyboard_reaches_everything_in_order(open_window: Callable[..., Window], filled: World) -> None:
    page = open_window().open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    places = []
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
                const each = document.activeElement, box = each.getBoundingClientRect();
                const style = getComputedStyle(each);
                return {in_main: Boolean(each.closest("main")), top: box.top + scrollY, visible: box.height > 0,
                    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                    what: each.outerHTML.slice(0, 80)};
            }"""
        )
        if not at["in_main"]:
            break
        assert at["visible"], at
        assert at["outlined"], at
        places.append(at["top"])
    assert len(places) > 15
    # down the page, save for small steps within a line
    assert all(later > earlier - 60 for earlier, later in pairwise(places))


def test_the_keys_are_told(open_window: Callable[..., Window], filled: World, pictures: Path) -> None:
    page = open_window().open("/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    keep_picture(page, pictures, "keys")
    page.keyboard.press("s")
    assert filled.container.store.counts(Filter())[Status.HELD] == 2
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def _then() -> datetime:
    return START


@pytest.fixture(scope="module")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    container = demo_parts(tmp_path_factory.mktemp("demo"), 700, clock=_then)
    with serving(create_app(container)) as address:
        yield lambda **chosen: window(browser, address, container, **chosen)
    container.moderator.close()
    container.store.close()


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_pictures_of_a_lived_in_page(demo: Callable[..., Any], mode: str, pictures: Path) -> None:
    with demo(**MODES[mode]) as opened:
        page = opened.open("/")
        keep_picture(page, pictures, f"queue-{mode}")
        page.locator(".card h2 a").first.click()
        keep_picture(page, pictures, f"mention-{mode}", whole=True)
        opened.open("/reach")
        keep_picture(page, pictures, f"reach-{mode}", whole=True)
        page.locator(".shares a").first.click()
        keep_picture(page, pictures, f"domain-{mode}", whole=mode == "desk")
        assert opened.was_quiet(), opened


def test_a_laptop_shows_six_linkbacks_and_a_phone_decides_without_scrolling(
    open_window: Callable[..., Window], world: World
) -> None:
    for number in range(9):
        world.container.store.accept(mention_of(number, title=f"Title {number}", excerpt="Some words", evidence=seen()))
    page = open_window(viewport={"width": 1366, "height": 768}).open("/")
    shown = page.evaluate(
        "() => [...document.querySelectorAll('.row')]"
        ".filter((each) => each.getBoundingClientRect().bottom <= innerHeight).length"
    )
    assert shown >= 6
    phone = open_window(**MODES["phone"]).open("/")
    phone.locator(".row").first.click(position={"x": 150, "y": 40})
    phone.locator("#bulk").get_by_role("button", name="Spam").click()
    expect(phone.locator("#status")).to_contain_text("1 linkback marked as spam.")
    assert phone.evaluate("() => scrollY") == 0
