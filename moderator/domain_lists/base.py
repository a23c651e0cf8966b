"""Where a host stands in domain lists."""

from __future__ import annotations

from math import nan
from typing import NamedTuple, Protocol

__all__ = ["NO_LISTS", "DomainLists", "ListHits"]


class ListHits(NamedTuple):
    """Where a host, or a parent of it as listed, stands. nan: no list of that sort is loaded."""

    blocked: float
    """Share of the loaded blocklists that name it, 0 to 1."""
    allowed: float
    """1: an allowlist names it; 0: none does."""
    rank: float
    """Its best rank in the lists of popular sites, from 1; inf: in none of them."""
    shortener: float
    """1: a list of URL shorteners names it; 0: none does."""
    personal: float
    """1: a list of personal sites names it; 0: none does."""
    own_blocked: float
    """1: the owner's own blocklist names it, or the author's folder on it; 0: it does not."""
    own_allowed: float
    """1: the owner's own allowlist names just this author; 0: it does not."""


NO_LISTS = ListHits(*([nan] * 7))
"""What a look-up answers where no list is loaded."""


class DomainLists(Protocol):
    """Answers where a host stands."""

    def look_up(self, host: str, folder: str = "") -> ListHits:
        """Where `host` (lower case, IDNA) or one of its parents as listed stands.

        Args:
            host: The host.
            folder: `Url.folder`: the part of the path that names an author; empty: none does.
        """
        ...
