"""Labels from the moderation page: one mention, several, a whole campaign or domain; and undo."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from moderator.errors import ModeratorError
from moderator.service.container import Container
from moderator.service.dashboard.access import is_script, submit_form
from moderator.service.dashboard.formatting import status_phrase
from moderator.service.dashboard.rendering import HEADERS, rendered
from moderator.service.dashboard.sessions import Session
from moderator.service.records import Filter, OwnerLabel, Status

__all__ = ["Undoable", "router", "undoable"]

router = APIRouter()
MOST = 5000
"""Mentions that one decision may be about."""
_SHOWN = 100
"""Mentions whose new state the page's script gets."""
_WORDS = {"ham": OwnerLabel.HAM, "spam": OwnerLabel.SPAM, "hold": OwnerLabel.HOLD, "none": None}
_DONE = {
    OwnerLabel.HAM: "approved",
    OwnerLabel.SPAM: "marked as spam",
    OwnerLabel.HOLD: "put on hold",
    None: "put back",
}
_GROUPS = ("campaign", "domain")
_log = logging.getLogger(__name__)


class _Done(NamedTuple):
    message: str
    batch: str
    """By which it can be undone; empty: it cannot."""
    ids: list[str]
    """What was changed."""


class Undoable(NamedTuple):
    """A decision that can be taken back."""

    batch: str
    message: str
    """What was decided, in words."""


Act = Callable[[Container, Session, dict[str, list[str]]], _Done]
"""What a form comes to."""


@router.post("/decide")
async def decide(request: Request) -> Response:
    """Labels mentions: those ticked, or all of a campaign or domain that are held."""
    return await _acted(request, _decided)


@router.post("/undo")
async def undo(request: Request) -> Response:
    """Takes a decision back: the one named, or the owner's last."""
    return await _acted(request, _undone)


async def _acted(request: Request, act: Act) -> Response:
    container: Container = request.app.state.container

    def answer(session: Session, fields: dict[str, list[str]]) -> Response:
        done = act(container, session, fields)
        if is_script(request):
            return JSONResponse(_for_script(container, session, done, fields.get("blog", [""])[0]), headers=HEADERS)
        return RedirectResponse(_back(fields.get("back", ["/"])[0], done.batch), 303, HEADERS)

    try:
        return await submit_form(request, answer, _problem)
    except ModeratorError as error:
        _log.error("a decision was not taken: %s", error)
        return _problem(request, 503, "The database does not answer. Nothing was changed.")


def _for_script(container: Container, session: Session, done: _Done, blog: str) -> dict[str, Any]:
    changed = {}
    for id in done.ids[:_SHOWN]:
        mention = container.store.get(id)
        if mention is not None:
            phrase = status_phrase(mention, session.user)
            changed[id] = {"status": mention.status.value, "text": phrase, "word": mention.owner_label or "none"}
    counts = {status.value: count for status, count in container.store.counts(Filter(blog=blog)).items()}
    return {"message": done.message, "batch": done.batch, "counts": counts, "changed": changed}


def _decided(container: Container, session: Session, fields: dict[str, list[str]]) -> _Done:
    word = fields.get("word", [""])[0]
    if word not in _WORDS:
        return _Done("Nothing was decided: no verdict was chosen.", "", [])
    ids = fields.get("id", [])[:MOST]
    for name in _GROUPS:
        value = fields.get(name, [""])[0]
        if value:
            held = Filter(status=Status.HELD)
            held = replace(held, domain=value) if name == "domain" else replace(held, campaign=value)
            ids = container.store.ids(held, MOST)
    batch = container.decisions.label(ids, _WORDS[word], session.user)
    done = container.store.actions(batch=batch, limit=MOST) if batch else []
    if not done:
        return _Done("Nothing was changed.", "", [])
    return _Done(_done_text(len(done), _WORDS[word]), batch, [each.mention for each in done])


def _undone(container: Container, session: Session, fields: dict[str, list[str]]) -> _Done:
    batch = fields.get("batch", [""])[0]
    if not batch:
        last = container.store.actions(limit=1)
        batch = last[0].batch if last else ""
    undone = container.decisions.undo(batch, session.user) if batch else []
    if not undone:
        return _Done("There is nothing to undo.", "", [])
    return _Done(
        f"{len(undone):,} decision{'s' if len(undone) > 1 else ''} taken back.", "", [each.mention for each in undone]
    )


def undoable(container: Container, batch: str) -> Undoable | None:
    """What can be taken back by a batch; None: nothing, or no more."""
    done = container.store.actions(batch=batch, limit=MOST) if batch else []
    return Undoable(batch, _done_text(len(done), done[0].after)) if done else None


def _done_text(count: int, said: OwnerLabel | None) -> str:
    return f"{count:,} linkback{'s' if count > 1 else ''} {_DONE[said]}."


def _problem(request: Request, status: int, message: str) -> Response:
    if is_script(request):
        return JSONResponse({"problem": message}, status, HEADERS)
    return rendered(request, "message.html", None, status, title="Not done", message=message)


def _back(to: str, batch: str) -> str:
    """Where the reader came from, if that is a page of ours, with the decision that can be undone there."""
    parts = urlsplit(to)
    path = parts.path if not parts.netloc and not parts.scheme and parts.path.startswith("/") else "/"
    if path.startswith("//") or "\\" in path:
        path = "/"
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "undo"]
    if batch:
        query.append(("undo", batch))
    return f"{path}?{urlencode(query)}" if query else path
