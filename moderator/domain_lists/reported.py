"""Reading what others publish, in the forms in which it is kept: signed feeds, JSON arrays, hosts files, text."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import msgspec

from moderator.domain_lists.feed import FORMAT, UNREADABLE, FeedEntry, SignedFeed, read_feed
from moderator.domain_lists.formats import LINE_LIMIT, clean_author, read_lines
from moderator.errors import ListError

__all__ = ["Reported", "read_reported"]

_NAMES = ("domain", "host", "hostname", "author", "url", "site", "name")
"""Keys under which an array's objects have the host."""
_ARRAYS = ("domains", "hosts", "blocklist", "blocked", "list", "entries", "sites")
"""Keys under which an object has the array."""
_DEPTH = 2


class Reported(NamedTuple):
    """What one publisher says."""

    entries: tuple[FeedEntry, ...]
    skipped: int
    """Lines or elements that name no host."""
    feed: SignedFeed | None
    """The feed as it came; None: it is a bare list of hosts."""


def read_reported(data: bytes) -> Reported:
    """Reads a published list; its form is told from its beginning.

    A bare list says of each host that it is spam, once, on no known day.

    Args:
        data: The file, a stranger's.

    Raises:
        ListError: It is no text in UTF-8, no list, or names no host at all.
    """
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{") and FORMAT.encode() in data[:LINE_LIMIT].partition(b"\n")[0]:
        feed = read_feed(data)
        return Reported(feed.entries, feed.skipped, feed)
    hosts, skipped = _array(data) if start[:1] in (b"[", b"{") else _text(data)
    if not hosts:
        raise ListError(f"the list names no host ({skipped} lines were read); state the list's raw address")
    return Reported(tuple(FeedEntry(host, 1, 0, date.min, 0.5) for host in _bare(hosts)), skipped, None)


def _bare(hosts: list[str]) -> dict[str, None]:
    """Each once, as authors are named: without www."""
    return dict.fromkeys(host.removeprefix("www.") for host in hosts)


def _text(data: bytes) -> tuple[list[str], int]:
    if b"\0" in data:
        raise ListError("the list is no text in UTF-8")
    lines = [line if len(line) < LINE_LIMIT else "<too long>" for line in data.decode("utf-8", "replace").splitlines()]
    reading = read_lines(lines, authors=True)
    return [entry.host for entry in reading.entries], reading.skipped


def _array(data: bytes) -> tuple[list[str], int]:
    try:
        found: Any = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except UNREADABLE:
        raise ListError("the list begins like JSON and is none; it is damaged, or cut") from None
    for _ in range(_DEPTH):
        if isinstance(found, dict):
            found = next((found[name] for name in _ARRAYS if isinstance(found.get(name), list | dict)), list(found))
    if not isinstance(found, list):
        raise ListError("the list's JSON has no array of hosts")
    hosts, skipped = [], 0
    for element in found:
        host = _named(element)
        if host:
            hosts.append(host)
        else:
            skipped += 1
    return hosts, skipped


def _named(element: Any) -> str:
    if isinstance(element, dict):
        element = next((element[name] for name in _NAMES if isinstance(element.get(name), str)), "")
    return clean_author(element[:LINE_LIMIT]) if isinstance(element, str) else ""
