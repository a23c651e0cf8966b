"""Looking a host up in all loaded lists at once.

The index is made for serving: three flat arrays, 20 bytes a name (a million names: 20 MB), found by bisection on a
64-bit digest. Names are matched as listed. Nothing is ever reduced to a registrable domain, for that would turn a
listed ``someone.wordpress.com`` into a verdict on all of wordpress.com.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from hashlib import blake2b
from math import inf, nan

import numpy as np

from moderator.domain_lists.base import ListHits
from moderator.domain_lists.formats import Listed, read_list
from moderator.domain_lists.sources import ListKind, ListSource
from moderator.errors import ListError
from moderator.urls import parse_url

__all__ = ["MAX_LISTS", "DomainIndex", "load_lists"]

MAX_LISTS = 64
"""Lists that one index holds: one bit for each."""
REMEMBERED = 4096
"""Hosts whose answers are kept at hand: queues name the same hosts again and again."""
LONGEST = 253
"""Characters of a host name; nothing longer is one."""
DEEPEST = 8
"""Labels of the longest parent that is tried; deeper names are matched only as a whole."""


def _key(host: str) -> bytes:
    return blake2b(host.encode("utf-8", "surrogatepass"), digest_size=8).digest()


class DomainIndex:
    """Where hosts stand in domain lists; immutable, and safe to share between threads and processes.

    >>> index = DomainIndex([(ListKind.BLOCK, [Listed("spam.example", 1)])])
    >>> index.look_up("shop.spam.example").blocked, index.look_up("notspam.example").blocked
    (1.0, 0.0)
    >>> index.look_up("spam.example").rank  # no list of ranks is loaded
    nan
    """

    __slots__ = ("_answers", "_bits", "_keys", "_masks", "_none", "_ranks", "_sorts")

    def __init__(self, lists: Iterable[tuple[ListKind, Iterable[Listed]]]) -> None:
        """Builds the index.

        Args:
            lists: What each list says, and its entries.

        Raises:
            ListError: There are more than `MAX_LISTS` lists.
        """
        digests = bytearray()
        masks = array("Q")
        ranks = array("I")
        sorts: list[ListKind] = []
        for sort, entries in lists:
            if len(sorts) == MAX_LISTS:
                raise ListError(f"more than {MAX_LISTS} domain lists; merge some of them")
            bit = 1 << len(sorts)
            sorts.append(sort)
            for host, rank in entries:
                digests += _key(host)
                masks.append(bit)
                ranks.append(rank if sort is ListKind.RANK else 0)
        self._sorts = tuple(sorts)
        self._bits = {sort: sum(1 << n for n, other in enumerate(sorts) if other is sort) for sort in ListKind}
        self._none = ListHits(
            blocked=self._absent(ListKind.BLOCK),
            allowed=self._absent(ListKind.ALLOW),
            rank=inf if self._bits[ListKind.RANK] else nan,
            shortener=self._absent(ListKind.SHORTENER),
            personal=self._absent(ListKind.PERSONAL),
            own_blocked=self._absent(ListKind.OWN_BLOCK),
            own_allowed=self._absent(ListKind.OWN_ALLOW),
        )
        self._keys, self._masks, self._ranks = _merged(bytes(digests), masks, ranks)
        self._answers: dict[str, ListHits] = {}

    def _absent(self, sort: ListKind) -> float:
        return 0.0 if self._bits[sort] else nan

    def __len__(self) -> int:
        """Distinct names in the index."""
        return len(self._keys)

    @property
    def sorts(self) -> tuple[ListKind, ...]:
        """The sort of each loaded list, in order of loading."""
        return self._sorts

    def look_up(self, host: str, folder: str = "") -> ListHits:
        """Where a host, its ``www.`` twin, or one of its parents as listed stands.

        The owner's lists speak of authors. Blocking a name blocks all below it; allowing a name allows that author
        alone, and neither the folders of other people on the host nor other customers of a platform.

        Args:
            host: Lower case, IDNA; an IP literal without brackets. Empty: stands nowhere.
            folder: The part of the path that names an author, as ``/~user``; empty: none does.

        Returns:
            What the lists say; nan for each sort of which no list is loaded.
        """
        if len(host) > LONGEST:
            return self._none
        asked = host + folder
        known = self._answers.get(asked)
        if known is None:
            if len(self._answers) >= REMEMBERED:
                self._answers.clear()
            known = self._answers[asked] = self._find(host, folder)
        return known

    def _find(self, host: str, folder: str) -> ListHits:
        if not self._keys or not host:
            return self._none
        mask, rank = self._named(_names(host))
        own_allow = self._bits[ListKind.OWN_ALLOW]
        if folder:
            theirs, _ = self._named([name + folder for name in _names(host)])
            mask = mask & ~own_allow | theirs & (own_allow | self._bits[ListKind.OWN_BLOCK])
        elif mask & own_allow:
            theirs, _ = self._named(_names_of_author(host))
            mask = mask & ~own_allow | theirs & own_allow
        return self._hits(mask, rank) if mask else self._none

    def _named(self, names: list[str]) -> tuple[int, int]:
        """The lists that hold one of these names, as bits, and the best rank among them; 0: none."""
        keys = self._keys
        mask = rank = 0
        for name in names:
            key = int.from_bytes(_key(name), "little")
            at = bisect_left(keys, key)
            if at < len(keys) and keys[at] == key:
                mask |= self._masks[at]
                found = self._ranks[at]
                if found and (not rank or found < rank):
                    rank = found
        return mask, rank

    def _hits(self, mask: int, rank: int) -> ListHits:
        bits, none = self._bits, self._none

        def named(sort: ListKind, absent: float) -> float:
            return 1.0 if mask & bits[sort] else absent

        blocks = bits[ListKind.BLOCK]
        return ListHits(
            blocked=(mask & blocks).bit_count() / blocks.bit_count() if blocks else nan,
            allowed=named(ListKind.ALLOW, none.allowed),
            rank=float(rank) if rank else none.rank,
            shortener=named(ListKind.SHORTENER, none.shortener),
            personal=named(ListKind.PERSONAL, none.personal),
            own_blocked=named(ListKind.OWN_BLOCK, none.own_blocked),
            own_allowed=named(ListKind.OWN_ALLOW, none.own_allowed),
        )


def _names_of_author(host: str) -> list[str]:
    """The names of a host that are no platform's and no public suffix."""
    shared = len(parse_url(f"//{host}/").suffix)
    bare = host.removeprefix("www.")
    return [name for name in _names(host) if len(name) > shared or name == bare]


def _names(host: str) -> list[str]:
    """Every name under which the host may be listed; single labels are never listed."""
    names = [host]
    if ":" in host or host[-1].isdigit():
        return names
    if not host.startswith("www."):
        names.append("www." + host)
    dots = [at for at, char in enumerate(host) if char == "."]
    names += [host[at + 1 :] for at in dots[-DEEPEST:-1]]
    return names


def _merged(digests: bytes, masks: array[int], ranks: array[int]) -> tuple[array[int], array[int], array[int]]:
    """Sorts by digest and joins what several lists say of one name: all their bits, its best rank."""
    keys = np.frombuffer(digests, dtype="<u8")
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.empty(0, np.intp)
    top = np.iinfo(np.uint32).max
    bits = np.frombuffer(masks, dtype=np.uint64)[order]
    places = np.frombuffer(ranks, dtype=np.uint32)[order]
    places = np.where(places == 0, top, places)
    if len(starts):
        keys, bits = keys[starts], np.bitwise_or.reduceat(bits, starts)
        places = np.minimum.reduceat(places, starts)
    places = np.where(places == top, 0, places)
    return (
        array("Q", keys.astype(np.uint64).tobytes()),
        array("Q", bits.astype(np.uint64).tobytes()),
        array("I", places.astype(np.uint32).tobytes()),
    )


def load_lists(sources: Iterable[ListSource]) -> DomainIndex:
    """Reads lists into one index.

    Args:
        sources: The lists; none gives an index that answers nan to everything.

    Raises:
        ListError: One of them cannot be read, or they are too many; the message names the path.
    """
    own = (ListKind.OWN_BLOCK, ListKind.OWN_ALLOW)
    return DomainIndex(
        (source.sort, read_list(source.path, source.format, authors=source.sort in own).entries) for source in sources
    )
