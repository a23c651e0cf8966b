"""The families of keys by which a history is cut into buckets that know nothing of each other.

What the history knows of a key depends only on linkbacks with that key. So all linkbacks of a key can be replayed by
themselves, and a bucket is a set of keys. Keys that always come together share their buckets: an address lies in one
network, and what a site knows of a domain is about that domain.
"""

from __future__ import annotations

from typing import NamedTuple

from moderator.history.base import UNKNOWN_SNAPSHOT, Keys, Snapshot

__all__ = ["COLUMNS", "COUNTED", "FAMILIES", "NO_KEYS", "Family"]

NO_KEYS = Keys(*[None] * len(Keys._fields))
"""What nothing is remembered under."""
COUNTED = ("target", "domain", "sender")
"""Keys that windows of every family count as distinct values."""


class Family(NamedTuple):
    """Keys that are dealt, and replayed, together."""

    name: str
    """The key by which linkbacks are dealt into buckets."""
    keys: tuple[str, ...]
    """Fields of `Keys` that are asked for."""
    parts: tuple[str, ...]
    """Fields of `Snapshot` that come of them."""


FAMILIES = (
    Family("network", ("sender", "network"), ("sender", "network", "sender_reputation", "network_reputation")),
    Family("domain", ("domain", "site_author"), ("domain", "domain_reputation", "site_author_reputation")),
    Family("template", ("template",), ("template", "template_reputation")),
    Family("target", ("target",), ("target",)),
    Family("site", ("site",), ("site",)),
    # whose wording it is must be known, too
    *(Family(name, (name, "domain"), (f"{name}_copies",)) for name in ("title", "slug", "excerpt", "page", "bought")),
)
"""Together they ask for every key, and give every part once."""


def _columns() -> dict[str, slice]:
    columns: dict[str, slice] = {}
    start = 0
    for part, unknown in zip(Snapshot._fields, UNKNOWN_SNAPSHOT, strict=True):
        columns[part] = slice(start, start := start + len(unknown))
    return columns


COLUMNS = _columns()
"""Where the numbers of each part stand in a snapshot written as one row of numbers, as `history.packed` does."""
