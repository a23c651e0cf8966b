"""The page for the model: the one in use, its quality, a proposed one, and the way back."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from moderator.errors import ModelError, ModeratorError
from moderator.service.container import Container
from moderator.service.dashboard.access import login_required, submit_form
from moderator.service.dashboard.model_summary import (
    MEASURES,
    agreement_sentences,
    by_probability,
    by_week,
    card_sentences,
    changed_counts,
    figures_sentences,
    training_facts,
)
from moderator.service.dashboard.rendering import HEADERS, rendered
from moderator.service.dashboard.sessions import Session
from moderator.service.learning.learner import CHOSEN, DECLINED, NOT_RETRAINED, RETRAINED, Learner
from moderator.service.store import LearningEvent

__all__ = ["router"]

router = APIRouter()
_DECISIONS = 5000
"""The owner's newest decisions that are compared with the engine's."""
_LISTED = 20
"""Linkbacks whose verdict would change that are shown."""
_EVENTS = 15
_log = logging.getLogger(__name__)


class _Kept(NamedTuple):
    """A model that can be chosen."""

    name: str
    title: str
    in_use: bool


@router.get("/model")
@login_required
def model_page(request: Request, session: Session) -> Response:
    """Everything about the model."""
    container: Container = request.app.state.container
    learner, store = container.learner, container.store
    card = learner.folders.card(learner.in_use)
    made = _made(container, learner.in_use)
    found = {} if made is None else made.details.get("found", {})
    proposal = learner.proposal()
    decided = store.owner_decisions(_DECISIONS)
    chosen = store.learning_events((CHOSEN,), 1)
    return rendered(
        request,
        "model.html",
        session,
        card=card,
        in_use=_called(learner.in_use),
        chosen=chosen[0] if chosen and chosen[0].model == learner.in_use else None,
        problem=learner.problem,
        former=learner.previous_model(),
        called=_called,
        running=learner.running,
        last=learner.last_retraining(),
        fresh=learner.new_decisions(),
        learning=learner.settings,
        proposal=proposal,
        changed=[] if proposal is None else changed_counts(proposal.details["found"]),
        changes=[] if proposal is None else _changes(container, proposal),
        measures=MEASURES,
        good=figures_sentences(found) or card_sentences(card),
        reliability=found.get("reliability", []),
        drift=_drift(learner),
        says=agreement_sentences(decided, container.clock()),
        weeks=by_week(decided),
        bands=by_probability(decided),
        data=training_facts(card),
        kept=_kept(learner),
        events=[
            (each, _event_text(each))
            for each in store.learning_events((CHOSEN, DECLINED, RETRAINED, NOT_RETRAINED), _EVENTS)
        ],
        said=request.query_params.get("said", "")[:20],
    )


@router.post("/model")
async def act(request: Request) -> Response:
    """Makes a model now, uses one, or puts a proposal aside."""
    container: Container = request.app.state.container

    def answer(session: Session, fields: dict[str, list[str]]) -> Response:
        wanted, name = (fields.get(each, [""])[0] for each in ("do", "name"))
        learner = container.learner
        if wanted == "retrain":
            learner.request_retraining(session.user)
        elif wanted == "use":
            learner.use_model(name, session.user)
        elif wanted == "decline":
            learner.decline(name, session.user)
        else:
            return _refused(request, 400, "Nothing was chosen.")
        return RedirectResponse(f"/model?said={wanted}", 303, HEADERS)

    try:
        return await submit_form(request, answer, _refused)
    except ModelError as error:
        _log.error("a model was not chosen: %s", error)
        return _refused(request, 409, "This model cannot be used. Nothing was changed; the log says more.")
    except ModeratorError as error:
        _log.error("the model was not changed: %s", error)
        return _refused(request, 503, "The database does not answer. Nothing was changed.")


def _refused(request: Request, status: int, message: str) -> Response:
    if status == 401:
        return RedirectResponse("/sign-in?to=/model", 303, HEADERS)
    return rendered(request, "message.html", None, status, title="Not done", message=message)


def _made(container: Container, name: str) -> LearningEvent | None:
    """The retraining that made a model; None: none of those remembered did."""
    events = container.store.learning_events((RETRAINED,), 100) if name else []
    return next((each for each in events if each.model == name), None)


def _called(name: str) -> str:
    """What people call a model."""
    return f"the model of {name}, made from your decisions" if name else "the model of your settings"


def _kept(learner: Learner) -> list[_Kept]:
    return [_Kept(name, _called(name), name == learner.in_use) for name in (*learner.folders.names(), "")]


def _changes(container: Container, proposal: LearningEvent) -> list[tuple[Any, str]]:
    """Linkbacks that the proposed model would decide differently, with what it would say; the newest first."""
    listed = []
    for id, _, new, probability in reversed(proposal.details["found"].get("changes", [])):
        mention = container.store.get(id)
        if mention is not None and mention.owner_label is None:
            said = {"approve": "would be approved", "hold": "would be held", "spam": "would be spam"}[new]
            listed.append((mention, f"{said} ({probability:.1%} spam)"))
        if len(listed) == _LISTED:
            break
    return listed


def _drift(learner: Learner) -> str:
    last = learner.last_retraining()
    return "" if last is None else str(last.details.get("found", {}).get("drift", ""))


def _event_text(event: LearningEvent) -> str:
    """What happened, in a sentence."""
    if event.event == CHOSEN:
        return f"{_called(event.model).capitalize()} came into use, in place of {_called(event.details['former'])}."
    if event.event == DECLINED:
        return f"{_called(event.model).capitalize()} was put aside."
    return _outcome_text(event)


def _outcome_text(event: LearningEvent) -> str:
    why = event.details.get("why", "")
    return {
        "better": f"A better model was made, {event.model}: {why}.",
        "not better": f"A new model was no better, so nothing was changed: {why}.",
        "too little": f"There was too little to learn from or to measure with, so nothing was changed: {why}.",
    }.get(event.details.get("outcome", ""), f"Making a model failed, and nothing was changed: {why}.")
