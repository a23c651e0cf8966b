"""The one order in which linkbacks and labels meet the history: reveal labels, snapshot, extract, record.

A live check, a queue and training all go through `Replay`, so a feature can never see its own future. Labels have a
clock of their own: a label that came with a case becomes visible to later cases only from its ``labelled_at``.

Only `Timeline` needs the order. The keys before it and the features after it can be computed anywhere.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from math import nan
from typing import NamedTuple

from moderator.features.context import FeatureContext
from moderator.features.extractor import Extractor
from moderator.features.row import FeatureRow
from moderator.history.base import Entry, History, Keys, Snapshot, is_verified, judged_keys
from moderator.history.keys import keys_of
from moderator.records import Case, Decision, Label, Linkback, LinkEvidence
from moderator.urls import parse_url

__all__ = [
    "HistoryEvent",
    "Replay",
    "ScoredInput",
    "SeenPage",
    "Timeline",
    "UnseenPage",
    "history_event_of",
    "keys_of_case",
    "received",
    "scored_input_of",
    "with_evidence",
    "with_label_date",
    "with_page",
    "with_snapshot",
]

_NOT_CHECKED = LinkEvidence()
_PARTS_OF_SEEN = {
    "domain": ("domain", "domain_reputation"),
    "site_author": ("site_author_reputation",),
    "title": ("title_copies",),
    "page": ("page_copies",),
    "bought": ("bought_copies",),
}
"""Keys that a look at the page may change, and what a snapshot knows under them."""


class ScoredInput(NamedTuple):
    """A case with its features: what the classifier scores."""

    case: Case
    keys: Keys
    at: float
    """When it was received, in seconds since 1970; nan: not known."""
    context: FeatureContext
    row: FeatureRow


class UnseenPage(NamedTuple):
    """A case whose source page is to be looked at."""

    case: Case
    keys: Keys
    at: float
    """When it was received, in seconds since 1970; nan: not known."""
    earlier: LinkEvidence | None = None
    """What an earlier look showed that still counts; None: there was none."""


class SeenPage(NamedTuple):
    """What a source page shows."""

    evidence: LinkEvidence
    keys: Keys
    """The case's keys with it: the page's words and the author at its final address are among them."""
    snapshot: Snapshot | None
    """What the history knows under these keys; None: they are those of before."""


class HistoryEvent(NamedTuple):
    """The part of a case that must meet the history in order. It can be made in any process and sent."""

    keys: Keys
    at: float
    """When it was received, in seconds since 1970; nan: not known."""
    id: str
    """The linkback's id."""
    label: Label | None
    """What the owner said of it; None: nothing."""
    labelled_at: float
    """When, in seconds since 1970; nan: not known, and then the label never becomes visible."""
    linkback: Linkback | None = None
    """What was sent; None: the history need not keep it whole."""
    evidence: LinkEvidence | None = None
    """What its page showed; None: as for `linkback`."""
    verified: bool = False
    """Whether its source is verified, so that a label counts for its author; see `is_verified`."""


def history_event_of(case: Case, *, whole: bool = True) -> HistoryEvent:
    """The history event of a case.

    Args:
        case: The case.
        whole: Whether the history is to keep the linkback whole, or only what counts for later cases.
    """
    linkback = case.linkback
    keys, labelled_at = keys_of_case(case), nan if case.labelled_at is None else case.labelled_at.timestamp()
    kept = (linkback, case.evidence) if whole else (None, None)
    verified = is_verified(case.evidence)
    return HistoryEvent(keys, received(case), linkback.id, case.label, labelled_at, kept[0], kept[1], verified)


def with_label_date(case: Case, delay: timedelta) -> Case:
    """The case with a date for its label; a date before receipt does not count.

    Args:
        case: The case.
        delay: How long after receipt a label without a date counts as given.
    """
    received = case.linkback.received_at
    if case.label is None or received is None or (case.labelled_at is not None and case.labelled_at >= received):
        return case
    return replace(case, labelled_at=received + delay)


def received(case: Case) -> float:
    """When a case was received, in seconds since 1970; nan: not known."""
    at = case.linkback.received_at
    return nan if at is None else at.timestamp()


def keys_of_case(case: Case) -> Keys:
    """The keys under which the history counts a case."""
    linkback = case.linkback
    source, target = parse_url(linkback.source_url), parse_url(linkback.target_url)
    return keys_of(linkback, source, target, case.evidence, case.post)


def scored_input_of(case: Case, keys: Keys, snapshot: Snapshot, extractor: Extractor) -> ScoredInput:
    """A case with its features, given what the history knew before it."""
    context = extractor.context(case, snapshot)
    return ScoredInput(case, keys, received(case), context, extractor.extract(context))


def with_evidence(
    known: ScoredInput, evidence: LinkEvidence, extractor: Extractor, snapshot: Snapshot | None = None
) -> ScoredInput:
    """The same input with what the source page shows; only the features that read it are computed again.

    Args:
        known: A case with its features.
        evidence: What its page shows.
        extractor: The features.
        snapshot: What the history knew, given this evidence; None: the same as before.
    """
    context, row = extractor.with_evidence(known.context, known.row, evidence, snapshot)
    return known._replace(case=replace(known.case, evidence=evidence), context=context, row=row)


def with_snapshot(known: ScoredInput, snapshot: Snapshot, extractor: Extractor) -> ScoredInput:
    """The same input, had the history known this; only the features that read it are computed again."""
    context, row = extractor.with_snapshot(known.context, known.row, snapshot)
    return known._replace(context=context, row=row)


def with_page(known: ScoredInput, page: SeenPage, extractor: Extractor) -> ScoredInput:
    """The same input with what the source page shows, and what the history knows of its words and its author."""
    if page.snapshot is None:
        return with_evidence(known, page.evidence, extractor)
    anew = {
        part: getattr(page.snapshot, part)
        for name, parts in _PARTS_OF_SEEN.items()
        if getattr(page.keys, name) != getattr(known.keys, name)
        for part in parts
    }
    snapshot = known.context.snapshot._replace(**anew)
    return with_evidence(known, page.evidence, extractor, snapshot)._replace(keys=page.keys)


class Timeline:
    """Takes events, in order of receipt, to a history; undated ones may stand anywhere.

    For each event `snapshot` comes first, then `record`; `snapshot_and_record` does both.

    Args:
        history: The memory.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._queued: list[tuple[float, str, int, Keys, Label]] = []
        self._labels = count()
        self._revealed: list[tuple[float, str, int, Keys, Label]] | None = None
        """Labels revealed within `all_or_nothing`; None: outside of it."""

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """A block after whose failure labels wait as before it: a history's transaction takes back its writes alike."""
        first, self._revealed = next(self._labels), []
        try:
            yield
        except BaseException:
            # those queued within the block have later numbers
            self._queued = [label for label in (*self._queued, *self._revealed) if label[2] < first]
            heapq.heapify(self._queued)
            raise
        finally:
            self._revealed = None

    def snapshot_and_record(self, event: HistoryEvent) -> Snapshot:
        """What the history knew before an event, which it then records."""
        keys, at, id, label, labelled_at, linkback, evidence, verified = event
        snapshot = self.snapshot(keys, at, id)
        if linkback is None:
            linkback = Linkback(source_url="", target_url="", id=id)
        self._history.observe(Entry(linkback, keys, at, evidence or _NOT_CHECKED))
        self.queue_label(judged_keys(keys, verified=verified), id, label, labelled_at)
        return snapshot

    def snapshot(self, keys: Keys, at: float, id: str) -> Snapshot:
        """What the history knows at a moment, after the labels that had been given by then.

        Args:
            keys: The case's keys.
            at: When it was received, in seconds since 1970; nan: not known, and then no label is revealed.
            id: The linkback's id.
        """
        self.reveal_labels(at)
        return self._history.snapshot(keys, at, id)

    def seen_page(self, unseen: UnseenPage, evidence: LinkEvidence) -> SeenPage:
        """What the history knows of a page that was looked at now; of no account for what does not change keys."""
        case = replace(unseen.case, evidence=evidence)
        keys = keys_of_case(case)
        known = None if keys == unseen.keys else self.snapshot(keys, unseen.at, case.linkback.id)
        return SeenPage(evidence, keys, known)

    def record(self, entry: Entry, label: Label | None = None, labelled_at: float = nan) -> None:
        """Adds a case to the history, and queues its label until its time comes.

        Args:
            entry: The case, as the history is to keep it.
            label: What the owner said of it; None: nothing.
            labelled_at: When, in seconds since 1970; nan: not known, and then the label never becomes visible.
        """
        self._history.observe(entry)
        self.queue_label(entry.judged_keys, entry.linkback.id, label, labelled_at)

    def queue_label(self, keys: Keys, id: str, label: Label | None, labelled_at: float) -> None:
        """Queues a label until its time comes.

        Args:
            keys: The keys for which it will count.
            id: The linkback's id; labels that were given at one moment are counted in order of their ids.
            label: What the owner said; None: nothing.
            labelled_at: When, in seconds since 1970; nan: not known, and then the label never becomes visible.
        """
        if label is not None and labelled_at == labelled_at:
            heapq.heappush(self._queued, (labelled_at, id, next(self._labels), keys, label))

    def reveal_labels(self, at: float) -> None:
        """Tells the history the labels that had been given by a moment; nan (not known) reveals none."""
        while self._queued and self._queued[0][0] <= at:
            queued = heapq.heappop(self._queued)
            if self._revealed is not None:
                self._revealed.append(queued)
            labelled_at, _, _, keys, label = queued
            self._history.judge(keys, label, labelled_at)


class Replay:
    """Cases in order of receipt, with a history and features.

    Args:
        history: The memory.
        extractor: The features.
    """

    def __init__(self, history: History, extractor: Extractor) -> None:
        self.timeline = Timeline(history)
        """For cases whose features are computed elsewhere."""
        self._extractor = extractor

    def extract(self, case: Case) -> ScoredInput:
        """The features of a case, against what the history knew before it; the case is not recorded."""
        keys = keys_of_case(case)
        snapshot = self.timeline.snapshot(keys, received(case), case.linkback.id)
        return scored_input_of(case, keys, snapshot, self._extractor)

    def see(self, known: ScoredInput, evidence: LinkEvidence) -> ScoredInput:
        """The same input with what the source page shows.

        The page's words, and the author at its final address, are keys: what the history knew of those is read anew.
        """
        page = self.timeline.seen_page(UnseenPage(known.case, known.keys, known.at), evidence)
        return with_page(known, page, self._extractor)

    def record(self, scored: ScoredInput, decision: Decision | None = None) -> None:
        """Adds a case and what was decided of it to the history, and queues its label until its time comes."""
        case = scored.case
        labelled_at = nan if case.labelled_at is None else case.labelled_at.timestamp()
        self.timeline.record(
            Entry(case.linkback, scored.keys, scored.at, case.evidence, decision), case.label, labelled_at
        )

    def snapshot_and_record(self, case: Case) -> tuple[Keys, Snapshot]:
        """Records a case without computing its features.

        Returns:
            Its keys, and what the history knew before it.
        """
        event = history_event_of(case)
        return event.keys, self.timeline.snapshot_and_record(event)

    def extract_and_record(self, case: Case) -> ScoredInput:
        """Records a case and computes its features; where they fail, the case is recorded all the same."""
        return scored_input_of(case, *self.snapshot_and_record(case), self._extractor)
