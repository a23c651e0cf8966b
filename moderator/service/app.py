"""The service as a web application: the doors, put together."""

from __future__ import annotations

from fastapi import FastAPI

from moderator.service.akismet.routes import router as akismet
from moderator.service.api.routes import router as api
from moderator.service.page.routes import router as page
from moderator.service.parts import Parts
from moderator.service.receivers.routes import router as receivers
from moderator.version import __version__

__all__ = ["create_app"]


def create_app(parts: Parts) -> FastAPI:
    """Builds the application.

    Args:
        parts: What the doors share; closed by the caller.
    """
    app = FastAPI(title="moderator", version=__version__, docs_url=None, redoc_url=None)
    app.state.parts = parts
    for router in (receivers, api, akismet, page):
        app.include_router(router)
    return app
