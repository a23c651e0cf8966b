"""Errors of the JSON endpoints: always ``{"error": {"what": ..., "do": ...}}``."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from moderator.errors import ModeratorError, shown
from moderator.service.accept import BusyError
from moderator.service.requests import BodyError

__all__ = ["AGAIN", "BUSY", "SEE", "RefusedError", "handle_errors", "http_error", "problems_text"]

SEE = "see /openapi.json for what is taken"
"""What to do about a request that cannot be read."""
BUSY, AGAIN = "too much is judged at once", "come again later"
"""What is said when every turn is taken, and what to do about it."""
_TOLD = 5
"""Fields of one request that are named."""
_log = logging.getLogger(__name__)


class RefusedError(Exception):
    """A request that is answered with an error.

    Attributes:
        status: The HTTP status.
        what: What is wrong.
        do: What to do about it.
        retry_after: Seconds after which the client may try again; 0: unknown.
    """

    def __init__(self, status: int, what: str, do: str, retry_after: int = 0) -> None:
        super().__init__(what)
        self.status = status
        self.what = what
        self.do = do
        self.retry_after = retry_after


def handle_errors(app: FastAPI) -> None:
    """Lets the application answer every error in one shape."""
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(BodyError, _body)
    app.add_exception_handler(ModeratorError, _failed)
    app.add_exception_handler(BusyError, _busy)


def _answer(status: int, what: str, do: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": {"what": what, "do": do}}, status_code=status, headers=headers)


async def _refused(_request: Request, error: Any) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if error.retry_after:
        headers["Retry-After"] = str(error.retry_after)
    return _answer(error.status, error.what, error.do, headers)


def problems_text(problems: Sequence[Mapping[str, Any]]) -> str:
    """What pydantic finds wrong, in words; each problem's place is ``loc``.

    The values stay out of it: they may be anything, even what JSON cannot say.
    """
    return "; ".join(map(_problem_text, problems[:_TOLD]))


def _problem_text(problem: Mapping[str, Any]) -> str:
    if problem["type"] == "json_invalid":
        return f"the body is not JSON, from character {problem['loc'][-1]} on: {problem['ctx']['error']}"
    if problem["type"] == "model_attributes_type" and not problem["loc"]:
        return "the body is no JSON object; it is sent with the header Content-Type: application/json"
    return f"{shown('.'.join(map(str, problem['loc'])) or 'body', 60)}: {problem['msg']}"


async def _invalid(_request: Request, error: Any) -> JSONResponse:
    # the first part of a place says no more than body, query or path
    problems = [each | {"loc": each["loc"][1:]} for each in error.errors()]
    return _answer(422, problems_text(problems), SEE)


async def http_error(_request: Request, error: Any) -> JSONResponse:
    """The answer to what the framework itself refuses."""
    return _answer(error.status_code, str(error.detail), SEE, error.headers)


async def _body(_request: Request, error: Any) -> JSONResponse:
    return _answer(error.status, str(error), "send less at once")


async def _busy(_request: Request, _error: Exception) -> JSONResponse:
    return _answer(503, BUSY, AGAIN, {"Retry-After": "10"})


async def _failed(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s cannot be answered: %s", request.url.path, error)
    return _answer(503, "the service cannot do this now", AGAIN, {"Retry-After": "60"})
