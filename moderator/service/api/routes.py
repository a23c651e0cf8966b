"""Routes of the JSON API."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi import Query as InQuery
from fastapi.security import HTTPBearer
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from moderator.errors import InputError, ModeratorError
from moderator.records import Kind, Linkback, Post
from moderator.serialization import evidence_from_json
from moderator.service.accept import BusyError
from moderator.service.access import GuardedRoute, check_token
from moderator.service.api.answers import (
    Approvals,
    CheckManyAnswer,
    ErrorAnswer,
    Health,
    Item,
    Labelled,
    MentionAnswer,
    MentionPage,
    Problem,
    Undone,
)
from moderator.service.api.approved import approved_answer, approved_html
from moderator.service.api.forms import CheckMany, CheckRequest, Labelling, Query, Undo
from moderator.service.container import Container
from moderator.service.errors import AGAIN, BUSY, SEE, RefusedError, problems_text
from moderator.service.events import mention_to_json
from moderator.service.export import JSON_LINES, export
from moderator.service.records import Filter, Mention, Origin, Status
from moderator.version import __version__

__all__ = ["router"]

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer} for status in (400, 401, 403, 404, 408, 413, 422, 429, 503)
}
router = APIRouter(responses=_ERRORS)
_bearer = HTTPBearer(auto_error=False, description="MODERATOR_API_TOKEN")
"""Only tells the OpenAPI document of the token; `check_token` checks it."""
_closed = APIRouter(prefix="/api/v1", dependencies=[Depends(_bearer)], responses=_ERRORS, route_class=GuardedRoute)
_SHOWN = 200
"""Approved mentions of one post that are given at most."""


def _parts(request: Request) -> Container:
    container: Container = request.app.state.container
    return container


_ContainerOf = Annotated[Container, Depends(_parts)]


@_closed.post("/check")
def check(container: _ContainerOf, form: CheckRequest) -> MentionAnswer:
    """Judges one linkback, keeps it and answers with its decision."""
    return _answer(_judged(container, form))


@_closed.post("/check-many")
def check_many(container: _ContainerOf, form: CheckMany) -> CheckManyAnswer:
    """Judges several linkbacks one after the other; what is wrong with one does not keep the others from it."""
    items = []
    for each in form.checks:
        try:
            items.append(Item(mention=_answer(_judged(container, CheckRequest.model_validate(each)))))
        except ValidationError as error:
            items.append(Item(error=Problem(what=problems_text(error.errors()), do=SEE)))
        except BusyError:
            items.append(Item(error=Problem(what=BUSY, do=AGAIN)))
        except RefusedError as error:
            items.append(Item(error=Problem(what=error.what, do=error.do)))
    return CheckManyAnswer(items=items)


@_closed.post("/label")
def label(container: _ContainerOf, form: Labelling) -> Labelled:
    """Takes the owner's label: for the mentions, the history and the next retraining."""
    batch = container.decisions.label(form.ids, form.label, form.by or "api")
    changed = len(container.store.actions(batch=batch, limit=len(form.ids))) if batch else 0
    return Labelled(batch=batch, changed=changed)


@_closed.post("/undo")
def undo(container: _ContainerOf, form: Undo) -> Undone:
    """Takes a batch of labels back."""
    return Undone(ids=[action.mention for action in container.decisions.undo(form.batch, form.by or "api")])


@_closed.get("/decisions")
def decisions(container: _ContainerOf, query: Annotated[Query, InQuery()]) -> MentionPage:
    """Lists mentions with their decisions, newest first."""
    wanted = Filter(**query.model_dump(exclude={"limit", "before"}))
    page = container.store.find(wanted, query.limit, query.before)
    return MentionPage(mentions=[_answer(mention) for mention in page.mentions], next=page.next)


@_closed.get("/decisions/{id}")
def decision(container: _ContainerOf, id: Annotated[str, Path(max_length=200)]) -> MentionAnswer:
    """One mention with its decision."""
    mention = container.store.get(id)
    if mention is None:
        raise RefusedError(404, "there is no mention with this id", "list them with GET /api/v1/decisions")
    return _answer(mention)


@_closed.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"description": "JSON Lines", "content": {JSON_LINES: {"schema": {"type": "string"}}}}},
)
def export_all(container: _ContainerOf) -> StreamingResponse:
    """All judged linkbacks in order of receipt, with the owner's labels: a table for `moderator retrain`."""
    return StreamingResponse(export(container.store, container.targets), media_type=JSON_LINES)


@router.get("/api/v1/mentions", tags=["mentions"])
def mentions(
    request: Request,
    response: Response,
    container: _ContainerOf,
    target: Annotated[str, InQuery(min_length=1, max_length=8192)],
) -> Approvals:
    """The approved mentions of a post, for a box beside it; public if the setting `public_mentions` says so."""
    if container.settings.public_mentions:
        # a script in the blog's own page may ask
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        check_token(request)
    found = container.store.find(Filter(status=Status.APPROVED, target_url=target), _SHOWN).mentions
    # comments that were judged for a client of Akismet's API are no mentions
    comments = (Origin.AKISMET, Kind.UNKNOWN)
    shown = [approved_answer(each) for each in found if (each.origin, each.linkback.kind) != comments]
    return Approvals(mentions=shown, html=approved_html(shown))


@router.get("/health", tags=["operation"])
def health(container: _ContainerOf) -> Health:
    """Whether database, disk, history and workers do their work; 503 if not."""
    problem = container.health.problem()
    try:
        waiting = -1 if problem else container.store.queue_length()
    except ModeratorError as error:
        waiting, problem = -1, type(error).__name__
    if problem:
        answer = Health(ok=False, waiting=waiting, model="", version=__version__, problem=problem)
        return JSONResponse(answer.model_dump(), status_code=503)  # type: ignore[return-value]  # same shape, other status
    return Health(ok=True, waiting=waiting, model=container.moderator.model_name, version=__version__)


@router.get("/metrics", tags=["operation"], include_in_schema=False, dependencies=[Depends(check_token)])
def metrics(container: _ContainerOf) -> Response:
    """Counters for Prometheus."""
    return Response(container.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


router.include_router(_closed)


def _judged(container: Container, form: CheckRequest) -> Mention:
    try:
        linkback = Linkback(**form.linkback.model_dump())
        evidence = None if form.evidence is None else evidence_from_json(form.evidence.model_dump(mode="json"))
    except (InputError, ValueError, OverflowError) as error:
        raise RefusedError(422, str(error), SEE) from None
    post = None if form.post is None else Post(**form.post.model_dump())
    return container.sync_checker.check(
        linkback, Origin.API, post, evidence=evidence, verify=form.verify, reasons=form.reasons
    )


def _answer(mention: Mention) -> MentionAnswer:
    raw = b64encode(mention.raw).decode()
    return MentionAnswer.model_validate(mention_to_json(mention) | {"raw": raw})
