"""The service as a web application: the doors, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from moderator.service.akismet.routes import router as akismet
from moderator.service.api.routes import router as api
from moderator.service.container import Container
from moderator.service.dashboard.routes import not_found_page
from moderator.service.dashboard.routes import router as page
from moderator.service.errors import handle_errors, http_error
from moderator.service.lists.routes import router as lists
from moderator.service.middleware import AnswerCounter, BodyLimit
from moderator.service.receivers.routes import router as receivers
from moderator.version import __version__

__all__ = ["create_app"]


async def _not_found(request: Request, error: Exception) -> Response:
    """A page for people, JSON for programs."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        answer: Response = await run_in_threadpool(not_found_page, request)
        return answer
    return await http_error(request, error)


def create_app(container: Container) -> FastAPI:
    """Builds the application.

    Args:
        container: What the doors share; started with the application, and stopped and closed with it.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        container.start()
        try:
            yield
        finally:
            await run_in_threadpool(container.stop)

    app = FastAPI(title="moderator", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.container = container
    handle_errors(app)
    app.add_exception_handler(404, _not_found)
    app.add_middleware(BodyLimit)
    app.add_middleware(AnswerCounter, metrics=container.metrics)
    for router in (receivers, api, akismet, lists, page):
        app.include_router(router)
    return app
