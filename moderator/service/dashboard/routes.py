"""Routes of the moderation page: queue, linkback, domain, campaign, and who links here."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from moderator.service.container import Container
from moderator.service.dashboard.access import login_required
from moderator.service.dashboard.charts import fill_days, volume_chart
from moderator.service.dashboard.filters import read_list_query
from moderator.service.dashboard.labelling import router as deciding
from moderator.service.dashboard.labelling import undoable
from moderator.service.dashboard.model import router as model
from moderator.service.dashboard.model_summary import count_shadow
from moderator.service.dashboard.publishers import list_statements
from moderator.service.dashboard.publishers import router as publishers
from moderator.service.dashboard.rendering import HEADERS, STATIC, rendered
from moderator.service.dashboard.sessions import Session
from moderator.service.dashboard.sign_in import router as signing
from moderator.service.export import FILE_NAME, JSON_LINES, export
from moderator.service.records import Filter, Group, Order, Status

__all__ = ["not_found_page", "router"]

router = APIRouter(include_in_schema=False)
router.include_router(signing)
router.include_router(deciding)
router.include_router(publishers)
router.include_router(model)
_PAGE = 20
"""Mentions on one page."""
_DAYS = {"30": 30, "90": 90, "365": 365}
"""Days that the charts may show."""
_TOP = 15
_FILES = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}


@router.get("/")
@login_required
def queue(request: Request, session: Session) -> Response:
    """The queue."""
    container: Container = request.app.state.container
    listing = read_list_query(request.query_params, container.clock())
    page = container.store.find(listing.filter, _PAGE, listing.before, listing.order)
    campaigns = _many(container, "campaign")
    return rendered(
        request,
        "queue.html",
        session,
        listing=listing,
        mentions=page.mentions,
        next=page.next,
        counts=container.store.counts(Filter(blog=listing.filter.blog)),
        orders=list(Order),
        campaigns=campaigns,
        wordings={each.name: _wording(container, each.name) for each in campaigns},
        domains=_many(container, "domain"),
        shadow_counts=count_shadow(container.store.shadow_counts(Filter())) if container.settings.shadow else None,
        blogs=[blog.name for blog in container.settings.blogs],
        proposal=container.learner.proposal(),
        undo=undoable(container, request.query_params.get("undo", "")[:40]),
    )


@router.get("/mention/{id:path}")
@login_required
def mention(request: Request, session: Session, id: str) -> Response:
    """Everything about one linkback."""
    container: Container = request.app.state.container
    found = container.store.get(id)
    if found is None:
        return rendered(request, "message.html", session, 404, title="Not found", message="There is no such linkback.")
    others = container.store.find(Filter(domain=found.domain), 6).mentions if found.domain else ()
    return rendered(
        request,
        "mention.html",
        session,
        mention=found,
        statements=list_statements(container, found),
        actions=container.store.actions(id),
        undo=undoable(container, request.query_params.get("undo", "")[:40]),
        others=[each for each in others if each.linkback.id != id],
        earlier=container.store.counts(Filter(domain=found.domain)) if found.domain else {},
        alike=container.store.counts(Filter(campaign=found.campaign)) if found.campaign else {},
    )


@router.get("/domain/{name:path}")
@login_required
def domain(request: Request, session: Session, name: str) -> Response:
    """Everything from one domain."""
    return _group(request, session, "domain", name, Filter(domain=name))


@router.get("/campaign/{name:path}")
@login_required
def campaign(request: Request, session: Session, name: str) -> Response:
    """Everything with nearly the same wording."""
    return _group(request, session, "campaign", name, Filter(campaign=name))


@router.get("/reach")
@login_required
def reach(request: Request, session: Session) -> Response:
    """Volume and verdicts over time; who links here, and which posts are linked most."""
    container: Container = request.app.state.container
    blog, now = request.query_params.get("blog", "")[:200], container.clock()
    chosen = request.query_params.get("days", "")
    days = _DAYS.get(chosen, 90)
    since = now - timedelta(days=days)
    approved = Filter(blog=blog, status=Status.APPROVED, since=since)
    linked = container.store.groups(approved, "target_url", _TOP)
    volume = fill_days(container.store.volume(Filter(blog=blog), since), now.date(), days)
    return rendered(
        request,
        "reach.html",
        session,
        chart=volume_chart(volume),
        volume=volume,
        linking=container.store.groups(approved, "domain", _TOP),
        linked=linked,
        titles=container.store.post_titles([each.name for each in linked]),
        counts=container.store.counts(Filter(blog=blog, since=since)),
        blog=blog,
        days=days,
        choices=list(_DAYS.values()),
        blogs=[each.name for each in container.settings.blogs],
    )


@router.get("/linkbacks.jsonl")
@login_required
def download(request: Request, session: Session) -> Response:
    """What came and what was decided, as a table for `moderator retrain`."""
    container: Container = request.app.state.container
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
    return StreamingResponse(export(container.store, container.targets), media_type=JSON_LINES, headers=headers)


@router.get("/counts.json")
@login_required
def counts(request: Request, session: Session) -> Response:
    """How many there are of each status, for the page that stays open."""
    container: Container = request.app.state.container
    filter = Filter(blog=request.query_params.get("blog", "")[:200])
    by_status = {status.value: count for status, count in container.store.counts(filter).items()}
    groups = {by: {each.name: each.held for each in _many(container, by)} for by in ("campaign", "domain")}
    return JSONResponse({**by_status, "groups": groups}, headers=HEADERS)


@router.get("/static/{name}")
def static(name: str) -> Response:
    """The page's own style, script and icon."""
    if name not in _FILES:
        return Response(status_code=404)
    headers = HEADERS | {"Cache-Control": "max-age=300"}
    return FileResponse(STATIC / name, media_type=_FILES[name], headers=headers)


def _many(container: Container, by: str) -> list[Group]:
    """What several of those held share."""
    return container.store.groups(Filter(status=Status.HELD), by, 5, at_least=2)


def _wording(container: Container, campaign: str) -> str:
    """What a campaign says, by its newest linkback."""
    newest = container.store.find(Filter(campaign=campaign), 1).mentions
    return " ".join((newest[0].linkback.title or newest[0].linkback.excerpt).split()) if newest else ""


@login_required
def not_found_page(request: Request, session: Session) -> Response:
    """What stands at an address that leads nowhere."""
    message = "There is no such page. It may have been moved, or the address was cut off."
    return rendered(request, "message.html", session, 404, title="Not found", message=message)


def _group(request: Request, session: Session, kind: str, name: str, wanted: Filter) -> Response:
    container: Container = request.app.state.container
    before = request.query_params.get("before", "")
    page = container.store.find(wanted, _PAGE, int(before) if before.isdecimal() and len(before) < 19 else 0)
    if not page.mentions:
        return rendered(request, "message.html", session, 404, title="Not found", message="There is nothing of it.")
    first, now = container.store.first_received(wanted), container.clock()
    days = fill_days(container.store.volume(wanted, now - timedelta(days=90)), now.date(), 90)
    return rendered(
        request,
        "group.html",
        session,
        kind=kind,
        name=name,
        wording=_wording(container, name) if kind == "campaign" else "",
        mentions=page.mentions,
        next=page.next,
        counts=container.store.counts(wanted),
        first=first,
        chart=volume_chart(days),
        days=days,
        actions=container.store.actions(limit=12, wanted=wanted),
        targets=container.store.groups(wanted, "target_url", 8),
        sources=container.store.groups(wanted, "domain", 8),
        undo=undoable(container, request.query_params.get("undo", "")[:40]),
    )
