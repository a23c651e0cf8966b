"""``moderator doctor``: whether an installation is well, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from moderator.cli.finding import Finding, finding_text
from moderator.cli.terminal import say

if TYPE_CHECKING:
    from moderator.cli.doctor_blog import Fetch
    from moderator.config.service import ServiceSettings
    from moderator.config.settings import Settings

__all__ = ["doctor", "examine"]

OLD_LISTS_DAYS = 180
"""Days after which a downloaded list is called old: most of the known ones change within months."""
OLD_SUBSCRIBED_DAYS = 7
"""Days after which a subscribed list is called old: the service asks every 15 minutes, cron perhaps once a day."""


def doctor(
    service: Annotated[
        str | None, typer.Option(metavar="URL", help="A running service whose health is asked, too.")
    ] = None,
) -> None:
    """Checks settings, history, model, lists, blog and doors, and says what to do. Exit code 1: something is wrong.

    The blog is asked for its front page, under the same guard and limits as a source page. With --service and
    MODERATOR_API_TOKEN, the service is asked what programs such as the WordPress plugin have sent.

    Example: moderator doctor --service http://127.0.0.1:8750/
    """
    wrong = False
    for finding in examine(service):
        say(finding_text(finding))
        wrong = wrong or finding.well is False
    raise typer.Exit(int(wrong))


def examine(service: str | None = None, fetch: Fetch | None = None) -> Iterator[Finding]:
    """Looks at everything in turn; what fails does not end it.

    Args:
        service: Address of a running service; None: none is asked.
        fetch: Fetches from the blog; None: the network, through the link check's guard.
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
    yield from _guarded("subscribed lists", lambda: _subscribed(settings))
    if chosen is not None:
        yield from _guarded("blog", lambda: _blogs(settings, chosen, fetch))
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


def _subscribed(settings: Settings) -> Iterator[Finding]:
    from moderator.wiring import subscribed_reports

    now = datetime.now(UTC)
    for one in subscribed_reports(settings).publishers():
        what = f"subscribed list {one.subscription.name}"
        if one.problem:
            kept = "The last good one is used; " if one.entries else ""
            do = f"{kept}`moderator lists update` tries again, `moderator lists drop {one.subscription.name}` ends it"
            yield Finding(what, False, one.problem.removeprefix(f"list {one.subscription.name}: "), do)
        elif one.checked_at is None:
            yield Finding(what, None, "it was never fetched", "Run `moderator lists update`")
        elif (days := (now - one.checked_at).days) > OLD_SUBSCRIBED_DAYS:
            yield Finding(what, None, f"last fetched {days} days ago", "Run `moderator lists update`, from cron")
        else:
            says = f"{one.entries:,} authors, fetched {one.checked_at:%Y-%m-%d %H:%M} UTC, trusted {one.weight:.0%}"
            yield Finding(what, True, says)


def _blogs(settings: Settings, chosen: ServiceSettings, fetch: Fetch | None) -> Iterator[Finding]:
    from moderator.cli.doctor_blog import blog_findings, fetcher
    from moderator.config.service import read_secrets

    addresses = dict.fromkeys([blog.url for blog in chosen.blogs] + [settings.blog] * bool(settings.blog))
    if not addresses:
        do = "Set `blog` in the settings, or run `moderator init`"
        yield Finding("blog", None, "no address is set, so it was not looked at", do)
        return
    yield from blog_findings(addresses, fetch or fetcher(settings), asked_by_token=bool(read_secrets().api_token))


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

    from moderator.config.service import read_secrets

    root = address.rstrip("/")
    try:
        answer = requests.get(root + "/health", timeout=5, allow_redirects=False)
    except requests.RequestException:
        yield Finding("service", False, f"{address} does not answer", "Start it with `moderator serve`")
        return
    well = answer.status_code == 200
    yield Finding("service", well, f"{address} answers {answer.status_code}", "" if well else "Read its log")
    if well and (token := read_secrets().api_token):
        yield _asked(root, token)


def _asked(root: str, token: str) -> Finding:
    """What programs have asked the service, by the door that the plugin uses."""
    import requests

    what = "asked by token"
    answer = requests.get(
        root + "/api/v1/decisions?origin=api&limit=1",
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
        allow_redirects=False,
    )
    if answer.status_code in (401, 403):
        do = "Start it with the same MODERATOR_API_TOKEN, and give that token to the plugin"
        return Finding(what, False, "the service refuses MODERATOR_API_TOKEN", do)
    if answer.status_code != 200:
        return Finding(what, False, f"the service answers {answer.status_code}", "Read its log")
    if found := answer.json()["mentions"]:
        linkback = found[0]["linkback"]
        return Finding(what, True, f"last about a {linkback['kind']} of {linkback['received_at'][:16]} UTC")
    do = "With the WordPress plugin: Settings > moderator > Test the connection, then send your blog a ping"
    return Finding(what, None, "no program has asked about a linkback yet", do)
