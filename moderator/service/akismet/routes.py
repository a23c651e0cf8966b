"""Akismet's API, so that its clients can be pointed at us: https://akismet.com/developers/ describes it.

``true`` means spam and ``false`` everything else, so what is held comes back as ``false`` with the header
``X-moderator-verdict: hold``, and waits in the moderation page. In shadow mode every answer is ``false``.
"""

from __future__ import annotations

import json
import logging

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from moderator.errors import InputError, ModeratorError
from moderator.records import Label
from moderator.service.access import same_secret
from moderator.service.akismet.answers import Answer, check, submit
from moderator.service.akismet.forms import MAX_FORM, read_asked, read_fields
from moderator.service.limits import BodyError, read_body
from moderator.service.parts import Parts
from moderator.service.reception import BusyError

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_HELP = "X-akismet-debug-help"
_log = logging.getLogger(__name__)


@router.post("/1.1/verify-key")
async def verify_key(request: Request) -> Response:
    """Tells whether the key is the right one."""
    try:
        fields = read_fields(await read_body(request, MAX_FORM), request.url.query)
    except (BodyError, InputError) as error:
        return _invalid(str(error))
    # the plugin sends the key in force along with the one that is to be verified
    known = _knows_key(request, fields, "key")
    return PlainTextResponse("valid" if known else "invalid", headers={} if known else {_HELP: "the key is wrong"})


@router.post("/1.1/comment-check")
async def comment_check(request: Request) -> Response:
    """Judges a ping, or a comment."""
    return await _answered(request, check)


@router.post("/1.1/submit-spam")
async def submit_spam(request: Request) -> Response:
    """Takes the owner's word that something is spam."""
    return await _answered(request, lambda parts, asked: submit(parts, asked, Label.SPAM))


@router.post("/1.1/submit-ham")
async def submit_ham(request: Request) -> Response:
    """Takes the owner's word that something is ham."""
    return await _answered(request, lambda parts, asked: submit(parts, asked, Label.HAM))


@router.post("/1.1/deactivate")
async def deactivate(_request: Request) -> Response:
    """Says goodbye to a client; there is nothing to take down."""
    return PlainTextResponse("deactivated")


@router.post("/1.2/usage-limit")
@router.get("/1.2/usage-limit")
async def usage_limit(request: Request) -> Response:
    """Tells that there is none."""
    return await _told(request, {"limit": "none", "usage": 0, "percentage": "0.00", "throttled": False})


@router.post("/1.2/key-sites")
@router.get("/1.2/key-sites")
async def key_sites(request: Request) -> Response:
    """Names the configured blogs."""
    parts: Parts = request.app.state.parts
    sites = [{"site": blog.url} for blog in parts.settings.blogs]
    return await _told(request, {"sites": sites, "limit": len(sites), "offset": 0, "total": len(sites)})


async def _told(request: Request, value: object) -> Response:
    try:
        fields = read_fields(await read_body(request, MAX_FORM), request.url.query)
    except (BodyError, InputError) as error:
        return _invalid(str(error))
    if not _knows_key(request, fields, "api_key"):
        return _invalid("the key is wrong")
    return Response(json.dumps(value), media_type="application/json")


async def _answered(request: Request, answer: Answer) -> Response:
    parts: Parts = request.app.state.parts
    try:
        fields = read_fields(await read_body(request, MAX_FORM), request.url.query)
        if not _knows_key(request, fields, "api_key"):
            return _invalid("the key is wrong")
        said, headers = await run_in_threadpool(answer, parts, read_asked(fields))
    except (BodyError, InputError) as error:
        return _invalid(str(error))
    except (BusyError, ModeratorError) as error:
        # neither true nor false: the client holds the comment and asks again
        _log.error("Akismet's API cannot answer: %s", error or "too much is judged at once")
        return PlainTextResponse("error", status_code=503, headers={"Retry-After": "60"})
    return PlainTextResponse(said, headers=headers)


def _invalid(why: str) -> Response:
    plain = "".join(character for character in why if character.isascii() and character.isprintable())
    return PlainTextResponse("invalid", headers={_HELP: plain[:200]})


def _knows_key(request: Request, fields: dict[str, str], name: str) -> bool:
    """Whether the key in the form's field, or before the host's first dot, is the right one."""
    parts: Parts = request.app.state.parts
    known = parts.secrets.akismet_key
    host_key = request.headers.get("host", "").partition(".")[0]
    said = fields.get(name) or host_key
    return same_secret(said, known)
