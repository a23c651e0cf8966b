"""What is thought of linkbacks whose past is known: probability, verdict and reasons.

Nothing here needs the order of receipt, a clock, a history or the network, so it can be done anywhere: a `CaseScorer`
can be pickled and sent to other processes and machines, and gives the same decisions to the last bit.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from moderator.errors import ModeratorError
from moderator.features.context import FeatureContext
from moderator.features.extractor import Extractor
from moderator.history.base import Keys, Snapshot
from moderator.linkcheck.evidence_bounds import BEST
from moderator.linkcheck.freshness import is_answer
from moderator.model.explain import explain
from moderator.model.folder import Model
from moderator.model.policy import Facts, Policy, Rule, excusable
from moderator.model.scorer import probability
from moderator.records import Case, Decision, Linkback, LinkEvidence, LinkStatus, Reason, Verdict
from moderator.replay import ScoredInput, scored_input_of, with_evidence
from moderator.urls import is_own_page, parse_url, same_page

__all__ = ["REASONS", "CaseScorer", "held"]

REASONS = 8
"""Single features that a decision names by default."""
_log = logging.getLogger(__name__)


class CaseScorer:
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

    def read(self, case: Case, keys: Keys, snapshot: Snapshot) -> ScoredInput:
        """The features of a case, given what the history knew before it."""
        return scored_input_of(case, keys, snapshot, self._extractor)

    def look_again(self, reading: ScoredInput, evidence: LinkEvidence) -> ScoredInput:
        """The same reading with what the source page showed."""
        return with_evidence(reading, evidence, self._extractor)

    def judge(
        self, cases: Sequence[Case], pasts: Sequence[tuple[Keys, Snapshot] | Exception], reasons: int = REASONS
    ) -> tuple[list[Decision], list[ScoredInput | None]]:
        """Reads and decides many cases; after a failure inside, a case is held alone.

        Args:
            cases: The cases.
            pasts: For each its keys and what the history knew before it, or why that is not known.
            reasons: How many single features to name; 0: none.

        Returns:
            The decisions, and the readings, None where there is none.
        """
        readings: list[ScoredInput | None] = []
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

    def decide_each(
        self, readings: Sequence[ScoredInput], reasons: int = REASONS, *, must_see: bool = False
    ) -> list[Decision]:
        """Decides in one call, or one by one where a row makes that call fail."""
        try:
            return self.decide(readings, reasons, must_see=must_see)
        except Exception:
            return [self.decide_alone(reading, reasons, must_see=must_see) for reading in readings]

    def decide_alone(self, reading: ScoredInput, reasons: int = REASONS, *, must_see: bool = False) -> Decision:
        """Decides about one reading; after a failure inside, hold."""
        try:
            return self.decide([reading], reasons, must_see=must_see)[0]
        except Exception as error:
            return held(reading.case.linkback, reading.case.evidence, error)

    def decide(
        self, readings: Sequence[ScoredInput], reasons: int = REASONS, *, must_see: bool = False
    ) -> list[Decision]:
        """Decides about many readings in one scoring call.

        Args:
            readings: The features.
            reasons: How many single features to name; 0: none.
            must_see: Whether pages are looked at, so that nothing is approved whose page was not seen to link.
        """
        chances, told = self._scored(readings, reasons)
        decisions = []
        for reading, chance, why, (verdict, rule) in zip(
            readings, chances, told, self._verdicts(readings, chances, must_see), strict=True
        ):
            case = reading.case
            decisions.append(
                Decision(
                    linkback_id=case.linkback.id,
                    verdict=verdict,
                    spam_probability=chance,
                    reasons=why,
                    evidence=case.evidence,
                    rule="" if rule is None else rule.value,
                    decided_at=case.linkback.received_at,
                    model=self._model.card.label,
                )
            )
        return decisions

    def needs_verification(self, reading: ScoredInput, decision: Decision) -> bool:
        """Whether the source page is to be looked at: it was not yet, and the linkback is not clearly spam.

        Clearly spam is what even the best page could not save: no fetch is aimed at anyone for nothing.
        """
        case = reading.case
        if is_answer(case.evidence, case.linkback.received_at):
            return False
        if decision.verdict is not Verdict.SPAM:
            return True
        imagined = [self.look_again(reading, BEST)]
        [(verdict, _)] = self._verdicts(imagined, self._scored(imagined, 0)[0], must_see=True)
        return verdict is not Verdict.SPAM

    def _scored(self, readings: Sequence[ScoredInput], reasons: int) -> tuple[list[float], list[tuple[Reason, ...]]]:
        """Probabilities of spam, and what they come from; nothing is computed for reasons that nobody asked for."""
        scorer = self._model.scorer
        table = scorer.table([reading.row for reading in readings])
        leaves = scorer.leaves(table)
        chances = probability(scorer.log_odds_at(leaves)).tolist()
        if reasons <= 0:
            return chances, [()] * len(chances)
        shared, parts = scorer.contributions_at(leaves)
        told = explain(scorer.schema, shared, table, parts, limit=reasons)
        shown = [_shown_on_page(reading.case.evidence) for reading in readings]
        return chances, [why + more for why, more in zip(told, shown, strict=True)]

    def _verdicts(
        self, readings: Sequence[ScoredInput], chances: Sequence[float], must_see: bool
    ) -> list[tuple[Verdict, Rule | None]]:
        """What the policy says of each."""
        excused = self._excused_chances(readings, chances)
        return [
            self._policy.decide(self._facts(reading.context, chance, excused.get(place), must_see))
            for place, (reading, chance) in enumerate(zip(readings, chances, strict=True))
        ]

    def _facts(self, context: FeatureContext, chance: float, excused: float | None, must_see: bool) -> Facts:
        source, target, evidence = context.source, context.target, context.evidence
        final = context.final or source
        lists = (context.lists, context.final_lists or context.lists)
        homes = [parse_url(home) for home in (*self._policy.homes, context.linkback.site) if home]
        own = evidence.status is LinkStatus.FOUND and is_own_page(source, target, homes)
        stale = evidence.status is LinkStatus.FOUND and not is_answer(evidence, context.linkback.received_at)
        return Facts(
            spam_probability=chance,
            status=LinkStatus.NOT_CHECKED if stale else evidence.status,
            hidden=bool(evidence.hidden),
            must_see=must_see,
            same_page=same_page(source, target) or same_page(final, target),
            own_page=own and is_own_page(final, target, homes),
            own_blocked=any(hits.own_blocked == 1.0 for hits in lists),
            own_allowed=all(hits.own_allowed == 1.0 for hits in lists),
            excused_probability=excused,
        )

    def _excused_chances(self, readings: Sequence[ScoredInput], chances: Sequence[float]) -> dict[int, float]:
        """The probability without what is no reason to call it spam, by place: of spam that has such a thing."""
        excused = {
            place: self.look_again(reading, evidence)
            for place, (reading, chance) in enumerate(zip(readings, chances, strict=True))
            if self._policy.cutoffs.verdict(chance) is Verdict.SPAM
            and (evidence := excusable(reading.context.evidence)) is not None
        }
        return dict(zip(excused, self._scored([*excused.values()], 0)[0], strict=True)) if excused else {}


def _shown_on_page(evidence: LinkEvidence) -> tuple[Reason, ...]:
    """The text around the link, for people to read; it adds nothing to the log-odds."""
    if not evidence.snippet:
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
