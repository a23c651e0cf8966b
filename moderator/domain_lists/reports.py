"""What publishers say together about one linkback: its author, its wording and its page, weighed by trust. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from moderator.domain_lists.feed import FeedEntry
from moderator.domain_lists.trust import TRUSTED, Publisher, copying_groups
from moderator.urls import Url

__all__ = ["NO_REPORTS", "PublisherReports", "ReportSource", "Reports", "Statement", "reported_names"]


class Statement(NamedTuple):
    """What one publisher says that fits a linkback."""

    publisher: str
    """What the owner calls it."""
    trusted: float
    """How far it is trusted, 0 to 1."""
    about: str
    """``author``, ``wording`` or ``page``."""
    entry: FeedEntry
    """The author on whom it is filed, with counts and last day."""


class Reports(NamedTuple):
    """What publishers say of one linkback together."""

    spam: tuple[float, ...] = ()
    """For each independent publisher that reports spam, how much its report weighs, 0 to 1, the strongest first."""
    ham: float = 0.0
    """Sum of the weights of those that report ham of its author; it is shown, and can keep it from being called spam
    for reports, but never lowers a score."""
    confirmed: bool = False
    """Whether at least two independent publishers that are trusted, and more than half of all that are, report spam,
    and none that is trusted reports ham."""
    said_by: tuple[str, ...] = ()
    """Who reports spam, the strongest first; of publishers that copy each other one."""


NO_REPORTS = Reports()
"""Nobody says anything."""


class ReportSource(Protocol):
    """Answers what publishers say of a linkback; it can be sent to other processes."""

    def about(self, authors: Sequence[str], wording: int | None, page: int | None) -> Reports:
        """See `PublisherReports.about`."""
        ...


class PublisherReports:
    """Answers what publishers say together.

    Args:
        publishers: Their lists, with how far each is trusted; names must be distinct.

    >>> from datetime import date
    >>> friend = Publisher("a friend", (FeedEntry("pills.example", 4, 0, date(2026, 1, 2)),), pinned=True)
    >>> PublisherReports([friend]).about(["pills.example"], None, None).said_by
    ('a friend',)
    """

    def __init__(self, publishers: Sequence[Publisher] = ()) -> None:
        self._names = tuple(one.name for one in publishers)
        self._weights = tuple(one.weight for one in publishers)
        self._groups = copying_groups(publishers)
        self._trusted = len(
            {group for group, weight in zip(self._groups, self._weights, strict=True) if weight >= TRUSTED}
        )
        self._authors: dict[str, list[tuple[int, FeedEntry]]] = {}
        self._prints: dict[tuple[str, str], list[tuple[int, FeedEntry]]] = {}
        for place, one in enumerate(publishers):
            if not self._weights[place]:
                continue
            for entry in one.entries:
                said = (place, entry)
                self._authors.setdefault(entry.author, []).append(said)
                for about, prints in (("wording", entry.wordings), ("page", entry.pages)):
                    for found in prints:
                        self._prints.setdefault((about, found), []).append(said)

    @property
    def weights(self) -> dict[str, float]:
        """How far each publisher is trusted, 0 to 1, by name."""
        return dict(zip(self._names, self._weights, strict=True))

    @property
    def empty(self) -> bool:
        """Whether nobody who is trusted at all says anything."""
        return not self._authors

    def about(self, authors: Sequence[str], wording: int | None, page: int | None) -> Reports:
        """What they say of a linkback; each independent publisher counts once, with its strongest word.

        Args:
            authors: Names of its author: host and folder, and where its redirects led; see `FeedEntry.author`.
            wording: Fingerprint of what was sent; None: nothing was.
            page: Fingerprint of its page's main text; None: not known.
        """
        if not self._authors:
            return NO_REPORTS
        spam: dict[int, tuple[float, float, str]] = {}
        ham: dict[int, tuple[float, float]] = {}
        for place, about, entry in self._found(authors, wording, page):
            group, weight = self._groups[place], self._weights[place]
            report = (weight * _sure(entry.spam, entry), weight, self._names[place])
            if report[0] and report > spam.get(group, (0.0, 0.0, "")):
                spam[group] = report
            praise = (weight * _sure(entry.ham, entry), weight)
            if about == "author" and praise[0] and praise > ham.get(group, (0.0, 0.0)):
                ham[group] = praise
        if not (spam or ham):
            return NO_REPORTS
        strongest = sorted(spam.values(), key=lambda report: (-report[0], report[2]))
        agreeing = sum(weight >= TRUSTED for _, weight, _ in strongest)
        contradicted = any(weight >= TRUSTED for _, weight in ham.values())
        return Reports(
            spam=tuple(report for report, _, _ in strongest),
            ham=sum(praise for praise, _ in ham.values()),
            confirmed=agreeing >= 2 and 2 * agreeing > self._trusted and not contradicted,
            said_by=tuple(name for _, _, name in strongest),
        )

    def statements(self, authors: Sequence[str], wording: int | None, page: int | None) -> tuple[Statement, ...]:
        """Each publisher's word on a linkback, for people to read, the most trusted first; see `about`."""
        said = {
            (place, about): Statement(self._names[place], self._weights[place], about, entry)
            for place, about, entry in reversed(self._found(authors, wording, page))
        }
        return tuple(sorted(said.values(), key=lambda one: (-one.trusted, one.publisher, one.about)))

    def _found(self, authors: Sequence[str], wording: int | None, page: int | None) -> list[tuple[int, str, FeedEntry]]:
        found = [
            (place, "author", entry)
            for author in dict.fromkeys(authors)
            for place, entry in self._authors.get(author, ())
        ]
        for about, fingerprint in (("wording", wording), ("page", page)):
            if fingerprint is not None:
                key = (about, f"{fingerprint & 0xFFFFFFFFFFFFFFFF:016x}")
                found += [(place, about, entry) for place, entry in self._prints.get(key, ())]
        return found


def reported_names(source: Url, final: Url | None = None) -> tuple[str, ...]:
    """Under which names publishers may know a source's author, and the one where its redirects led.

    Its host and folder, and its registrable domain: who is reported as ``pills.example`` is meant at
    its subdomains, too. What is said of a host does not mean the authors of its folders.

    >>> from moderator.urls import parse_url
    >>> reported_names(parse_url("https://www.shop.example.org/buy"))
    ('shop.example.org', 'example.org')
    """
    urls = (source,) if final is None else (source, final)
    names = [name for url in urls if url.host for name in (url.host + url.folder, url.author)]
    return tuple(dict.fromkeys(name.removeprefix("www.") for name in names))


def _sure(count: int, entry: FeedEntry) -> float:
    """How much some of an entry's decisions say: few little, contradicted ones less, the owner's own most."""
    total = entry.spam + entry.ham
    return count / (count + 1.0) * count / total * (0.5 + 0.5 * entry.sure) if count else 0.0
