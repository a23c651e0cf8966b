"""Whether the blog can be reached, and whether its WordPress has our plugin: for `moderator doctor`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from moderator.cli.finding import Finding
from moderator.linkcheck.fetch import Fetched, Fetcher
from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.http import RequestsTransport
from moderator.linkcheck.resolve import SystemResolver
from moderator.linkcheck.throttle import Throttle
from moderator.records import LinkStatus
from moderator.wiring import link_check_settings
from moderator.wordpress.http import named_interface

if TYPE_CHECKING:
    from moderator.config.settings import Settings

__all__ = ["PLUGIN_ROUTE", "Fetch", "blog_findings", "fetcher"]

Fetch = Callable[[str], Fetched]
"""Fetches an address within seconds, or raises `FetchError`."""
PLUGIN_ROUTE = "moderator/v1"
"""Below a blog's REST interface, where the plugin says without a login that it is there."""
_BUILD = (
    "If the service is to judge each ping, install the zip that `python examples/wordpress/build_zip.py` makes; "
    "`moderator rescore` works without it"
)
_CORRECT = "Correct `blog` and [[service.blogs]] in the settings, or the name's DNS"
_ALLOW = "If it is your own network, name it in `allow_networks`; if not, correct the blog's address in the settings"
_LOOK = "Open it in a browser; it may be down, or refuse programs. Then run `moderator doctor` again"


def fetcher(settings: Settings) -> Fetch:
    """Fetches as the link check does: through its guard, within its limits of time and size."""
    limits = link_check_settings(settings, pause=0.0)
    types = frozenset({"application/json"})
    return Fetcher(limits, SystemResolver(), RequestsTransport(), Throttle(limits), types=types).fetch


def blog_findings(addresses: Iterable[str], fetch: Fetch, *, asked_by_token: bool) -> Iterator[Finding]:
    """Looks at each blog, and for our plugin where it is WordPress.

    Args:
        addresses: The blogs.
        fetch: Fetches from them.
        asked_by_token: Whether the service takes questions by a token, as the plugin asks them.
    """
    for address in addresses:
        try:
            page = fetch(address)
        except FetchError as error:
            yield Finding("blog", False, f"{address} cannot be read ({error.detail})", _way_out(error))
            continue
        yield Finding("blog", True, f"{address} answers {page.http_status}")
        interface = named_interface(page.body.decode("utf-8", "replace"), page.url)
        if interface:
            yield from _plugin(address, interface, fetch, asked_by_token=asked_by_token)


def _plugin(address: str, interface: str, fetch: Fetch, *, asked_by_token: bool) -> Iterator[Finding]:
    what = "WordPress plugin"
    try:
        there = _is_plugin(fetch(interface + PLUGIN_ROUTE))
    except FetchError as error:
        if error.status is not LinkStatus.GONE:
            says = f"unknown: the REST interface of {address} does not answer ({error.detail})"
            yield Finding(what, None, says, "Look under Plugins in WordPress")
            return
        there = False
    if there and asked_by_token:
        yield Finding(what, True, f"{address} has it")
    elif there:
        do = "Set MODERATOR_API_TOKEN for the service, and the same token under Settings > moderator in WordPress"
        yield Finding(what, False, f"{address} has it, but the service takes no token", do)
    elif asked_by_token:
        yield Finding(what, None, f"{address} is WordPress without it", _BUILD)


def _is_plugin(answer: Fetched) -> bool:
    try:
        index = json.loads(answer.body)
    except ValueError:
        return False
    return isinstance(index, dict) and index.get("namespace") == PLUGIN_ROUTE


def _way_out(error: FetchError) -> str:
    if error.detail in ("dns", "dns timeout"):
        return _CORRECT
    if error.status is LinkStatus.REFUSED and error.detail.endswith(
        ("address", "port not allowed", "not a public name")
    ):
        return _ALLOW
    return _LOOK
