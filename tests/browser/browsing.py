"""A Chromium that sees one service and nothing else: whatever it asks of anybody else is refused and written down."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route

from moderator.service.container import Container
from moderator.service.dashboard.sessions import COOKIE, new_cookie

PHONE = {"width": 375, "height": 720}
DESK = {"width": 1180, "height": 820}
_NAMES = ("chromium", "chromium-browser")


def missing() -> str:
    """What a test machine lacks; empty: nothing."""
    return "" if chromium() else "chromium"


def chromium() -> str:
    """The browser's program; empty: there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), "")


def started(playwright: Playwright) -> Browser:
    """The browser, with the sandbox wherever that can be."""
    # Chromium refuses its own sandbox to root
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(
        executable_path=chromium(), args=[*arguments, "--disable-dev-shm-usage", "--force-color-profile=srgb"]
    )


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serves an application on the loopback interface, without what runs beside it; gives its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, lifespan="off", log_level="warning", access_log=False, server_header=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


@dataclass
class Window:
    """One browser window, and what it did."""

    page: Page
    address: str
    strangers: list[str] = field(default_factory=list)
    """Addresses of others that were asked for."""
    problems: list[str] = field(default_factory=list)
    """Errors and warnings in the console, among them everything that the content security policy forbade."""
    dialogs: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Page:
        """Goes to a page of the service."""
        self.page.goto(self.address + path)
        return self.page

    def was_quiet(self) -> bool:
        """Whether nobody else was asked, and nothing went wrong."""
        return not (self.strangers or self.problems or self.dialogs)


@contextmanager
def window(browser: Browser, address: str, container: Container | None, **chosen: Any) -> Iterator[Window]:
    """Opens a window.

    Args:
        browser: The browser.
        address: Where the service is.
        container: The service, as whose owner to be signed in; None: nobody is.
        chosen: Options of the browser's context.
    """
    context = browser.new_context(**({"viewport": DESK, "locale": "en-GB", "reduced_motion": "reduce"} | chosen))
    context.set_default_timeout(8000)
    if container is not None:
        context.add_cookies([{"name": COOKIE, "value": new_cookie(container, "owner"), "url": address}])
    opened = Window(context.new_page(), address)
    _watch(context, opened)
    try:
        yield opened
    finally:
        context.close()


def _watch(context: BrowserContext, opened: Window) -> None:
    def routed(route: Route) -> None:
        url = route.request.url
        if url.startswith(opened.address + "/"):
            route.continue_()
        else:
            opened.strangers.append(url)
            route.abort()

    context.route("**/*", routed)
    context.on(
        "console",
        lambda said: opened.problems.append(f"{said.type}: {said.text}") if said.type in ("error", "warning") else None,
    )
    context.on("weberror", lambda error: opened.problems.append(str(error.error)))

    def asked(dialog: Any) -> None:
        opened.dialogs.append(dialog.message)
        dialog.dismiss()

    context.on("dialog", asked)


def keep_picture(page: Page, folder: Path, name: str, *, whole: bool = False) -> Path:
    """A screenshot, as an artefact of the run."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=path, full_page=whole)
    return path


def assert_accessible(page: Page, what: str) -> None:
    """Axe finds nothing against a page, whatever can be opened in it opened."""
    page.evaluate("() => { for (const each of document.querySelectorAll('details')) each.open = true; }")
    found = Axe().run(page)
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"
