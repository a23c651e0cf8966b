"""Akismet's API, so that its clients can be pointed at us: https://akismet.com/developers/ describes it.

``true`` means spam and ``false`` everything else, so what is held comes back as ``false`` with the header
``X-moderator-verdict: hold``, and waits in the moderation page. In shadow mode every answer is ``false``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import partial
from urllib.parse import unquote_plus

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from moderator.errors import InputError, ModeratorError
from moderator.records import Post, Verdict
from moderator.service.accept import BusyError
from moderator.service.access import has_secret
from moderator.service.akismet.forms import MAX_FORM, AkismetRequest, read_fields, read_request
from moderator.service.container import Container
from moderator.service.errors import RefusedError
from moderator.service.records import Origin, OwnerLabel
from moderator.service.requests import BodyError, read_body

__all__ = ["Answer", "check", "router", "submit"]

Answer = Callable[[Container, dict[str, str]], tuple[str, dict[str, str]]]
"""What is answered to a form's fields: the body, and headers."""
_THANKS = "Thanks for making the web a better place."
_VERDICT = "X-moderator-verdict"
_SAID = {OwnerLabel.HAM: Verdict.APPROVE, OwnerLabel.SPAM: Verdict.SPAM, OwnerLabel.HOLD: Verdict.HOLD}
MOST_CALLS = 10
"""Pingbacks in one request; who sends more is after something else."""
router = APIRouter(include_in_schema=False)
_JSON = {"Content-Type": "application/json"}
_LONGEST_KEY = 300
"""Bytes of a key that are looked at."""
_HELP = "X-akismet-debug-help"
_log = logging.getLogger(__name__)


def check(container: Container, fields: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Judges; see `Answer`.

    A comment that is no ping is answered by what the owner chose: ``pass`` means never spam, ``judge`` that its
    wording, its author's address and the sender are judged as a linkback's would be.

    Raises:
        InputError: Fields are missing.
        BusyError: Too many are being judged.
    """
    asked = read_request(fields)
    if asked.surely_spam:
        return "true", {_VERDICT: Verdict.SPAM.value}
    if asked.surely_ham:
        return "false", {_VERDICT: Verdict.APPROVE.value}
    if not asked.is_ping and container.settings.comments == "pass":
        return "false", {_VERDICT: "pass"}
    if asked.is_early and asked.calls > MOST_CALLS:
        return "false" if container.settings.shadow else "true", {_VERDICT: Verdict.SPAM.value}
    post, looks = _post(container, asked), _looks(container, asked)
    mention = container.sync_checker.check(asked.linkback, Origin.AKISMET, post, verify=looks, keep=not asked.is_test)
    decision = mention.decision
    assert decision is not None  # noqa: S101 - it was judged just now
    said = decision.verdict
    if mention.owner_label is not None:
        said = _SAID[mention.owner_label]
    headers = {
        _VERDICT: said.value,
        "X-moderator-probability": f"{decision.spam_probability:.4f}",
        "X-akismet-guid": mention.linkback.id,
    }
    if container.settings.shadow or said is not Verdict.SPAM:
        return "false", headers
    if decision.spam_probability >= container.settings.discard_from:
        headers["X-akismet-pro-tip"] = "discard"
    return "true", headers


def submit(container: Container, fields: dict[str, str], *, label: OwnerLabel) -> tuple[str, dict[str, str]]:
    """Takes the owner's label; what was never asked about is judged first, so that there is something to label.

    Raises:
        InputError: Fields are missing.
        BusyError: Too many are being judged.
    """
    asked = read_request(fields)
    if asked.is_test or not (asked.is_ping or container.settings.comments == "judge"):
        return _THANKS, {}
    id = asked.linkback.id
    if container.store.get(id) is None:
        container.sync_checker.check(asked.linkback, Origin.AKISMET, verify=False)
    container.decisions.label([id], label, "akismet")
    return _THANKS, {"X-akismet-guid": id}


def _looks(container: Container, asked: AkismetRequest) -> bool:
    """Only a ping has a page that should link to us; at a pre-check the client is about to look itself."""
    return container.settings.verify and asked.is_ping and not asked.is_early


def _post(container: Container, asked: AkismetRequest) -> Post | None:
    target = asked.linkback.target_url
    return container.targets.post(target) if asked.is_ping and container.targets.blog_of(target) else None


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
        if _elsewhere_wrong(request, key):
            return _invalid("the key is wrong")
        body = await read_body(request, MAX_FORM)
        if not _has_key(request, body, key):
            return _invalid("the key is wrong")
        fields = read_fields(body, request.url.query)
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


def _elsewhere_wrong(request: Request, name: str) -> bool:
    """Whether the sender guessed wrong too often, or cannot know the key: then nothing of the body is read.

    Raises:
        RefusedError: 429: its sender was wrong too often just now.
    """
    container: Container = request.app.state.container
    if not container.secrets.akismet_key:
        return True
    has_secret(request, "", container.secrets.akismet_key)  # only asks whether the sender is listened to
    length = request.headers.get("content-length", "")
    return length == "0" and not _said_key(request, b"", name)


def _has_key(request: Request, body: bytes, name: str) -> bool:
    """Whether the key in the form's field, or before the host's first dot, is the right one; see `has_secret`.

    The field is cut out of the body: a form is not parsed for who does not know the key.
    """
    container: Container = request.app.state.container
    return has_secret(request, _said_key(request, body, name), container.secrets.akismet_key)


def _said_key(request: Request, body: bytes, name: str) -> str:
    for form in (body, request.url.query.encode()):
        start = 0 if form.startswith(f"{name}=".encode()) else form.find(f"&{name}=".encode()) + 1
        if start or form.startswith(f"{name}=".encode()):
            value = form[start + len(name) + 1 :][:_LONGEST_KEY].partition(b"&")[0]
            if value:
                return unquote_plus(value.decode("utf-8", "replace"))
    return request.headers.get("host", "").partition(".")[0]
