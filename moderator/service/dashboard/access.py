"""Pages and forms for people who have signed in; errors are shown without a traceback."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from moderator.errors import ModeratorError
from moderator.service.container import Container
from moderator.service.dashboard.rendering import HEADERS, rendered
from moderator.service.dashboard.sessions import Session, has_valid_token, session_of
from moderator.service.requests import BodyError, read_body

__all__ = ["form_fields", "is_open", "is_script", "login_required", "submit_form"]

_CLOSED = "The page is closed: set MODERATOR_PASSWORD_HASH (moderator serve --hash-password makes one), or user_header."
_UNNAMED = "Your proxy did not say who you are: it must set the header that user_header names."
_MAX_FORM = 64 * 1024
_log = logging.getLogger(__name__)


def is_open(container: Container) -> bool:
    """Whether anybody can sign in."""
    return bool(container.secrets.password_hash or container.settings.user_header)


def is_script(request: Request) -> bool:
    """Whether the page's own script asks, which takes JSON."""
    return "application/json" in request.headers.get("accept", "")


def login_required(page: Callable[..., Response]) -> Callable[..., Any]:
    """A route for people who have signed in; it gets their session besides the request."""

    @functools.wraps(page)
    def route(request: Request, **values: Any) -> Response:
        session = None
        try:
            session = session_of(request)
            return _refused(request) if session is None else page(request, session=session, **values)
        except ModeratorError as error:
            _log.error("%s cannot be shown: %s", request.url.path, error)
            if is_script(request):
                return JSONResponse({"problem": "The database does not answer."}, 503, HEADERS)
            message = "The database or the history does not answer. Try again; the log says more."
            # without the session: its token comes out of the database, too
            return rendered(request, "message.html", None, 503, title="Not now", message=message)

    # the framework reads the signature: the session is ours to give
    own = inspect.signature(page)
    route.__signature__ = own.replace(  # type: ignore[attr-defined]  # every function may have one
        parameters=[each for name, each in own.parameters.items() if name != "session"]
    )
    return route


def _refused(request: Request) -> Response:
    container: Container = request.app.state.container
    if not is_open(container):
        return rendered(request, "message.html", None, 403, title="Closed", message=_CLOSED)
    if not container.secrets.password_hash:
        return rendered(request, "message.html", None, 403, title="Who are you?", message=_UNNAMED)
    if is_script(request) or request.method != "GET":
        return JSONResponse({"problem": "Sign in again."}, 401, HEADERS)
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?{urlencode({'to': back})}" if back != "/" else "/sign-in", 303, HEADERS)


async def form_fields(request: Request) -> dict[str, list[str]]:
    """The fields of a form of ours; a broken body has none."""
    try:
        body = await read_body(request, _MAX_FORM)
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1500)
    except (BodyError, ValueError):
        return {}


async def submit_form(
    request: Request,
    act: Callable[[Session, dict[str, list[str]]], Response],
    refuse: Callable[[Request, int, str], Response],
) -> Response:
    """Runs a form's action, if its sender has signed in and the form is ours.

    Args:
        request: The form.
        act: Gets the session and the form's fields, in a thread that may wait for the database.
        refuse: Makes the answer of a status and a message.
    """
    fields = await form_fields(request)

    def answer() -> Response:
        session = session_of(request)
        if session is None:
            return refuse(request, 401, "Sign in again.")
        if not has_valid_token(request, session, fields.get("csrf", [""])[0]):
            return refuse(request, 403, "The form is too old. Load the page again.")
        return act(session, fields)

    return await run_in_threadpool(answer)
