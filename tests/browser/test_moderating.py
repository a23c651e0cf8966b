"""An owner at work: signing in, filtering, deciding by key and many at once, taking it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from moderator.records import Kind, Verdict
from moderator.service.records import Filter, OwnerLabel, Status
from tests.browser.browsing import Window, keep_picture
from tests.service.service_fakes import PASSWORD, World, mention_of, seen

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
WORDS = {"title": "Buy our pills", "excerpt": "the very same words are sent to everybody who has a blog"}


@pytest.fixture
def filled(world: World) -> World:
    for number in range(5):
        made = mention_of(number, title=f"Title {number}", excerpt=f"Words of number {number}", evidence=seen())
        world.container.store.accept(made)
    return world


def status(world: World, number: int) -> Status:
    mention = world.container.store.get(f"m{number}")
    assert mention is not None
    return mention.status


def test_signing_in_and_out(open_window: Callable[..., Window], filled: World, pictures: Path) -> None:
    opened = open_window(signed_in=False)
    page = opened.open("/?status=spam")
    expect(page.get_by_label("Password")).to_be_focused()
    keep_picture(page, pictures, "sign-in")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That is not the password.")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?status=spam")
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    opened.open("/")
    expect(page.get_by_label("Password")).to_be_visible()
    assert opened.strangers == []


def test_filters_are_in_the_address(open_window: Callable[..., Window], filled: World) -> None:
    filled.container.store.accept(mention_of(7, kind=Kind.WEBMENTION, title="A webmention"))
    page = open_window().open("/")
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Kind").select_option("webmention")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.locator(".card")).to_have_count(1)
    assert "kind=webmention" in page.url
    page.get_by_label("Kind").select_option("")
    page.get_by_label("Words").fill("title 3")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=title**")
    expect(page.locator(".card h2")).to_have_text(["Title 3"])
    page.get_by_role("link", name="Clear").click()
    expect(page.locator(".card")).to_have_count(6)


def test_deciding_by_key(open_window: Callable[..., Window], filled: World) -> None:
    opened = open_window()
    page = opened.open("/")
    told = page.locator("#status")
    page.keyboard.press("j")
    expect(page.locator('[data-id="m4"]')).to_be_focused()
    page.keyboard.press("s")
    expect(told).to_contain_text("1 linkback marked as spam.")
    expect(page.locator('[data-id="m3"]')).to_be_focused()
    page.keyboard.press("a")
    expect(told).to_contain_text("1 linkback approved.")
    expect(page.locator('[data-count="held"]')).to_have_text("3")
    assert (status(filled, 4), status(filled, 3)) == (Status.SPAM, Status.APPROVED)
    page.keyboard.press("u")
    expect(told).to_contain_text("1 decision taken back.")
    expect(page.locator('[data-id="m3"]')).to_be_focused()
    expect(page.locator('[data-id="m3"] [data-state]')).to_have_text("held")
    assert status(filled, 3) is Status.HELD
    page.keyboard.press("k")
    page.keyboard.press("h")
    expect(page.locator('[data-id="m4"] [data-state]')).to_have_text("held by you")
    expect(page.locator('[data-id="m3"]')).to_be_focused()
    assert status(filled, 4) is Status.HELD
    page.keyboard.press("k")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("o")
    page.wait_for_url("**/mention/m2")
    page.keyboard.press("s")
    expect(told).to_contain_text("1 linkback marked as spam.")
    assert opened.was_quiet(), opened


def test_letters_in_a_field_decide_nothing(open_window: Callable[..., Window], filled: World) -> None:
    page = open_window().open("/?text=title")
    page.get_by_label("Words").click()
    page.keyboard.type("jas")
    page.keyboard.press("Control+a")
    assert filled.container.store.counts(Filter())[Status.HELD] == 5
    assert page.locator("#status").text_content() == ""


def test_what_the_engine_said_holds_again(open_window: Callable[..., Window], world: World) -> None:
    world.container.store.accept(mention_of(1, Verdict.APPROVE, title="Approved by itself"))
    page = open_window().open("/?status=approved")
    page.get_by_role("button", name="Spam Approved by itself").click()
    expect(page.locator("#status")).to_contain_text("marked as spam")
    page.locator("#status").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-id=m1] [data-state]")).to_have_text("approved")


def test_what_the_engine_decided_can_be_put_on_hold(open_window: Callable[..., Window], world: World) -> None:
    world.container.store.accept(mention_of(1, Verdict.APPROVE, title="Approved by itself"))
    opened = open_window()
    page = opened.open("/?status=approved")
    page.keyboard.press("h")
    expect(page.locator("#status")).to_contain_text("1 linkback put on hold.")
    expect(page.locator("[data-id=m1] [data-state]")).to_have_text("held by you")
    assert status(world, 1) is Status.HELD
    page.goto(opened.address + "/mention/m1")
    expect(page.get_by_role("button", name="Hold")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Take your word back").click()
    expect(page.get_by_text("1 linkback put back.")).to_be_visible()
    assert status(world, 1) is Status.APPROVED
    assert opened.was_quiet(), opened


def test_deciding_many(open_window: Callable[..., Window], filled: World) -> None:
    opened = open_window()
    page = opened.open("/")
    expect(page.locator("#bulk button.spam")).to_be_disabled()
    page.get_by_label("Tick Title 1", exact=True).check()
    page.get_by_label("Tick Title 3", exact=True).check()
    expect(page.locator("#ticked")).to_have_text("The 2 ticked:")
    page.locator("#bulk button.spam").click()
    expect(page.locator("#status")).to_contain_text("2 linkbacks marked as spam.")
    assert filled.container.store.counts(Filter())[Status.SPAM] == 2
    page.keyboard.press("u")
    expect(page.locator("#status")).to_contain_text("2 decisions taken back.")
    assert filled.container.store.counts(Filter())[Status.HELD] == 5
    page.get_by_role("button", name="Tick all").click()
    expect(page.locator("#ticked")).to_have_text("The 5 ticked:")
    page.locator("#bulk button.approve").click()
    expect(page.locator("#status")).to_contain_text("5 linkbacks approved.")
    assert opened.was_quiet(), opened


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_campaign_is_decided_at_once(
    open_window: Callable[..., Window], filled: World, scripts: bool, pictures: Path
) -> None:
    for number in range(10, 17):
        filled.container.store.accept(mention_of(number, **WORDS))
    page = open_window(java_script_enabled=scripts).open("/")
    page.get_by_role("link", name="7 with nearly the same wording").click()
    expect(page.locator("form.bulk")).to_contain_text("All 7 that are held")
    keep_picture(page, pictures, "campaign")
    page.get_by_role("button", name="Spam all").click()
    expect(page.get_by_text("7 linkbacks marked as spam.")).to_be_visible()
    assert filled.container.store.counts(Filter())[Status.SPAM] == 7
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("form.bulk")).to_contain_text("All 7 that are held")
    assert filled.container.store.counts(Filter())[Status.SPAM] == 0


def test_everything_needed_works_without_scripts(open_window: Callable[..., Window], filled: World) -> None:
    opened = open_window(java_script_enabled=False)
    page = opened.open("/?text=Title")
    page.get_by_role("button", name="Spam Title 2").click()
    expect(page.get_by_text("1 linkback marked as spam.")).to_be_visible()
    assert "text=Title" in page.url
    assert status(filled, 2) is Status.SPAM
    page.get_by_role("button", name="Undo").click()
    assert status(filled, 2) is Status.HELD
    page.get_by_label("Tick Title 0", exact=True).check()
    page.get_by_label("Tick Title 1", exact=True).check()
    page.locator("#bulk button.approve").click()
    expect(page.get_by_text("2 linkbacks approved.")).to_be_visible()
    page.goto(opened.address + "/mention/m0")
    page.get_by_role("button", name="Hold").first.click()
    assert status(filled, 0) is Status.HELD
    page.get_by_role("link", name="Reach").click()
    expect(page.locator("svg.chart")).to_be_visible()


def test_counts_are_live_while_the_page_is_seen(open_window: Callable[..., Window], filled: World) -> None:
    opened = open_window()
    opened.page.clock.install()
    page = opened.open("/")
    expect(page.locator('[data-count="held"]')).to_have_text("5")
    filled.container.store.accept(mention_of(8))
    page.clock.run_for(16_000)
    expect(page.locator('[data-count="held"]')).to_have_text("6")
    page.evaluate("() => Object.defineProperty(document, 'hidden', { value: true })")
    filled.container.decisions.label(["m8"], OwnerLabel.SPAM, "ada")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(60_000)
    page.wait_for_timeout(100)
    assert asked == []


def test_a_session_that_ended_is_told(open_window: Callable[..., Window], filled: World) -> None:
    page = open_window().open("/")
    page.context.clear_cookies()
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("#status")).to_contain_text("Sign in again.")
    assert filled.container.store.counts(Filter())[Status.APPROVED] == 0
