"""The stream: all senders' linkbacks merged in time order, without ever holding more than a slice of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from random import Random
from typing import Any, Final

from datasets.blogosphere.dice import Loaded, seeded, stretched
from datasets.blogosphere.honest import SORTS, honest_linkback
from datasets.blogosphere.lexicon import LEXICONS
from datasets.blogosphere.occasions import OCCASIONS, SIZES
from datasets.blogosphere.pages.reading import Page, PageReader
from datasets.blogosphere.rows import label_delay, look_at, page_of, row_of
from datasets.blogosphere.sent import Campaign, Plan, Sent, SpamSort
from datasets.blogosphere.spammers import SPAMMERS
from datasets.blogosphere.world import World

__all__ = ["KINDS", "START", "generate", "generate_with_pages"]

KINDS: Final = {"pingback": 0.45, "trackback": 0.4, "webmention": 0.15}
"""Kinds, by share; alike in both classes, so that the kind alone is no answer."""
START: Final = datetime(2024, 1, 1, tzinfo=UTC)
SLICE: Final = 20_000
"""Linkbacks that are planned and sorted at once."""
OCCASIONAL: Final = 0.12
"""Share of the honest linkbacks that come many at once."""
DAY: Final = 86400.0
Event = tuple[int, int, Campaign | None, int]
"""Whole seconds since 1970, order of planning, campaign (None: a single honest linkback), number within it."""


def generate(
    seed: int,
    linkbacks: int,
    *,
    spam: float = 0.6,
    kinds: Mapping[str, float] = KINDS,
    checked: float = 0.7,
    unlabelled: float = 0.15,
    flipped: float = 0.0,
    sites: int | None = None,
    days: float | None = None,
    start: datetime = START,
    split: str = "train",
) -> Iterator[dict[str, Any]]:
    """Generates linkbacks in time order; the same arguments give the same rows on every machine.

    Where a source was looked at, its page is made, and fetched and read by the library itself; that takes some
    milliseconds a row, so a queue of millions is better generated with ``checked=0``.

    Args:
        seed: Makes the world and all that happens in it.
        linkbacks: How many; 0 gives none.
        spam: Share of spam, 0 to 1; kept exactly.
        kinds: Share of each kind, in both classes.
        checked: Share of rows whose source page was looked at; others say so. It changes nothing else in the rows.
        unlabelled: Share of rows that nobody ever labels.
        flipped: Share of the labels that are wrong.
        sites: Receiving sites; None: one for 2,500 linkbacks, at least 4 and at most 400.
        days: Length of the period; None: 180, and more where a site would get more than 60 linkbacks a day.
        start: Begin of the period, aware. Campaigns that begin near its end go on after it.
        split: ``train`` or ``test``: two worlds whose people share neither words, names, wares nor page templates. The
            default model is made of the first; nothing is ever made of the second.

    Yields:
        Rows with the columns of `COLUMNS`; dates as ISO 8601 in UTC, ``""`` for what is not known, the evidence as a
        dict. Rows of the same second are in the order of their ids.

    Raises:
        ValueError: A share is outside 0 to 1, a kind or split is unknown, or a number is negative.
    """
    _check(linkbacks, kinds, {"spam": spam, "checked": checked, "unlabelled": unlabelled, "flipped": flipped}, split)
    world, days = _world(seed, linkbacks, sites, days, split)
    stream = _stream(seed, linkbacks, spam, kinds, checked, unlabelled, flipped, world, days, start.timestamp())
    return (row for row, _, _ in _looked_at(stream, split))


def generate_with_pages(
    seed: int,
    linkbacks: int,
    *,
    spam: float = 0.6,
    kinds: Mapping[str, float] = KINDS,
    unlabelled: float = 0.15,
    sites: int | None = None,
    days: float | None = None,
    start: datetime = START,
    split: str = "train",
) -> Iterator[tuple[dict[str, Any], Page, str]]:
    """Generates linkbacks that nobody has looked at yet, each with the page behind it and what it truly is.

    The arguments are those of `generate`. It is what a blog sees at receipt, so its own post is always known, also
    where its exports do not keep it.

    Yields:
        The row, the page at its source as it is from receipt on, and ``ham`` or ``spam``.

    Raises:
        ValueError: As for `generate`.
    """
    _check(linkbacks, kinds, {"spam": spam, "unlabelled": unlabelled}, split)
    world, days = _world(seed, linkbacks, sites, days, split)
    stream = _stream(seed, linkbacks, spam, kinds, 0.0, unlabelled, 0.0, world, days, start.timestamp())
    return (
        (
            {**row, "target_title": sent.post.title, "target_text": sent.post.text},
            page_of(sent, split, row["id"]),
            truth,
        )
        for row, sent, truth, _ in stream
    )


def _world(seed: int, linkbacks: int, sites: int | None, days: float | None, split: str) -> tuple[World, float]:
    sites = sites or min(max(linkbacks // 2500, 4), 400)
    return World(seed, sites, 1500 * sites, split), days or max(180.0, linkbacks / (60 * sites))


def _looked_at(
    stream: Iterator[tuple[dict[str, Any], Sent, str, bool]], split: str
) -> Iterator[tuple[dict[str, Any], Sent, str]]:
    """The rows, with evidence where somebody looked."""
    reader = PageReader()
    for row, sent, truth, looked in stream:
        if looked:
            received = datetime.fromisoformat(row["received_at"])
            row = look_at(reader, row, page_of(sent, split, row["id"]), int(received.timestamp()))
        yield row, sent, truth


def _check(linkbacks: int, kinds: Mapping[str, float], shares: Mapping[str, float], split: str) -> None:
    if linkbacks < 0:
        raise ValueError(f"linkbacks must be 0 or more, not {linkbacks}")
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise ValueError(f"{name} must be a share from 0 to 1, not {share}")
    if split not in LEXICONS:
        raise ValueError(f"split must be one of {', '.join(LEXICONS)}, not {split!r}")
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown or not sum(kinds.values()) > 0 or min(kinds.values()) < 0:
        raise ValueError(f"kinds must be shares of {', '.join(KINDS)}, not {dict(kinds)}")


def _stream(
    seed: int,
    linkbacks: int,
    spam: float,
    kinds: Mapping[str, float],
    checked: float,
    unlabelled: float,
    flipped: float,
    world: World,
    days: float,
    start: float,
) -> Iterator[tuple[dict[str, Any], Sent, str, bool]]:
    """The rows without evidence, what was sent, what it truly is, and whether somebody looks."""
    planner = _Planner(seeded(seed, "plan"), world, kinds, linkbacks, spam)
    rng = seeded(seed, "rows")
    second = days * DAY / max(linkbacks, 1)
    slices = max(ceil(linkbacks / SLICE), 1)
    waiting: list[Event] = []
    index = 0
    for part in range(slices):
        first, last = linkbacks * part // slices, linkbacks * (part + 1) // slices
        end = start + last * second
        waiting += planner.events(first, last, start + first * second, end)
        waiting.sort(key=_order)
        done = len(waiting) if part == slices - 1 else _before(waiting, end)
        for at, _, campaign, n in waiting[:done]:
            sort, sent, label = _sent(rng, world, planner, campaign, n, at)
            wrong = rng.random() < flipped
            shown_label = label if not wrong else "ham" if label == "spam" else "spam"
            delay = label_delay(rng, unlabelled)
            looked = rng.random() < checked
            row = row_of(rng, sent, at, id=f"g{seed}-{index:09d}", label=shown_label, delay=delay)
            row["sender_sort"] = sort
            row["campaign"] = 0 if campaign is None else campaign.number
            yield row, sent, label, looked
            index += 1
        del waiting[:done]


def _order(event: Event) -> tuple[int, int]:
    return event[0], event[1]


def _before(events: list[Event], end: float) -> int:
    """How many of the sorted events come before a moment."""
    count = len(events)
    while count and events[count - 1][0] >= end:
        count -= 1
    return count


def _sent(
    rng: Random, world: World, planner: _Planner, campaign: Campaign | None, n: int, at: int
) -> tuple[str, Sent, str]:
    """The sort of sender, what is sent, and what it truly is."""
    if campaign is None:
        sort, sent = honest_linkback(rng, world, SORTS.roll(rng), planner.kinds.roll(rng), float(at))
        return sort, sent, "ham"
    return campaign.sort, campaign.send(rng, n, float(at)), campaign.label


@dataclass
class _Planner:
    """Decides who sends in a slice; the only state that outlives a slice is what it counts here."""

    rng: Random
    world: World
    shares: Mapping[str, float]
    linkbacks: int
    spam: float
    kinds: Loaded[str] = field(init=False)
    campaigns: int = 0
    planned: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    """Spam planned so far, by kind and by sort."""

    def __post_init__(self) -> None:
        total = sum(self.shares.values())
        self.shares = {kind: share / total for kind, share in self.shares.items()}
        self.kinds = Loaded(self.shares)
        self.largest = max(3, int(self.linkbacks * self.spam / 12))

    def events(self, first: int, last: int, start: float, end: float) -> list[Event]:
        """The events that begin in a slice: the linkbacks ``first`` to ``last``, from ``start`` to ``end``."""
        spam = round(self.spam * last) - round(self.spam * first)
        honest = last - first - spam
        events: list[Event] = []
        together = int(honest * OCCASIONAL)
        while together > 0:
            size = min(stretched(self.rng, *SIZES), together)
            occasion = OCCASIONS.roll(self.rng)
            self._add(events, occasion(self._plan(self.kinds.roll(self.rng), size, start, end)))
            together -= size
        for _ in range(honest - int(honest * OCCASIONAL)):
            self.planned += 1
            events.append((int(start + (end - start) * self.rng.random()), self.planned, None, 0))
        while spam > 0:
            kind, spammer = self._due()
            size = min(stretched(self.rng, *spammer.sizes), self.largest, spam)
            self.sent[kind] += size
            self.sent[spammer.name] += size
            self._add(events, spammer.plan(self._plan(kind, size, start, end)))
            spam -= size
        return events

    def _due(self) -> tuple[str, SpamSort]:
        """The kind, and among the sorts that use it the one, that is furthest behind its share."""
        total = sum(self.sent[kind] for kind in self.kinds.faces) + 1
        kind = max(self.kinds.faces, key=lambda kind: self.shares[kind] * total - self.sent[kind])
        users = [spammer for spammer in SPAMMERS if kind in spammer.kinds]
        return kind, max(users, key=lambda spammer: spammer.share * total - self.sent[spammer.name])

    def _plan(self, kind: str, size: int, start: float, end: float) -> Plan:
        self.campaigns += 1
        at = start + (end - start) * self.rng.random()
        return Plan(self.rng, self.world, self.campaigns, kind, size, at)

    def _add(self, events: list[Event], campaign: Campaign) -> None:
        for n, at in enumerate(campaign.times):
            self.planned += 1
            events.append((int(at), self.planned, campaign, n))
