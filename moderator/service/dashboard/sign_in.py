"""Signing in and out."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from moderator.config.passwords import check_password
from moderator.service.container import Container
from moderator.service.dashboard.access import form_fields, is_open
from moderator.service.dashboard.rendering import HEADERS, rendered
from moderator.service.dashboard.sessions import (
    COOKIE,
    LIFETIME,
    end_session,
    has_valid_token,
    is_same_site,
    new_cookie,
    session_of,
)
from moderator.service.requests import sender_address

__all__ = ["router"]

router = APIRouter()
_OWNER = "owner"
_HASHING = ThreadPoolExecutor(2, "moderator-password")
"""Checks passwords, which takes 16 MiB and a tenth of a second on purpose: in threads that serve nothing else."""
_MOST_WAITING = 8
"""Passwords that may wait to be checked."""


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """Asks for the password."""
    container: Container = request.app.state.container
    if not is_open(container):
        return RedirectResponse("/", 303, HEADERS)
    return rendered(request, "sign_in.html", None, problem="", to=_local(request.query_params.get("to", "/")))


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Lets in who knows the password."""
    container: Container = request.app.state.container
    fields = await form_fields(request)
    to = _local(fields.get("to", ["/"])[0])
    if not is_same_site(request):
        return rendered(request, "sign_in.html", None, 403, problem="The form is too old. Try again.", to=to)
    wait = container.wrong_attempts.wait(sender_address(request, container.settings.trusted_proxies))
    if wait:
        answer: Response = rendered(
            request, "sign_in.html", None, 429, problem=f"Too many tries. Wait {wait} seconds.", to=to
        )
        answer.headers["Retry-After"] = str(wait)
        return answer
    password = fields.get("password", [""])[0]
    if _HASHING._work_queue.qsize() >= _MOST_WAITING:
        return rendered(request, "sign_in.html", None, 503, problem="Too many try at once. Try again.", to=to)
    checked = _HASHING.submit(check_password, password, container.secrets.password_hash)
    if not await asyncio.wrap_future(checked):
        return rendered(request, "sign_in.html", None, 401, problem="That is not the password.", to=to)
    answer = RedirectResponse(to, 303, HEADERS)
    secure = request.url.scheme == "https" or container.settings.public_url.startswith("https://")
    answer.set_cookie(
        COOKIE, new_cookie(container, _OWNER), max_age=LIFETIME, httponly=True, samesite="lax", secure=secure, path="/"
    )
    return answer


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Ends the session in this browser."""
    fields = await form_fields(request)
    session = session_of(request)
    answer = RedirectResponse("/sign-in", 303, HEADERS)
    if session is not None and has_valid_token(request, session, fields.get("csrf", [""])[0]):
        answer.delete_cookie(COOKIE, path="/")
        await run_in_threadpool(end_session, request.app.state.container, session)
    return answer


def _local(to: str) -> str:
    """A path of ours to go on to; anything else becomes the queue."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() else "/"
