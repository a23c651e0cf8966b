"""The engine: one linkback in, one decision out; and a queue of them, by the same steps."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from math import nan
from typing import TypeVar

from moderator.domain_lists.reports import ReportSource
from moderator.errors import HistoryBusyError, HistoryError
from moderator.features.extractor import Extractor
from moderator.features.row import Schema
from moderator.history.base import WEEK, Entry, History, Keys, Snapshot
from moderator.linkcheck.base import LinkVerifier, earliest_check, is_answer
from moderator.linkcheck.pool import verify_many
from moderator.model.folder import Model
from moderator.model.policy import Policy
from moderator.records import Case, Decision, Label, Linkback, LinkEvidence, LinkStatus, Post, Verdict
from moderator.replay import HistoryEvent, Replay, ScoredInput, SeenPage, UnseenPage
from moderator.scoring import REASONS, CaseScorer, held

__all__ = ["REASONS", "Moderator"]


_TRIES = 3
"""How often the history is asked while others keep it busy; each time it waits by itself (10 seconds by default)."""
_Answer = TypeVar("_Answer")


def _now() -> datetime:
    return datetime.now(UTC)


def _patiently(step: Callable[[], _Answer]) -> _Answer:
    for _ in range(_TRIES - 1):
        with suppress(HistoryBusyError):
            return step()
    return step()


class Moderator:
    """Decides what happens to linkbacks, and remembers them.

    Every part can be replaced; `moderator.load_moderator` puts the usual ones together. A failure inside is logged
    and answered with hold; it never approves and never reaches the caller.

    Args:
        model: The classifier and its card.
        policy: The owner's tolerance.
        history: The memory.
        extractor: The features; the model must have been made for them.
        verifier: Looks at source pages; None: nobody looks.
        verify: Whether `check` looks at the source page when it is not told.
        clock: Gives the moment at which a linkback without a date counts as received.
        reports: What publishers whose lists the owner subscribes to say, as of now; None: there are none.
    """

    def __init__(
        self,
        *,
        model: Model,
        policy: Policy,
        history: History,
        extractor: Extractor,
        verifier: LinkVerifier | None = None,
        verify: bool = False,
        clock: Callable[[], datetime] = _now,
        reports: ReportSource | None = None,
    ) -> None:
        self._scorer = CaseScorer(model, policy, extractor, reports)
        self._extractor = extractor
        self._reports = reports
        self._history = history
        self._replay = Replay(history, extractor)
        self._verifier = verifier
        self._verify = verify
        self._clock = clock

    @property
    def model_name(self) -> str:
        """Name and digest of the model, as decisions tell it."""
        return self._scorer.model_name

    @property
    def schema(self) -> Schema:
        """The features that are computed; a model must have been made for them."""
        return self._extractor.schema

    def use(self, model: Model, policy: Policy) -> None:
        """Lets another model decide from now on; what is being judged at this moment ends with the one it began with.

        Args:
            model: The classifier and its card; made for the same features.
            policy: The owner's tolerance, with the model's cut-offs where the owner has set none.
        """
        self._scorer = CaseScorer(model, policy, self._extractor, self._reports)

    def check(
        self,
        linkback: Linkback,
        post: Post | None = None,
        *,
        evidence: LinkEvidence | None = None,
        verify: bool | None = None,
        reasons: int = REASONS,
        remember: bool = True,
    ) -> Decision:
        """Decides about one linkback that has just come in, and remembers it.

        Args:
            linkback: What was sent; without a date it counts as received now.
            post: Our post; None: not known.
            evidence: What its page showed, where that is known already.
            verify: Whether to look at the source page, without which nothing is approved then; None: as configured.
            reasons: How many single features to name; 0: none.
            remember: Whether the history keeps it; a trial should leave no trace.

        Returns:
            The decision; after a failure inside, hold.
        """
        scorer = self._scorer
        try:
            if linkback.received_at is None:
                linkback = replace(linkback, received_at=self._clock())
            case = Case(linkback, post, evidence or LinkEvidence())
            scored = self._replay.extract(case)
            [decision] = scorer.decide([scored], reasons)
            if self._verify if verify is None else verify:
                scored, decision = self._look(scorer, scored, decision, reasons)
            if remember:
                _patiently(lambda: self._replay.record(scored, decision))
            return decision
        except Exception as error:
            return held(linkback, evidence or LinkEvidence(), error)

    def check_many(
        self, cases: Iterable[Case], *, reasons: int = REASONS, chunk: int = 1000, verify: bool = False
    ) -> Iterator[Decision]:
        """Decides about many linkbacks, each against what was known when it was received.

        Args:
            cases: In order of receipt, equal times by id; undated ones may stand anywhere.
            reasons: How many single features to name; 0: none.
            chunk: How many are scored in one call; it changes nothing but speed.
            verify: Whether to look at the source pages of what is not spam by its words; then nothing is approved whose
                page was not seen to link.

        Yields:
            One decision for each case, in the same order; after a failure inside, hold.
        """
        stream = iter(cases)
        while part := list(itertools.islice(stream, chunk)):
            yield from self._check_part(part, reasons, verify)

    @property
    def scorer(self) -> CaseScorer:
        """What is thought of linkbacks; it can be sent to other processes."""
        return self._scorer

    def advance(self, events: Sequence[HistoryEvent]) -> list[Snapshot | Exception]:
        """Advances the history by cases that are read and scored elsewhere: the part of `check_many` that needs order.

        Args:
            events: In order of receipt, equal times by id; undated ones may stand anywhere.

        Returns:
            For each what the history knew before it; an exception: why that is not known, and then it is to be held.

        Raises:
            HistoryError: The history failed as a whole; nothing of it was kept, and the same can be tried again.
        """
        found: list[Snapshot | Exception] = []
        try:
            with self._replay.timeline.all_or_nothing(), self._history.transaction():
                found += [self._passed(event) for event in events]
        except HistoryError as error:
            raise next((each for each in found if isinstance(each, HistoryError)), error) from None
        return found

    def record_decisions(self, decisions: Sequence[Decision]) -> None:
        """Lets the history remember what was decided elsewhere of cases that it was advanced by.

        Raises:
            HistoryError: It cannot be written.
        """
        with self._history.transaction():
            self._history.decide(decisions)

    @property
    def verifies(self) -> bool:
        """Whether there is somebody who looks at source pages."""
        return self._verifier is not None

    def recent_evidence(self, linkbacks: Sequence[Linkback]) -> list[LinkEvidence | None]:
        """What looks at the pages of linkbacks showed that still count; to be asked before the history is advanced.

        Raises:
            HistoryError: It cannot be read.
        """
        return [self._seen_lately(linkback) for linkback in linkbacks]

    def look(self, unseen: Sequence[UnseenPage]) -> list[SeenPage | None]:
        """Looks at many source pages at once, and reads and tells the history what is known under their words.

        Returns:
            What each shows; None: nobody looked.

        Raises:
            HistoryError: The history failed.
        """
        found = [page.earlier for page in unseen]
        if self._verifier is not None:
            wanted = [place for place, evidence in enumerate(found) if evidence is None]
            looked = verify_many(self._verifier, [unseen[place].case for place in wanted])
            for place, evidence in zip(wanted, looked, strict=True):
                found[place] = None if evidence.status is LinkStatus.NOT_CHECKED else evidence
        pages = [
            None if evidence is None else self._replay.timeline.seen_page(page, evidence)
            for page, evidence in zip(unseen, found, strict=True)
        ]
        with self._history.transaction():
            for (case, _, at, _), page in zip(unseen, pages, strict=True):
                if page is not None and page.snapshot is not None:
                    self._history.observe(Entry(case.linkback, page.keys, at, page.evidence))
        return pages

    def label(self, linkback_id: str, label: Label | str | None) -> None:
        """Takes the owner's word for a linkback: for the history now, and for the next retraining.

        Args:
            linkback_id: `Decision.linkback_id`.
            label: ``ham`` or ``spam``; None takes an earlier word back.

        Raises:
            NotRememberedError: The history does not know the linkback, or has forgotten it.
            HistoryError: The history cannot be written.
            ValueError: The label is neither ham nor spam.
        """
        said = None if label is None else Label(label)
        self._history.label(linkback_id, said, self._clock().timestamp())

    def prune(self, before: datetime) -> int:
        """Lets the history forget linkbacks received before a moment, labelled ones excepted; returns how many.

        Reputations and first dates stay. Nothing younger than the longest window that is counted is forgotten.

        Raises:
            HistoryError: The history cannot be written; what was forgotten until then stays forgotten.
        """
        counted_from = self._clock().timestamp() - WEEK
        return self._history.prune(min(before.timestamp(), counted_from))

    def ping(self) -> None:
        """Finds out whether the history answers.

        Raises:
            HistoryError: It does not.
        """
        self._history.snapshot(Keys(*[None] * len(Keys._fields)), nan, "")

    def close(self) -> None:
        """Releases the history."""
        self._history.close()

    def _check_part(self, part: Sequence[Case], reasons: int, verify: bool) -> list[Decision]:
        scorer = self._scorer
        try:
            # before the rows are met again, which makes the history forget what it knew of their pages
            earlier = self.recent_evidence([case.linkback for case in part]) if verify else []
            with self._history.transaction():
                decisions, inputs = scorer.decide_cases(part, [self._past(case) for case in part], reasons)
                self._history.decide(decisions)
            if verify:
                # not within the transaction: others may write while strangers keep us waiting
                decisions = self._look_many(scorer, inputs, decisions, earlier, reasons)
                self._history.decide(decisions)
            return decisions
        except Exception as error:
            return [held(case.linkback, case.evidence, error) for case in part]

    def _passed(self, event: HistoryEvent) -> Snapshot | Exception:
        try:
            return self._replay.timeline.snapshot_and_record(event)
        except Exception as error:
            return error

    def _past(self, case: Case) -> tuple[Keys, Snapshot] | Exception:
        """Leads a case past the history; an exception: it could not be."""
        try:
            return self._replay.snapshot_and_record(case)
        except Exception as error:
            return error

    def _look(
        self, scorer: CaseScorer, scored: ScoredInput, decision: Decision, reasons: int
    ) -> tuple[ScoredInput, Decision]:
        """Looks at the page of what is not clearly spam, since nothing is approved unseen."""
        if self._verifier is None:
            return scored, decision
        if scorer.needs_verification(scored, decision):
            case = scored.case
            evidence = self._seen_lately(case.linkback) or self._verifier.verify(case.linkback, case.post)
            scored = self._replay.see(scored, evidence)
        elif decision.verdict is not Verdict.APPROVE:
            return scored, decision
        return scored, scorer.decide([scored], reasons, must_see=True)[0]

    def _look_many(
        self,
        scorer: CaseScorer,
        inputs: Sequence[ScoredInput | None],
        decisions: Sequence[Decision],
        earlier: Sequence[LinkEvidence | None],
        reasons: int,
    ) -> list[Decision]:
        """Looks at what would be approved or held otherwise, many at once; what cannot be looked at is held."""
        if self._verifier is None:
            return list(decisions)
        wanted = scorer.pages_wanted(inputs, decisions, earlier)
        looked = zip(wanted, self.look([*wanted.values()]), strict=True)
        pages = {place: page for place, page in looked if page is not None}
        return scorer.decide_with_pages(inputs, decisions, pages, reasons)

    def _seen_lately(self, linkback: Linkback) -> LinkEvidence | None:
        """What a look at this pair showed that was made after the linkback came and is fresh; None: there was none."""
        evidence = self._history.evidence(
            linkback.source_url, linkback.target_url, earliest_check(linkback.received_at, self._clock())
        )
        return evidence if evidence is not None and is_answer(evidence, linkback.received_at) else None
