"""Routes from which others fetch the owner's list; closed unless the owner opens them."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from moderator.service.container import Container
from moderator.service.lists.publishing import ListPublisher

__all__ = ["router"]

router = APIRouter(prefix="/lists", include_in_schema=False)
_HEADERS = {"Cache-Control": "public, max-age=120", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}


@router.get("/linkbacks.json")
def linkbacks(request: Request, since: str = "") -> Response:
    """The signed list, or what has changed since a day."""
    published = _publisher(request).list(_day(since))
    packed = "gzip" in request.headers.get("accept-encoding", "")
    etag = f'"{published.etag}{"-gzip" if packed else ""}"'
    headers = _HEADERS | {"ETag": etag} | ({"Content-Encoding": "gzip"} if packed else {})
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if any(tag in (f'"{published.etag}"', f'"{published.etag}-gzip"') for tag in known):
        return Response(status_code=304, headers={"ETag": etag, "Vary": "Accept-Encoding"})
    return Response(published.packed if packed else published.body, media_type="application/jsonl", headers=headers)


@router.get("/hosts.txt")
def hosts(request: Request) -> Response:
    """The authors of nothing but spam, one a line, for other software."""
    return PlainTextResponse(_publisher(request).hosts(), headers=_HEADERS)


def _publisher(request: Request) -> ListPublisher:
    container: Container = request.app.state.container
    if container.publisher is None:
        raise HTTPException(404, "no list is published here; publish_lists in the settings opens it")
    return container.publisher


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HTTPException(400, "since must be a day such as 2026-03-01") from None
