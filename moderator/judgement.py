"""What is thought of linkbacks whose past is known: probability, verdict and reasons.

Nothing here needs the order of receipt, a clock, a history or the network, so it can be done anywhere: a `Judgement`
can be pickled and sent to other processes and machines, and gives the same decisions to the last bit.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from moderator.errors import ModeratorError
from moderator.features.extractor import Extractor
from moderator.history.base import Keys, Snapshot
from moderator.linkcheck.prospects import BEST, WORST
from moderator.model.explain import explain
from moderator.model.folder import Model
from moderator.model.policy import UNREAD, Facts, Policy, Rule
from moderator.model.scorer import probability
from moderator.records import Case, Decision, Linkback, LinkEvidence, LinkStatus, Reason, Verdict
from moderator.replay import Reading, look_again, reading_of
from moderator.urls import same_page

__all__ = ["REASONS", "Judgement", "held"]

REASONS = 8
"""Single features that a decision names by default."""
_log = logging.getLogger(__name__)


class Judgement:
    """Features, classifier and policy.

    Args:
        model: The classifier and its card.
        policy: The owner's tolerance.
        extractor: The features; the model must have been made for them.
    """

    def __init__(self, model: Model, policy: Policy, extractor: Extractor) -> None:
        self._model = model
        self._policy = policy
        self._extractor = extractor

    @property
    def model_name(self) -> str:
        """Name and digest of the model, as decisions tell it."""
        return self._model.card.label

    @property
    def policy(self) -> Policy:
        """The owner's tolerance."""
        return self._policy

    def read(self, case: Case, keys: Keys, snapshot: Snapshot) -> Reading:
        """The features of a case, given what the history knew before it."""
        return reading_of(case, keys, snapshot, self._extractor)

    def look_again(self, reading: Reading, evidence: LinkEvidence) -> Reading:
        """The same reading with what the source page showed."""
        return look_again(reading, evidence, self._extractor)

    def judge(
        self, cases: Sequence[Case], pasts: Sequence[tuple[Keys, Snapshot] | Exception], reasons: int = REASONS
    ) -> tuple[list[Decision], list[Reading | None]]:
        """Reads and decides many cases; after a failure inside, a case is held alone.

        Args:
            cases: The cases.
            pasts: For each its keys and what the history knew before it, or why that is not known.
            reasons: How many single features to name; 0: none.

        Returns:
            The decisions, and the readings, None where there is none.
        """
        readings: list[Reading | None] = []
        decided: dict[int, Decision] = {}
        for place, (case, past) in enumerate(zip(cases, pasts, strict=True)):
            try:
                if isinstance(past, Exception):
                    raise past
                readings.append(self.read(case, *past))
            except Exception as error:
                readings.append(None)
                decided[place] = held(case.linkback, case.evidence, error)
        places = [place for place, reading in enumerate(readings) if reading is not None]
        decisions = self.decide_each([reading for reading in readings if reading is not None], reasons)
        decided.update(zip(places, decisions, strict=True))
        return [decided[place] for place in range(len(cases))], readings

    def decide_each(self, readings: Sequence[Reading], reasons: int = REASONS) -> list[Decision]:
        """Decides in one call, or one by one where a row makes that call fail."""
        try:
            return self.decide(readings, reasons)
        except Exception:
            return [self.decide_alone(reading, reasons) for reading in readings]

    def decide_alone(self, reading: Reading, reasons: int = REASONS) -> Decision:
        """Decides about one reading; after a failure inside, hold."""
        try:
            return self.decide([reading], reasons)[0]
        except Exception as error:
            return held(reading.case.linkback, reading.case.evidence, error)

    def decide(self, readings: Sequence[Reading], reasons: int = REASONS) -> list[Decision]:
        """Decides about many readings in one scoring call."""
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
            unread = self._chance(self.look_again(reading, LinkEvidence()))
        source, target = material.source, material.target
        host = source.host.removeprefix("www.")
        # another port may be another person's server
        same_host = bool(host) and (host, source.port) == (target.host.removeprefix("www."), target.port)
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

    def worth_a_look(self, reading: Reading, decision: Decision) -> bool:
        """Whether what the page shows could change the verdict: no fetch is aimed at anyone for nothing."""
        if reading.case.evidence.status is not LinkStatus.NOT_CHECKED:
            return False
        for prospect in (BEST, WORST):
            imagined = self.look_again(reading, prospect)
            verdict, _ = self._policy.decide(self._facts(imagined, self._chance(imagined)))
            if verdict is not decision.verdict:
                return True
        return False


def _shown_on_page(evidence: LinkEvidence, reasons: int) -> tuple[Reason, ...]:
    """The text around the link, for people to read; it adds nothing to the log-odds."""
    if not evidence.snippet or reasons <= 0:
        return ()
    return (Reason("link.snippet", evidence.snippet, 0.0, "the text around the link on the source page"),)


def held(linkback: Linkback, evidence: LinkEvidence, error: Exception) -> Decision:
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
