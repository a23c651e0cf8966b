"""The families of keys by which a history is cut into buckets that know nothing of each other.

What the history knows of a key depends only on linkbacks with that key. So all linkbacks of a key can be replayed by
themselves, and a bucket is a set of keys. Keys that always come together share their buckets: an address lies in one
network, and what a site knows of a domain is about that domain.
"""

from __future__ import annotations

from typing import NamedTuple

from moderator.history.base import Activity, Keys, Snapshot, Standing

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
    Family("network", ("sender", "network"), ("sender", "network", "sender_standing", "network_standing")),
    Family("domain", ("domain", "neighbour"), ("domain", "domain_standing", "neighbour_standing")),
    Family("template", ("template",), ("template", "template_standing")),
    Family("target", ("target",), ("target",)),
    Family("site", ("site",), ("site",)),
)
"""Together they ask for every key and give every part, each once."""


def _columns() -> dict[str, slice]:
    columns: dict[str, slice] = {}
    start = 0
    for part in Snapshot._fields:
        fields = Standing._fields if part.endswith("_standing") else Activity._fields
        columns[part] = slice(start, start := start + len(fields))
    return columns


COLUMNS = _columns()
"""Where the numbers of each part stand in a snapshot written as one row of numbers, as `history.packed` does."""
