"""Routes that receive pingbacks, trackbacks and webmentions.

``POST /pingback`` takes XML-RPC, ``POST /trackback/BLOG/PATH`` or ``POST /trackback?target=URL`` a TrackBack ping for
a post (its own parameters are in the body), ``POST /webmention`` a webmention. A blog points at them with::

    <link rel="pingback" href="https://moderator.example/pingback">
    <link rel="webmention" href="https://moderator.example/webmention">
    trackback:ping="https://moderator.example/trackback/blog/post"

Every answer is in the sender's protocol, and says nothing of the verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from moderator.errors import ModeratorError, ProtocolError
from moderator.intake import fault_response
from moderator.records import Kind
from moderator.service.accept import RETRY_AFTER, BusyError, refusal
from moderator.service.container import Container
from moderator.service.receivers.protocols import (
    Arrival,
    answer_pingback,
    answer_trackback,
    answer_webmention,
    target_below,
    target_in,
)
from moderator.service.records import Mention, Status
from moderator.service.requests import BodyError, read_body, sender_address

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_XML = "text/xml; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_ABOUT = {
    Kind.PINGBACK: "This address takes pingbacks by XML-RPC (pingback.ping).",
    Kind.TRACKBACK: "This address takes trackbacks by POST, for the post that it names.",
    Kind.WEBMENTION: "This address takes webmentions: a form with source and target, by POST.",
}
_GENERIC = 0
_STATUS = {
    Status.WAITING: ("queued", "It has been received and will be looked at."),
    Status.APPROVED: ("accepted", "It has been accepted."),
    Status.HELD: ("held", "It waits for the blog's owner."),
    Status.SPAM: ("rejected", "It has not been accepted."),
    Status.GONE: ("deleted", "Its source does not link here, or no longer."),
}


@router.post("/pingback")
@router.post("/xmlrpc.php")
async def pingback(request: Request) -> Response:
    """Takes XML-RPC calls."""
    return await _answered(request, Kind.PINGBACK, answer_pingback)


@router.post("/trackback")
async def trackback(request: Request) -> Response:
    """Takes a trackback for the post that the parameter `target` names."""
    return await _answered(request, Kind.TRACKBACK, answer_trackback, target_in(request.url.query))


@router.post("/trackback/{blog}/{path:path}")
async def trackback_below(request: Request, blog: str, path: str) -> Response:
    """Takes a trackback for a post of a blog, by the blog's name."""
    container: Container = request.app.state.container
    targets = [target_below(each, path, request.url.query) for each in container.settings.blogs if each.name == blog]
    return await _answered(request, Kind.TRACKBACK, answer_trackback, "".join(targets))


@router.post("/webmention")
async def webmention(request: Request) -> Response:
    """Takes a webmention."""
    return await _answered(request, Kind.WEBMENTION, answer_webmention)


@router.get("/pingback")
@router.get("/xmlrpc.php")
@router.get("/trackback")
@router.get("/trackback/{blog}/{path:path}")
@router.get("/webmention")
async def about(request: Request) -> Response:
    """Tells a person who comes by what the door is for."""
    door = request.url.path.strip("/").partition("/")[0]
    return Response(_ABOUT[Kind.PINGBACK if door == "xmlrpc.php" else Kind(door)] + "\n", media_type=_TEXT)


@router.get("/webmention/{id}")
def webmention_status(request: Request, id: str) -> Response:
    """What has become of a webmention, for its sender."""
    container: Container = request.app.state.container
    mention = container.store.get(id)
    if mention is None or mention.linkback.kind is not Kind.WEBMENTION:
        return Response("There is no such webmention.\n", status_code=404, media_type=_TEXT)
    word, page = _status_page(mention)
    headers = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"status": word}, headers=headers)
    return HTMLResponse(page, headers=headers)


Answer = Callable[[Container, Arrival], tuple[bytes, str]]
"""Takes what arrived; gives the body of the answer, and where its status can be seen (empty: nowhere)."""


async def _answered(request: Request, kind: Kind, answer: Answer, target: str = "") -> Response:
    container: Container = request.app.state.container
    sender = sender_address(request, container.settings.trusted_proxies)
    if wait := container.limiter.wait(sender) or container.byte_limiter.wait(sender, count=False):
        return _fault(refusal(kind, _GENERIC, f"too many requests; come again in {wait} s"), kind, 429, wait)
    try:
        body = await read_body(request)
        container.byte_limiter.wait(sender, cost=len(body) / 1024)
        arrival = Arrival(
            body,
            request.headers.get("content-type", ""),
            target,
            sender,
            request.headers.get("user-agent", "")[:500],
        )
        reply, place = await run_in_threadpool(answer, container, arrival)
    except BodyError as error:
        return _fault(refusal(kind, _GENERIC, str(error)), kind, error.status)
    except ProtocolError as error:
        return _fault(error, kind, error.http_status)
    except BusyError:
        return _fault(refusal(kind, _GENERIC, "too much waits here; come again later"), kind, 503, RETRY_AFTER)
    except ModeratorError:
        return _fault(refusal(kind, _GENERIC, "it cannot be kept now; come again later"), kind, 503, RETRY_AFTER)
    if kind is not Kind.WEBMENTION:
        return Response(reply, media_type=_XML)
    base = container.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return Response(
        reply, status_code=201, media_type=_TEXT, headers={"Location": f"{base}/webmention/{quote(place, safe='')}"}
    )


def _fault(error: ProtocolError, kind: Kind, status: int, retry_after: int = 0) -> Response:
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    media_type = _TEXT if kind is Kind.WEBMENTION else _XML
    return Response(fault_response(error, kind), status_code=status, media_type=media_type, headers=headers)


def _status_page(mention: Mention) -> tuple[str, str]:
    """A word for programs and a page for people; nothing of the sender's is repeated."""
    word, sentence = _STATUS[mention.status]
    if mention.due_at is not None and mention.status is not Status.WAITING:
        sentence += " It will be looked at again."
    page = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Webmention</title></head>'
        f"<body><h1>Webmention: {word}</h1><p>{sentence}</p></body></html>\n"
    )
    return word, page
