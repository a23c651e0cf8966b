"""``moderator doctor``: whether an installation is well, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from moderator.cli.terminal import say

if TYPE_CHECKING:
    from moderator.config.service import ServiceSettings
    from moderator.config.settings import Settings

__all__ = ["Finding", "doctor", "examine", "finding_text"]

OLD_LISTS_DAYS = 180
"""Days after which a downloaded list is called old: most of the known ones change within months."""


class Finding(NamedTuple):
    """What one check found."""

    what: str
    """What was looked at."""
    well: bool | None
    """Whether it is well; None: it could not be told, or it is only worth knowing."""
    says: str
    """What was found."""
    do: str = ""
    """What to do; empty: nothing."""


def doctor(
    service: Annotated[
        str | None, typer.Option(metavar="URL", help="A running service whose health is asked, too.")
    ] = None,
) -> None:
    """Checks settings, history, model, lists and doors, and says what to do. Exit code 1: something is wrong.

    Example: moderator doctor --service http://127.0.0.1:8750/
    """
    wrong = False
    for finding in examine(service):
        say(finding_text(finding))
        wrong = wrong or finding.well is False
    raise typer.Exit(int(wrong))


def finding_text(finding: Finding) -> str:
    """A finding as one line."""
    mark = {True: "ok   ", False: "wrong", None: "note "}[finding.well]
    return f"{mark}  {finding.what}: {finding.says}" + (f". {finding.do}" if finding.do else "")


def examine(service: str | None = None) -> Iterator[Finding]:
    """Looks at everything in turn; what fails does not end it.

    Args:
        service: Address of a running service; None: none is asked.
    """
    from moderator.config.service import read_service_settings
    from moderator.config.settings import Settings, read_settings

    settings, chosen = Settings(), None
    try:
        settings, chosen = read_settings(), read_service_settings()
        yield Finding("settings", True, "they can be read")
    except Exception as error:
        yield _failure("settings", error, "Mend the file, or write a new one with `moderator init`")
    yield from _guarded("history", lambda: _history(settings))
    yield from _guarded("model", lambda: _model(settings))
    yield from _guarded("domain lists", lambda: _lists(settings))
    if chosen is not None:
        yield from _guarded("doors", lambda: _doors(chosen))
    if service is not None:
        yield from _guarded("service", lambda: _service(service))


def _guarded(what: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as error:
        yield _failure(what, error)


def _failure(what: str, error: Exception, do: str = "") -> Finding:
    return Finding(what, False, " ".join(str(error).split()) or type(error).__name__, do)


def _history(settings: Settings) -> Iterator[Finding]:
    from moderator.config.settings import data_folder
    from moderator.history.address import Address
    from moderator.wiring import build_moderator

    place = settings.history or data_folder() / "history.sqlite3"
    if not isinstance(place, Address) and not place.exists():
        yield Finding("history", None, f"{place} does not exist yet; the first check makes it")
        return
    moderator = build_moderator(settings)
    try:
        moderator.ping()
        yield Finding("history", True, f"{place} answers")
    finally:
        moderator.close()


def _model(settings: Settings) -> Iterator[Finding]:
    from moderator.features.extractor import Extractor
    from moderator.model.folder import load_model
    from moderator.wiring import default_model_folder

    folder = settings.model or default_model_folder()
    model = load_model(folder, Extractor().schema)
    low, high = model.card.cutoffs.approve_below, model.card.cutoffs.spam_from
    yield Finding("model", True, f"{model.card.label} approves below {low:.2f} and calls spam from {high:.2f}")


def _lists(settings: Settings) -> Iterator[Finding]:
    from moderator.config.settings import data_folder

    folder = settings.lists or data_folder() / "lists"
    files = sorted(folder.glob("*/*")) if folder.is_dir() else []
    if not files:
        yield Finding("domain lists", None, "none was downloaded", "`moderator lists update --known` shows them")
        return
    now = datetime.now(UTC).timestamp()
    old = [path.name for path in files if now - path.stat().st_mtime > OLD_LISTS_DAYS * 86_400]
    if old:
        yield Finding("domain lists", None, f"old: {', '.join(old)}", "Run `moderator lists update`")
    else:
        yield Finding("domain lists", True, f"{len(files)} in {folder}")


def _doors(chosen: ServiceSettings) -> Iterator[Finding]:
    from moderator.config.service import read_secrets

    secrets = read_secrets()
    if not chosen.blogs:
        yield Finding("receivers", None, "closed: no blog is named", "Add [[service.blogs]] to the settings")
    else:
        yield Finding("receivers", True, "open for " + ", ".join(blog.url for blog in chosen.blogs))
    for what, secret in (
        ("moderation page", secrets.password_hash or chosen.user_header),
        ("JSON API", secrets.api_token),
        ("Akismet's API", secrets.akismet_key),
    ):
        yield Finding(what, True if secret else None, "open" if secret else "closed: no secret is set for it")


def _service(address: str) -> Iterator[Finding]:
    import requests

    answer = requests.get(address.rstrip("/") + "/health", timeout=5, allow_redirects=False)
    well = answer.status_code == 200
    yield Finding("service", well, f"{address} answers {answer.status_code}", "" if well else "Read its log")
