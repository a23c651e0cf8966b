"""Akismet's API, so that its clients can be pointed at us: https://akismet.com/developers/ describes it.

``true`` means spam and ``false`` everything else, so what is held comes back as ``false`` with the header
``X-moderator-verdict: hold``, and waits in the moderation page. In shadow mode every answer is ``false``.
"""

from __future__ import annotations

import json
import logging
from functools import partial

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from moderator.errors import InputError, ModeratorError
from moderator.service.accept import BusyError
from moderator.service.access import has_secret
from moderator.service.akismet.answers import Answer, check, submit
from moderator.service.akismet.forms import MAX_FORM, read_fields
from moderator.service.container import Container
from moderator.service.errors import RefusedError
from moderator.service.records import OwnerLabel
from moderator.service.requests import BodyError, read_body

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_JSON = {"Content-Type": "application/json"}
_HELP = "X-akismet-debug-help"
_log = logging.getLogger(__name__)


@router.post("/1.1/verify-key")
async def verify_key(request: Request) -> PlainTextResponse:
    """Tells whether the key is the right one."""
    # the plugin sends the key in force along with the one that is to be verified
    return await _answered(request, lambda container, fields: ("valid", {}), key="key")


@router.post("/1.1/comment-check")
async def comment_check(request: Request) -> PlainTextResponse:
    """Judges a ping, or a comment."""
    return await _answered(request, check)


@router.post("/1.1/submit-spam")
async def submit_spam(request: Request) -> PlainTextResponse:
    """Takes the owner's label that something is spam."""
    return await _answered(request, partial(submit, label=OwnerLabel.SPAM))


@router.post("/1.1/submit-ham")
async def submit_ham(request: Request) -> PlainTextResponse:
    """Takes the owner's label that something is ham."""
    return await _answered(request, partial(submit, label=OwnerLabel.HAM))


@router.post("/1.1/deactivate")
async def deactivate(_request: Request) -> PlainTextResponse:
    """Says goodbye to a client; there is nothing to take down."""
    return PlainTextResponse("deactivated")


@router.post("/1.2/usage-limit")
@router.get("/1.2/usage-limit")
async def usage_limit(request: Request) -> PlainTextResponse:
    """Tells that there is none."""
    usage = {"limit": "none", "usage": 0, "percentage": "0.00", "throttled": False}
    return await _answered(request, lambda container, fields: (json.dumps(usage), _JSON))


@router.post("/1.2/key-sites")
@router.get("/1.2/key-sites")
async def key_sites(request: Request) -> PlainTextResponse:
    """Names the configured blogs."""

    def sites(container: Container, fields: dict[str, str]) -> tuple[str, dict[str, str]]:
        found = [{"site": blog.url} for blog in container.settings.blogs]
        return json.dumps({"sites": found, "limit": len(found), "offset": 0, "total": len(found)}), _JSON

    return await _answered(request, sites)


async def _answered(request: Request, answer: Answer, *, key: str = "api_key") -> PlainTextResponse:
    """Answers who knows the key, which stands in the field `key`."""
    container: Container = request.app.state.container
    try:
        fields = read_fields(await read_body(request, MAX_FORM), request.url.query)
        if not _has_key(request, fields, key):
            return _invalid("the key is wrong")
        said, headers = await run_in_threadpool(answer, container, fields)
    except (BodyError, InputError) as error:
        return _invalid(str(error))
    except RefusedError as error:
        return _later(error.status, error.retry_after)
    except (BusyError, ModeratorError) as error:
        _log.error("Akismet's API cannot answer: %s", error or "too much is judged at once")
        return _later(503, 60)
    return PlainTextResponse(said, headers=headers)


def _later(status: int, seconds: int) -> PlainTextResponse:
    """Neither true nor false: the client holds the comment and asks again."""
    return PlainTextResponse("error", status_code=status, headers={"Retry-After": str(seconds)})


def _invalid(why: str) -> PlainTextResponse:
    plain = "".join(character for character in why if character.isascii() and character.isprintable())
    return PlainTextResponse("invalid", headers={_HELP: plain[:200]})


def _has_key(request: Request, fields: dict[str, str], name: str) -> bool:
    """Whether the key in the form's field, or before the host's first dot, is the right one; see `has_secret`."""
    container: Container = request.app.state.container
    known = container.secrets.akismet_key
    host_key = request.headers.get("host", "").partition(".")[0]
    said = fields.get(name) or host_key
    return has_secret(request, said, known)
