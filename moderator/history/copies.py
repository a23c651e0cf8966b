"""How many authors used one wording before, however long ago: one pure function, shared by every history.

Of each wording a history keeps when it was first seen, and the authors that used it as 52 bits: each author's digest
sets one. So a wording takes three numbers, no matter how often it is sent, and two authors are taken for one once in
52 times.

>>> copies_of((100.0, author_bit(7) | author_bit(8)), author_bit(8), 500.0)
Copies(authors=1, age=400.0)
"""

from __future__ import annotations

from collections.abc import Mapping

from moderator.history.base import NO_COPIES, UNKNOWN_COPIES, Copies, Keys

__all__ = ["NEVER_SEEN", "FirstSeen", "author_bit", "copies_of", "first_seen_keys", "snapshot_copies"]

_BITS = 52
"""So that the bits fit in a double as well as in a 64-bit integer."""
FirstSeen = tuple[float, int]
"""When a key was first seen, in seconds since 1970, and the bits of the authors that used it since."""
NEVER_SEEN: FirstSeen = (float("inf"), 0)
"""A key that was never seen."""


def author_bit(author: int | None) -> int:
    """The bit of an author.

    Args:
        author: `Keys.domain`; None: not known, and then no bit.
    """
    return 0 if author is None else 1 << author % _BITS


def first_seen_keys(keys: Keys) -> dict[int, int]:
    """The keys of a linkback whose first date is kept, with the bit of its author; none for what a site knows."""
    bit = author_bit(keys.domain)
    found = {key: bit for key in keys.wordings if key is not None}
    if keys.site_author is not None:
        found[keys.site_author] = 0
    return found


def copies_of(found: FirstSeen, own: int, at: float) -> Copies:
    """What was known of a wording at a moment.

    Args:
        found: When it was first seen, and by whom it was used.
        own: The bit of the author who uses it now.
        at: The moment, in seconds since 1970; nan: not known.
    """
    if at != at:
        return UNKNOWN_COPIES
    first_at, authors = found
    others = authors & ~own
    return Copies(others.bit_count(), at - first_at) if others and first_at < at else NO_COPIES


def snapshot_copies(keys: Keys, found: Mapping[int, FirstSeen], at: float) -> list[Copies]:
    """What was known of the wordings of a linkback, in the order of a `Snapshot`.

    Args:
        keys: Its keys.
        found: Those that were seen before.
        at: When it was received; nan: not known.
    """
    own = author_bit(keys.domain)
    return [UNKNOWN_COPIES if key is None else copies_of(found.get(key, NEVER_SEEN), own, at) for key in keys.wordings]
