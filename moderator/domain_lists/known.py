"""Well-known published lists that an owner may choose to download. None is fetched unless the owner asks for it.

Addresses and licences change; both are told here as they were in 2026. Who uses a list owes its makers what the
licence asks; this package holds no copy of any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from moderator.domain_lists.formats import Format
from moderator.domain_lists.sources import ListKind

__all__ = ["KNOWN_LISTS", "RemoteList"]


@dataclass(frozen=True, slots=True)
class RemoteList:
    """One list that is downloaded."""

    name: str
    """Its file's name without ending: letters, digits, ``-`` and ``_``."""
    url: str
    """Where it is published, over http or https."""
    sort: ListKind
    """What it says of the names in it."""
    format: Format = Format.AUTO
    """Its form."""
    licence: str = ""
    """The licence it comes under; empty: not known."""
    about: str = ""
    """What it is, in a phrase; empty: not told."""


_RAW = "https://raw.githubusercontent.com"

KNOWN_LISTS: Final = (
    RemoteList(
        "majestic-million",
        "https://downloads.majestic.com/majestic_million.csv",
        ListKind.RANK,
        Format.RANK,
        "CC-BY-3.0",
        "a million sites by the networks that link to them; 80 MB",
    ),
    RemoteList(
        "kagi-smallweb",
        f"{_RAW}/kagisearch/smallweb/main/smallweb.txt",
        ListKind.PERSONAL,
        Format.URLS,
        "MIT",
        "feeds of some 36,000 personal sites",
    ),
    RemoteList(
        "url-shorteners",
        f"{_RAW}/PeterDaveHello/url-shorteners/master/list",
        ListKind.SHORTENER,
        Format.PLAIN,
        "CC-BY-SA-4.0",
        "some 1,500 URL shorteners",
    ),
    RemoteList(
        "matomo-referrer-spam",
        f"{_RAW}/matomo-org/referrer-spam-list/master/spammers.txt",
        ListKind.BLOCK,
        Format.PLAIN,
        "public domain",
        "referrer spammers; says little about linkback spam",
    ),
    RemoteList(
        "gambling-hosts",
        f"{_RAW}/Sinfonietta/hostfiles/master/gambling-hosts",
        ListKind.BLOCK,
        Format.HOSTS,
        "MIT",
        "gambling sites",
    ),
)
"""Lists that say something here, each with its licence."""
