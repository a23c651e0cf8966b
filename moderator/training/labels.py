"""Labelled linkbacks from several exports and from the history, as one clean list in order of time.

Exports overlap: a blog's backup and its moderation queue hold the same linkbacks, and a person may have decided twice.
Every correction is counted, for the model's card and for the owner.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from moderator.errors import TrainingError
from moderator.history.base import History
from moderator.records import LABEL_DELAY, Case, Label, LinkStatus, Post
from moderator.replay import with_label_date
from moderator.urls import canonical

__all__ = ["FEWEST", "LabelCounts", "LabelSummary", "LabelledCases", "gather", "history_cases", "require_trainable"]

FEWEST = 20
"""Ham, and spam, without which training is refused: the last slices would hold no more than three of them."""


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """What came in, and what was put right."""

    rows: dict[str, int] = field(default_factory=dict)
    """Rows read, by export."""
    ham: int = 0
    """Linkbacks that are ham, each counted once."""
    spam: int = 0
    unlabelled: int = 0
    """Linkbacks that nobody decided about; they are part of the history only."""
    repeated: int = 0
    """Rows that hold a linkback which another row holds too."""
    settled: int = 0
    """Linkbacks called ham and spam whose latest label counts."""
    contradicted: int = 0
    """Linkbacks called ham and spam with no telling which came last; their labels are dropped."""
    undated: int = 0
    """Labelled linkbacks without a date of receipt."""
    assumed: int = 0
    """Labels without a date, or with one before receipt, which count as given some time after receipt."""


@dataclass(frozen=True, slots=True)
class LabelSummary:
    """Counts and digest of labelled cases, without the cases."""

    counts: LabelCounts
    delay: timedelta
    """How long after receipt a label without a date counts as given."""
    digest: str
    """SHA-256 over linkbacks, labels and times; the same for the same exports in any order; empty: not computed."""

    def card(self) -> dict[str, Any]:
        """The entry in the model's card."""
        return {
            **asdict(self.counts),
            "digest": self.digest,
            "label_delay_seconds": self.delay.total_seconds(),
            "label_delay_rule": "a label without a date counts as given this long after receipt",
        }


@dataclass(frozen=True, slots=True)
class LabelledCases:
    """Clean cases, in order of receipt, equal times by id; undated ones come first."""

    cases: tuple[Case, ...]
    counts: LabelCounts
    delay: timedelta
    """How long after receipt a label without a date counts as given."""

    def summary(self) -> LabelSummary:
        """Their counts and digest."""
        return LabelSummary(self.counts, self.delay, self._digest())

    def _digest(self) -> str:
        whole = hashlib.sha256()
        for case in self.cases:
            back = case.linkback
            said = (back.id, back.kind, back.source_url, back.target_url, back.title, back.excerpt, back.blog_name)
            when = (back.sender_ip, back.received_at, case.label, case.labelled_at, case.evidence)
            whole.update(repr((said, when, case.post)).encode("utf-8", "surrogatepass"))
        return whole.hexdigest()


class _Row(NamedTuple):
    export: str
    case: Case


def gather(exports: Mapping[str, Iterable[Case]], *, delay: timedelta = LABEL_DELAY) -> LabelledCases:
    """Reads exports, resolves what they hold twice, and puts it in order of time.

    Two rows are the same linkback when they share id, source and target, or kind, source, target and text. The
    latest label of a linkback counts. A repetition that was received at another moment was really sent again: it
    stays, without a label, as part of what the history knew.

    Args:
        exports: Cases by the export's name.
        delay: How long after receipt a label without a date counts as given.

    Returns:
        The cases, some perhaps without a label, and the counts; nothing in, nothing out.
    """
    rows: dict[str, int] = {}
    posts: dict[Post, Post] = {}  # exports repeat a post with each of its linkbacks: one copy will do
    groups: list[list[_Row]] = []
    places: dict[object, int] = {}
    for name, cases in exports.items():
        rows[name] = 0
        for case in cases:
            rows[name] += 1
            if case.post is not None:
                case = replace(case, post=posts.setdefault(case.post, case.post))
            keys = _sameness(case)
            place = next((places[key] for key in keys if key in places), len(groups))
            if place == len(groups):
                groups.append([])
            groups[place].append(_Row(name, case))
            for key in keys:
                places.setdefault(key, place)
    return _resolved(groups, rows, delay)


def _sameness(case: Case) -> tuple[object, object]:
    back = case.linkback
    source, target = canonical(back.source_url) or back.source_url, canonical(back.target_url) or back.target_url
    text = hashlib.blake2b("\0".join((back.title, back.excerpt, back.blog_name)).encode("utf-8", "surrogatepass"))
    return (back.id, source, target), (back.kind, source, target, text.digest())


def _resolved(groups: list[list[_Row]], rows: dict[str, int], delay: timedelta) -> LabelledCases:
    kept: list[_Row] = []
    settled = contradicted = 0
    for group in groups:
        label, at, argued = _last_word([row.case for row in group])
        settled += argued and label is not None
        contradicted += argued and label is None
        kept += _once(group, label, at)
    distinct = _distinct(kept)
    cases = [with_label_date(case, delay) for case in distinct]
    assumed = sum(case is not other for case, other in zip(cases, distinct, strict=True))
    cases.sort(key=_order)
    labelled = [case for case in cases if case.label is not None]
    counts = LabelCounts(
        rows=rows,
        ham=sum(case.label is Label.HAM for case in labelled),
        spam=sum(case.label is Label.SPAM for case in labelled),
        unlabelled=len(cases) - len(labelled),
        repeated=sum(rows.values()) - len(groups),
        settled=settled,
        contradicted=contradicted,
        undated=sum(case.linkback.received_at is None for case in labelled),
        assumed=assumed,
    )
    return LabelledCases(tuple(cases), counts, delay)


def _last_word(cases: list[Case]) -> tuple[Label | None, datetime | None, bool]:
    """The label that counts, when it was given, and whether the rows contradict each other."""
    said = [case for case in cases if case.label is not None]
    labels = {case.label for case in said}
    dates = [case.labelled_at for case in said if case.labelled_at is not None]
    last = max(dates, default=None)
    if len(labels) < 2:
        return (said[0].label if said else None), last, False
    latest = {case.label for case in said if case.labelled_at == last}
    # an undated label may be younger than any dated one
    if len(dates) < len(said) or len(latest) > 1:
        return None, None, True
    return latest.pop(), last, True


def _once(group: list[_Row], label: Label | None, at: datetime | None) -> list[_Row]:
    """The group's linkback with its label and all that its rows know, and later sendings without one."""
    first = min(group, key=lambda row: _order(row.case))
    cases = [row.case for row in group]
    checked = [case.evidence for case in cases if case.evidence.status is not LinkStatus.NOT_CHECKED]
    posts = [case.post for case in cases if case.post is not None]
    whole = replace(
        first.case,
        label=label,
        labelled_at=at,
        post=posts[0] if posts else None,
        evidence=checked[0] if checked else first.case.evidence,
    )
    kept = [first._replace(case=whole)]
    seen = {None, whole.linkback.received_at}
    for export, case in group:
        if case.linkback.received_at not in seen:
            seen.add(case.linkback.received_at)
            kept.append(_Row(export, replace(case, label=None, labelled_at=None)))
    return kept


def _distinct(rows: list[_Row]) -> list[Case]:
    """The cases, with new ids for linkbacks that merely share a number: blogs all count from 1."""
    taken: set[str] = set()
    cases = []
    for export, case in rows:
        name = case.linkback.id
        if name in taken:
            name, number = f"{export}#{name}", 2
            while name in taken:
                name, number = f"{export}#{case.linkback.id}#{number}", number + 1
            case = replace(case, linkback=replace(case.linkback, id=name))
        taken.add(name)
        cases.append(case)
    return cases


def _order(case: Case) -> tuple[float, str]:
    at = case.linkback.received_at
    return (-math.inf if at is None else at.timestamp()), case.linkback.id


def require_trainable(counts: LabelCounts) -> None:
    """Refuses labels from which nothing can be learned.

    Raises:
        TrainingError: There are no labels, one class only, or too few of one.
    """
    if not counts.ham and not counts.spam:
        raise TrainingError(
            f"none of the {sum(counts.rows.values())} rows has a label; fill the column label with ham or spam, "
            "or with a queue's words (approved, spam)"
        )
    if not counts.spam:
        raise TrainingError(
            f"no spam among {counts.ham} labelled linkbacks, only ham; WordPress leaves spam out of its XML export: "
            "read it from the database, from https://blog/ with an application password, or list it with "
            "`wp comment list --status=spam`"
        )
    if not counts.ham:
        raise TrainingError(
            f"no ham among {counts.spam} labelled linkbacks, only spam; add an export with approved ones"
        )
    if min(counts.ham, counts.spam) < FEWEST:
        raise TrainingError(
            f"{counts.ham} ham and {counts.spam} spam are too few to learn from: at least {FEWEST} of each are needed; "
            "add older exports, or keep the model that there is"
        )


def history_cases(history: History) -> Iterator[Case]:
    """Every remembered linkback as a case, with its evidence as it was recorded.

    Those that nobody decided about come along, since they are the past of the others. Posts are not remembered: an
    export that holds the same linkback gives them.

    Args:
        history: The memory.

    Raises:
        HistoryError: It cannot be read.
    """
    for each in history.remembered():
        labelled_at = None if each.label is None else datetime.fromtimestamp(each.labelled_at, UTC)
        yield Case(each.entry.linkback, None, each.entry.evidence, each.label, labelled_at)
