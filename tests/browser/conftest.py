"""One Chromium for each module of tests marked ``browser``: while it is open, no other test could run a loop."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.browsing import Window, missing, serving, started, window
from tests.service.service_fakes import World, settings_for


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    lacking = missing()
    if lacking:
        if os.environ.get("CI") == "true" or os.environ.get("MODERATOR_REQUIRE_BROWSER") == "1":
            pytest.fail(f"a browser must be there, but {lacking} is missing; run .ci/install_browser")
        pytest.skip(f"{lacking} is missing; .ci/install_browser brings it")
    with sync_playwright() as playwright:
        opened = started(playwright)
        yield opened
        opened.close()


@pytest.fixture
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are kept: the folder that MODERATOR_SCREENSHOTS names, or pytest's own."""
    named = os.environ.get("MODERATOR_SCREENSHOTS")
    return Path(named) if named else tmp_path_factory.getbasetemp() / "screenshots"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, settings_for(tmp_path))
    yield made
    made.close()


@pytest.fixture
def open_window(browser: Browser, world: World) -> Iterator[Callable[..., Window]]:
    """Opens windows on the world's page, signed in unless ``signed_in=False``; the rest are options of the browser."""
    with ExitStack() as stack:
        address = stack.enter_context(serving(world.app))

        def opened(signed_in: bool = True, **chosen: Any) -> Window:
            return stack.enter_context(window(browser, address, world.container if signed_in else None, **chosen))

        yield opened
