"""What the JSON doors answer when something is wrong: always ``{"error": {"what": ..., "do": ...}}``."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from moderator.errors import ModeratorError, shown
from moderator.service.limits import BodyError

__all__ = ["RefusedError", "handle_errors"]

_TOLD = 5
"""Fields of one request that are named."""
_log = logging.getLogger(__name__)


class RefusedError(Exception):
    """A request that is answered with an error.

    Attributes:
        status: The HTTP status.
        what: What is wrong.
        do: What to do about it.
    """

    def __init__(self, status: int, what: str, do: str) -> None:
        super().__init__(what)
        self.status = status
        self.what = what
        self.do = do


def handle_errors(app: FastAPI) -> None:
    """Lets the application answer every error in one shape."""
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(BodyError, _body)
    app.add_exception_handler(ModeratorError, _failed)


def _answer(status: int, what: str, do: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": {"what": what, "do": do}}, status_code=status, headers=headers)


async def _refused(_request: Request, error: Any) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return _answer(error.status, error.what, error.do, headers)


async def _invalid(_request: Request, error: Any) -> JSONResponse:
    # the values stay out of the answer: they may be anything, even what JSON cannot say
    told = [
        f"{shown('.'.join(map(str, each['loc'][1:])) or 'body', 60)}: {each['msg']}" for each in error.errors()[:_TOLD]
    ]
    return _answer(422, "; ".join(told), "see /openapi.json for what is taken")


async def _http(_request: Request, error: Any) -> JSONResponse:
    return _answer(error.status_code, str(error.detail), "see /openapi.json for what is taken", error.headers)


async def _body(_request: Request, error: Any) -> JSONResponse:
    return _answer(error.status, str(error), "send less at once")


async def _failed(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s cannot be answered: %s", request.url.path, error)
    return _answer(503, "the service cannot do this now", "come again later", {"Retry-After": "60"})
