"""Templates and the headers that every page has."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from moderator.service.container import Container
from moderator.service.dashboard import formatting
from moderator.service.dashboard.reasons import main_reason, reason_texts, sentences
from moderator.service.dashboard.sessions import Session, csrf_token
from moderator.text import plain
from moderator.version import __version__

__all__ = ["HEADERS", "STATIC", "rendered"]

STATIC = Path(__file__).parent / "static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "visible": formatting.visible,
        "without_markup": plain,
        "shortened": formatting.shortened,
        "percent": formatting.percent,
        "safe_link": formatting.safe_link,
        "sentence": formatting.sentence,
        "path_of": formatting.path_of,
        "quotation": formatting.quotation,
    }
    environment.globals |= {
        "reason_texts": reason_texts,
        "main_reason": main_reason,
        "sentences": sentences,
        "evidence_phrase": formatting.evidence_phrase,
        "ago": formatting.ago,
        "status_phrase": formatting.status_phrase,
        "status_words": formatting.STATUS_WORDS,
        "version": __version__,
    }
    return environment


def rendered(
    request: Request, template: str, session: Session | None, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page."""
    container: Container = request.app.state.container
    text = (
        _templates()
        .get_template(template)
        .render(
            session=session,
            csrf="" if session is None else csrf_token(container, session),
            now=container.clock(),
            shadow=container.settings.shadow,
            path=request.url.path,
            **values,
        )
    )
    return HTMLResponse(text.encode("utf-8", "replace"), status_code=status, headers=HEADERS)
