"""Chromium draws every page of the table of hidden and shown links, with the link and without it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.html.visibility_table import HIDDEN, SHOWN, Page

pytestmark = pytest.mark.browser
ALIKE = 16
"""Difference of red, green or blue up to which two pixels look the same."""
# What a reader can open is opened, and what has an end is at its end.
SETTLE = """() => {
  for (const it of document.querySelectorAll("details")) it.open = true;
  for (const it of document.getAnimations()) { try { it.finish() } catch (endless) { it.currentTime = 0 } }
}"""
TAKE_AWAY = """() => {
  for (const it of document.querySelectorAll("#it, #it *, a[href*='ours.example'], a[href*='ours.example'] *")) {
    it.style.setProperty("transition", "none", "important");
    it.style.setProperty("visibility", "hidden", "important");
  }
  const sheet = document.createElement("style");
  sheet.textContent = "a::before, a::after { visibility: hidden !important }";
  document.head.append(sheet);
}"""


def seen(browser: Browser, page: Page) -> bool:
    """Whether the drawn page changes when the link is taken away."""
    window = browser.new_page(viewport={"width": 1280, "height": 800})
    try:
        window.set_content(page.html, wait_until="load")
        window.evaluate(SETTLE)
        window.wait_for_timeout(50)
        with_link = drawn(window.screenshot())
        window.evaluate(TAKE_AWAY)
        without = drawn(window.screenshot())
    finally:
        window.close()
    return bool((np.abs(with_link - without) > ALIKE).any())


def drawn(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), dtype=np.int16)


@pytest.mark.parametrize("page", HIDDEN, ids=lambda page: page.name)
def test_chromium_hides_it(browser: Browser, page: Page) -> None:
    assert not seen(browser, page)


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)
def test_chromium_shows_it(browser: Browser, page: Page) -> None:
    assert seen(browser, page)
