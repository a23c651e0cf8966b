"""The page of subscribed lists: what each publisher says, how far it is trusted, and how to drop it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from moderator.domain_lists.reports import Statement, reported_names
from moderator.errors import InputError, ModeratorError
from moderator.records import Case
from moderator.replay import keys_of_case
from moderator.service.container import Container
from moderator.service.dashboard.access import login_required, submit_form
from moderator.service.dashboard.rendering import HEADERS, rendered
from moderator.service.dashboard.sessions import Session
from moderator.service.records import Mention
from moderator.urls import parse_url

__all__ = ["list_statements", "router"]

router = APIRouter()


@router.get("/publishers")
@login_required
def publishers(request: Request, session: Session) -> Response:
    """Every subscription."""
    container: Container = request.app.state.container
    return rendered(
        request,
        "publishers.html",
        session,
        publishers=container.reports.publishers(),
        published=container.publisher is not None,
    )


@router.post("/publishers/drop")
async def drop(request: Request) -> Response:
    """Ends a subscription."""
    container: Container = request.app.state.container

    def answer(session: Session, fields: dict[str, list[str]]) -> Response:
        container.reports.drop(fields.get("name", [""])[0][:64])
        return RedirectResponse("/publishers", 303, HEADERS)

    try:
        return await submit_form(request, answer, _problem)
    except InputError:
        return _problem(request, 404, "There is no such list; it may have been dropped already.")
    except ModeratorError:
        return _problem(request, 503, "The list could not be dropped. See whether the folder of lists can be written.")


def list_statements(container: Container, mention: Mention) -> tuple[Statement, ...]:
    """What subscribed lists say now about a linkback, the most trusted first."""
    decision, linkback = mention.decision, mention.linkback
    case = Case(linkback) if decision is None else Case(linkback, None, decision.evidence)
    keys, final = keys_of_case(case), case.evidence.final_url
    names = reported_names(parse_url(linkback.source_url), parse_url(final) if final else None)
    return container.reports.statements(names, keys.template, keys.page)


def _problem(request: Request, status: int, message: str) -> Response:
    return rendered(request, "message.html", None, status, title="Not done", message=message)
