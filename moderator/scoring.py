"""Scores and decides about linkbacks whose past is known: probability, verdict and reasons.

Nothing here needs the order of receipt, a clock, a history or the network, so it can be done anywhere: a `CaseScorer`
can be pickled and sent to other processes and machines, and gives the same decisions to the last bit.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from moderator.domain_lists.reports import NO_REPORTS, Reports, ReportSource
from moderator.errors import ModeratorError
from moderator.features.context import FeatureContext
from moderator.features.extractor import Extractor
from moderator.features.reputation import has_bad_name, without_reputation
from moderator.history.base import Keys, Snapshot
from moderator.linkcheck.base import is_answer
from moderator.model.folder import Model
from moderator.model.policy import Facts, Policy, Rule, claim_stands, excusable
from moderator.probability import ProbabilityScorer
from moderator.records import Case, Decision, Kind, Linkback, LinkEvidence, LinkStatus, Reason, Verdict
from moderator.replay import ScoredInput, SeenPage, UnseenPage, scored_input_of, with_evidence, with_page, with_snapshot
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
        extractor: The features; the model must have been trained on them.
        reports: What publishers whose lists the owner subscribes to say; None: there are none.
    """

    def __init__(self, model: Model, policy: Policy, extractor: Extractor, reports: ReportSource | None = None) -> None:
        self._model = model
        self._policy = policy
        self._extractor = extractor
        self._probability = ProbabilityScorer(model, extractor, reports)

    @property
    def model_name(self) -> str:
        """Name and digest of the model, as decisions give it."""
        return self._model.card.label

    @property
    def policy(self) -> Policy:
        """The owner's tolerance."""
        return self._policy

    def extract(self, case: Case, keys: Keys, snapshot: Snapshot) -> ScoredInput:
        """The features of a case, given what the history knew before it."""
        return scored_input_of(case, keys, snapshot, self._extractor)

    def with_evidence(self, scored: ScoredInput, evidence: LinkEvidence) -> ScoredInput:
        """The same input with what the source page shows."""
        return with_evidence(scored, evidence, self._extractor)

    def decide_cases(
        self, cases: Sequence[Case], pasts: Sequence[tuple[Keys, Snapshot] | Exception], reasons: int = REASONS
    ) -> tuple[list[Decision], list[ScoredInput | None]]:
        """Extracts, scores and decides many cases; a case whose features fail is held, the others are decided.

        Args:
            cases: The cases.
            pasts: For each its keys and what the history knew before it, or why that is not known.
            reasons: How many single features to name; 0: none.

        Returns:
            The decisions, and the inputs that were scored; None: its features failed.
        """
        inputs: list[ScoredInput | None] = []
        decided: dict[int, Decision] = {}
        for place, (case, past) in enumerate(zip(cases, pasts, strict=True)):
            try:
                if isinstance(past, Exception):
                    raise past
                inputs.append(self.extract(case, *past))
            except Exception as error:
                inputs.append(None)
                decided[place] = held(case.linkback, case.evidence, error)
        places = [place for place, scored in enumerate(inputs) if scored is not None]
        decisions = self.decide_each_or_hold([scored for scored in inputs if scored is not None], reasons)
        decided.update(zip(places, decisions, strict=True))
        return [decided[place] for place in range(len(cases))], inputs

    def decide_each_or_hold(
        self, inputs: Sequence[ScoredInput], reasons: int = REASONS, *, must_see: bool = False
    ) -> list[Decision]:
        """Decides about many in one call; where a row makes that call fail, one by one."""
        try:
            return self.decide(inputs, reasons, must_see=must_see)
        except Exception:
            return [self.decide_or_hold(scored, reasons, must_see=must_see) for scored in inputs]

    def decide_or_hold(self, scored: ScoredInput, reasons: int = REASONS, *, must_see: bool = False) -> Decision:
        """Decides about one; after a failure inside, hold."""
        try:
            return self.decide([scored], reasons, must_see=must_see)[0]
        except Exception as error:
            return held(scored.case.linkback, scored.case.evidence, error)

    def decide(
        self, inputs: Sequence[ScoredInput], reasons: int = REASONS, *, must_see: bool = False
    ) -> list[Decision]:
        """Scores many inputs in one call and decides about each.

        Args:
            inputs: The cases with their features.
            reasons: How many single features to name; 0: none.
            must_see: Whether pages are looked at, so that nothing is approved whose page was not seen to link.
        """
        said = self._probability.reported(inputs)
        probabilities, named = self._probability.score(inputs, reasons, said)
        decisions = []
        for scored, spam_probability, why, (verdict, rule) in zip(
            inputs, probabilities, named, self._verdicts(inputs, probabilities, said, must_see), strict=True
        ):
            case = scored.case
            decisions.append(
                Decision(
                    linkback_id=case.linkback.id,
                    verdict=verdict,
                    spam_probability=spam_probability,
                    reasons=why,
                    evidence=case.evidence,
                    rule="" if rule is None else rule.value,
                    decided_at=case.linkback.received_at,
                    model=self._model.card.label,
                )
            )
        return decisions

    def decide_with_pages(
        self,
        inputs: Sequence[ScoredInput | None],
        decisions: Sequence[Decision],
        pages: Mapping[int, SeenPage],
        reasons: int = REASONS,
    ) -> list[Decision]:
        """Decides again about what its page was looked at for, and what is not spam; nothing is approved unseen.

        Args:
            inputs: What was scored without the pages; None: its features failed.
            decisions: What was decided without the pages.
            pages: What pages show, by place.
            reasons: How many single features to name; 0: none.
        """
        seen = {
            place: with_page(scored, pages[place], self._extractor) if place in pages else scored
            for place, (scored, decision) in enumerate(zip(inputs, decisions, strict=True))
            if scored is not None and (place in pages or decision.verdict is not Verdict.SPAM)
        }
        changed = list(decisions)
        again = self.decide_each_or_hold([*seen.values()], reasons, must_see=True)
        for place, decision in zip(seen, again, strict=True):
            changed[place] = decision
        return changed

    def needs_verification(self, scored: ScoredInput, decision: Decision) -> bool:
        """Whether the source page is to be looked at: it was not yet, and the linkback is not clearly spam.

        Clearly spam is what a hard rule calls spam, and what lies far above the cut-off by the words that were sent
        (see `Cutoffs.is_clear`): no fetch is aimed at anyone for nothing. A pingback and a webmention are not clearly
        spam by their addresses alone, since their words stand on the page.
        """
        linkback = scored.case.linkback
        if is_answer(scored.case.evidence, linkback.received_at):
            return False
        if decision.verdict is not Verdict.SPAM:
            return True
        if decision.rule:
            return False
        return _words_are_on_its_page(linkback) or not self._policy.cutoffs.is_clear(decision.spam_probability)

    def pages_wanted(
        self,
        inputs: Sequence[ScoredInput | None],
        decisions: Sequence[Decision],
        earlier: Sequence[LinkEvidence | None],
    ) -> dict[int, UnseenPage]:
        """Of many cases those whose pages are to be seen, by place; see `needs_verification`.

        Args:
            inputs: What was scored without the pages; None: its features failed.
            decisions: What was decided without the pages.
            earlier: What an earlier look showed that still counts; None: there was none.
        """
        return {
            place: UnseenPage(scored.case, scored.keys, scored.at, known)
            for place, (scored, decision, known) in enumerate(zip(inputs, decisions, earlier, strict=True))
            if scored is not None and self.needs_verification(scored, decision)
        }

    def _verdicts(
        self, inputs: Sequence[ScoredInput], probabilities: Sequence[float], said: Sequence[Reports], must_see: bool
    ) -> list[tuple[Verdict, Rule | None]]:
        """What the policy says of each."""
        excused = self._excused_probabilities(inputs, probabilities, said)
        by_words = self._probabilities_by_words(inputs, probabilities)
        unreported = self._unreported_probabilities(inputs, said)
        return [
            self._policy.decide(
                self._facts(
                    scored.context,
                    spam_probability,
                    must_see,
                    excused.get(place),
                    by_words.get(place),
                    unreported.get(place),
                )
            )
            for place, (scored, spam_probability) in enumerate(zip(inputs, probabilities, strict=True))
        ]

    def _facts(
        self,
        context: FeatureContext,
        spam_probability: float,
        must_see: bool,
        excused_probability: float | None,
        words_probability: float | None,
        unreported_probability: float | None,
    ) -> Facts:
        source, target, evidence = context.source, context.target, context.evidence
        final = context.final or source
        lists = (context.lists, context.final_lists or context.lists)
        own = stale = False
        if evidence.status is LinkStatus.FOUND:
            homes = [parse_url(home) for home in (*self._policy.homes, context.linkback.site) if home]
            own = is_own_page(source, target, homes) and is_own_page(final, target, homes)
            stale = not is_answer(evidence, context.linkback.received_at)
        return Facts(
            spam_probability=spam_probability,
            status=LinkStatus.NOT_CHECKED if stale else evidence.status,
            hidden=bool(evidence.hidden),
            claim_stands=claim_stands(context.linkback.kind, evidence),
            sent_on=bool(evidence.page_redirect)
            and parse_url(evidence.page_redirect).domain not in ("", source.domain, final.domain),
            copied_share=evidence.copied_share,
            bought_age=context.snapshot.bought_copies.age,
            must_see=must_see,
            same_page=same_page(source, target) or same_page(final, target),
            own_page=own,
            own_blocked=any(hits.own_blocked == 1.0 for hits in lists),
            own_allowed=all(hits.own_allowed == 1.0 for hits in lists),
            excused_probability=excused_probability,
            words_probability=words_probability,
            unreported_probability=unreported_probability,
        )

    def _probabilities_by_words(
        self, inputs: Sequence[ScoredInput], probabilities: Sequence[float]
    ) -> dict[int, float]:
        """The probability without any reputation, by place: of spam that the author's bad name may have made so."""
        unknown = {
            place: with_snapshot(scored, without_reputation(snapshot), self._extractor)
            for place, (scored, spam_probability) in enumerate(zip(inputs, probabilities, strict=True))
            if has_bad_name(snapshot := scored.context.snapshot)
            and self._policy.cutoffs.verdict(spam_probability) is Verdict.SPAM
        }
        nobody = [NO_REPORTS] * len(unknown)  # what others say is reputation, too
        return self._probability.by_place(unknown, nobody)

    def _unreported_probabilities(self, inputs: Sequence[ScoredInput], said: Sequence[Reports]) -> dict[int, float]:
        """The probability without what publishers report, by place: where too few of them agree that it is spam."""
        alone = {
            place: scored
            for place, (scored, reports) in enumerate(zip(inputs, said, strict=True))
            if reports.spam and not reports.confirmed
        }
        return self._probability.by_place(alone, [NO_REPORTS] * len(alone))

    def _excused_probabilities(
        self, inputs: Sequence[ScoredInput], probabilities: Sequence[float], said: Sequence[Reports]
    ) -> dict[int, float]:
        """The probability without what is no reason to call it spam, by place: of spam that has such a thing.

        Reports of which too few agree are no reason either.
        """
        excused = {
            place: self.with_evidence(scored, evidence)
            for place, (scored, spam_probability) in enumerate(zip(inputs, probabilities, strict=True))
            if self._policy.cutoffs.verdict(spam_probability) is Verdict.SPAM
            and (evidence := excusable(scored.context.evidence)) is not None
        }
        agreed = [said[place] if said[place].confirmed else NO_REPORTS for place in excused]
        return self._probability.by_place(excused, agreed)


def _words_are_on_its_page(linkback: Linkback) -> bool:
    """Whether nothing but addresses came: a pingback's and a webmention's words stand on the page that they name."""
    return linkback.kind in (Kind.PINGBACK, Kind.WEBMENTION) and not (linkback.title or linkback.excerpt)


def held(linkback: Linkback, evidence: LinkEvidence, error: Exception) -> Decision:
    """The decision after a failure inside: hold, with the failure as its reason, and a line in the log."""
    message = str(error) if isinstance(error, ModeratorError) else type(error).__name__
    _log.error("linkback %s is held: %s", linkback.id, message, exc_info=not isinstance(error, ModeratorError))
    return Decision(
        linkback_id=linkback.id,
        verdict=Verdict.HOLD,
        spam_probability=0.5,
        reasons=(Reason("failure", message, 0.0, Rule.FAILURE.value),),
        evidence=evidence,
        rule=Rule.FAILURE.value,
        decided_at=linkback.received_at,
    )
