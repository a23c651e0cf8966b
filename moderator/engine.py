"""The engine: one linkback in, one decision out; and a queue of them, by the same steps."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from moderator.errors import ModeratorError
from moderator.features.extractor import Extractor
from moderator.history.base import DAY, History
from moderator.linkcheck.base import LinkVerifier
from moderator.linkcheck.pool import verify_many
from moderator.linkcheck.prospects import BEST, WORST
from moderator.model.explain import explain
from moderator.model.folder import Model
from moderator.model.policy import UNREAD, Facts, Policy, Rule
from moderator.model.scorer import probability
from moderator.records import Case, Decision, Label, Linkback, LinkEvidence, LinkStatus, Post, Reason, Verdict
from moderator.replay import Reading, Replay
from moderator.urls import same_page

__all__ = ["FRESH", "REASONS", "Moderator"]

REASONS = 8
"""Single features that a decision names by default."""
FRESH = 7 * DAY
"""Seconds for which an earlier look at the same source and target is good enough."""
_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


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
    ) -> None:
        self._model = model
        self._policy = policy
        self._history = history
        self._replay = Replay(history, extractor)
        self._verifier = verifier
        self._verify = verify
        self._clock = clock

    @property
    def model_name(self) -> str:
        """Name and digest of the model, as decisions tell it."""
        return self._model.card.label

    def check(
        self,
        linkback: Linkback,
        post: Post | None = None,
        *,
        evidence: LinkEvidence | None = None,
        verify: bool | None = None,
        reasons: int = REASONS,
    ) -> Decision:
        """Decides about one linkback that has just come in, and remembers it.

        Args:
            linkback: What was sent; without a date it counts as received now.
            post: Our post; None: not known.
            evidence: What its page showed, where that is known already.
            verify: Whether to look at the source page if that could change the verdict; None: as configured.
            reasons: How many single features to name; 0: none.

        Returns:
            The decision; after a failure inside, hold.
        """
        try:
            if linkback.received_at is None:
                linkback = replace(linkback, received_at=self._clock())
            case = Case(linkback, post, evidence or LinkEvidence())
            reading = self._replay.read(case)
            [decision] = self._decide([reading], reasons)
            if self._verify if verify is None else verify:
                reading, decision = self._look(reading, decision, reasons)
            self._replay.write(reading, decision)
            return decision
        except Exception as error:
            return _held(linkback, evidence or LinkEvidence(), error)

    def check_many(
        self, cases: Iterable[Case], *, reasons: int = REASONS, chunk: int = 1000, verify: bool = False
    ) -> Iterator[Decision]:
        """Decides about many linkbacks, each against what was known when it was received.

        Args:
            cases: In order of receipt, equal times by id; undated ones may stand anywhere.
            reasons: How many single features to name; 0: none.
            chunk: How many are scored in one call; it changes nothing but speed.
            verify: Whether to look at source pages where that could change the verdict.

        Yields:
            One decision for each case, in the same order; after a failure inside, hold.
        """
        stream = iter(cases)
        while part := list(itertools.islice(stream, chunk)):
            yield from self._check_part(part, reasons, verify)

    def label(self, linkback_id: str, label: Label | str | None) -> None:
        """Takes the owner's word for a linkback: for the history now, and for the next retraining.

        Args:
            linkback_id: `Decision.linkback_id`.
            label: ``ham`` or ``spam``; None takes an earlier word back.

        Raises:
            HistoryError: The linkback is not remembered, or the history cannot be written.
            ValueError: The label is neither ham nor spam.
        """
        said = None if label is None else Label(label)
        self._history.label(linkback_id, said, self._clock().timestamp())

    def close(self) -> None:
        """Releases the history."""
        self._history.close()

    def _check_part(self, part: Sequence[Case], reasons: int, verify: bool) -> list[Decision]:
        readings: list[Reading] = []
        decided: dict[int, Decision] = {}
        places: list[int] = []
        try:
            with self._history.transaction():
                for place, case in enumerate(part):
                    try:
                        readings.append(self._replay.step(case))
                        places.append(place)
                    except Exception as error:
                        decided[place] = _held(case.linkback, case.evidence, error)
                decisions = self._decide_each(readings, reasons)
                self._history.decide(decisions)
            if verify:
                # not within the transaction: others may write while strangers keep us waiting
                decisions = self._look_many(readings, decisions, reasons)
                self._history.decide(decisions)
            decided.update(zip(places, decisions, strict=True))
        except Exception as error:
            return [_held(case.linkback, case.evidence, error) for case in part]
        return [decided[place] for place in range(len(part))]

    def _decide_each(self, readings: Sequence[Reading], reasons: int) -> list[Decision]:
        """Decides in one call, or one by one where a row makes that call fail."""
        try:
            return self._decide(readings, reasons)
        except Exception:
            return [self._decide_alone(reading, reasons) for reading in readings]

    def _decide_alone(self, reading: Reading, reasons: int) -> Decision:
        try:
            return self._decide([reading], reasons)[0]
        except Exception as error:
            return _held(reading.case.linkback, reading.case.evidence, error)

    def _decide(self, readings: Sequence[Reading], reasons: int) -> list[Decision]:
        scorer = self._model.scorer
        table = scorer.table([reading.row for reading in readings])
        shared, parts = scorer.contributions(table)
        probabilities = probability(shared + parts.sum(axis=1)).tolist()
        told = explain(scorer.schema, shared, table, parts, limit=reasons)
        decisions = []
        for place, reading in enumerate(readings):
            case = reading.case
            chance = probabilities[place]
            verdict, rule = self._policy.decide(self._facts(reading, chance))
            decisions.append(
                Decision(
                    linkback_id=case.linkback.id,
                    verdict=verdict,
                    spam_probability=chance,
                    reasons=told[place] + _shown_on_page(case.evidence, reasons),
                    evidence=case.evidence,
                    rule="" if rule is None else rule.value,
                    decided_at=case.linkback.received_at,
                    model=self._model.card.label,
                )
            )
        return decisions

    def _facts(self, reading: Reading, chance: float) -> Facts:
        material = reading.material
        status = material.evidence.status
        unread = None
        if status in UNREAD and self._policy.cutoffs.verdict(chance) is Verdict.SPAM:
            unread = self._chance(self._replay.look_again(reading, LinkEvidence()))
        host = material.source.host.removeprefix("www.")
        same_host = bool(host) and host == material.target.host.removeprefix("www.")
        return Facts(
            spam_probability=chance,
            status=status,
            same_page=same_host and same_page(material.source, material.target),
            same_host=same_host,
            own_blocked=material.lists.own_blocked == 1.0,
            own_allowed=material.lists.own_allowed == 1.0,
            unread_probability=unread,
        )

    def _chance(self, reading: Reading) -> float:
        return float(probability(self._model.scorer.log_odds([reading.row]))[0])

    def _worth_a_look(self, reading: Reading, decision: Decision) -> bool:
        """Whether what the page shows could change the verdict: no fetch is aimed at anyone for nothing."""
        if reading.case.evidence.status is not LinkStatus.NOT_CHECKED:
            return False
        for prospect in (BEST, WORST):
            imagined = self._replay.look_again(reading, prospect)
            verdict, _ = self._policy.decide(self._facts(imagined, self._chance(imagined)))
            if verdict is not decision.verdict:
                return True
        return False

    def _look(self, reading: Reading, decision: Decision, reasons: int) -> tuple[Reading, Decision]:
        if self._verifier is None or not self._worth_a_look(reading, decision):
            return reading, decision
        case = reading.case
        evidence = self._seen_lately(case) or self._verifier.verify(case.linkback, case.post)
        seen = self._replay.look_again(reading, evidence)
        return seen, self._decide([seen], reasons)[0]

    def _look_many(self, readings: Sequence[Reading], decisions: Sequence[Decision], reasons: int) -> list[Decision]:
        """Looks at what would be held otherwise, many at once."""
        changed = list(decisions)
        if self._verifier is None:
            return changed
        wanted: list[tuple[int, Reading]] = []
        for place, (reading, decision) in enumerate(zip(readings, decisions, strict=True)):
            if decision.verdict is not Verdict.HOLD or not self._worth_a_look(reading, decision):
                continue
            evidence = self._seen_lately(reading.case)
            if evidence is None:
                wanted.append((place, reading))
            else:
                changed[place] = self._decide_alone(self._replay.look_again(reading, evidence), reasons)
        found = verify_many(self._verifier, [reading.case for _, reading in wanted])
        for (place, reading), evidence in zip(wanted, found, strict=True):
            if evidence.status is not LinkStatus.NOT_CHECKED:
                changed[place] = self._decide_alone(self._replay.look_again(reading, evidence), reasons)
        return changed

    def _seen_lately(self, case: Case) -> LinkEvidence | None:
        """What the last look at this pair showed, while it is fresh."""
        since = self._clock().timestamp() - FRESH
        return self._history.evidence(case.linkback.source_url, case.linkback.target_url, since)


def _shown_on_page(evidence: LinkEvidence, reasons: int) -> tuple[Reason, ...]:
    """The text around the link, for people to read; it adds nothing to the log-odds."""
    if not evidence.snippet or reasons <= 0:
        return ()
    return (Reason("link.snippet", evidence.snippet, 0.0, "the text around the link on the source page"),)


def _held(linkback: Linkback, evidence: LinkEvidence, error: Exception) -> Decision:
    """What a failure inside comes to: hold, with its reason, and a line in the log."""
    told = str(error) if isinstance(error, ModeratorError) else type(error).__name__
    _log.error("linkback %s is held: %s", linkback.id, told, exc_info=not isinstance(error, ModeratorError))
    return Decision(
        linkback_id=linkback.id,
        verdict=Verdict.HOLD,
        spam_probability=0.5,
        reasons=(Reason("failure", told, 0.0, Rule.FAILURE.value),),
        evidence=evidence,
        rule=Rule.FAILURE.value,
        decided_at=linkback.received_at,
    )
