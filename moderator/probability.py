"""The probability of spam of linkbacks whose features are known, and the reasons that add up to it.

Three parts make the log-odds: what the classifier says, the bound on what past approvals may take away from it, and
what the publishers of shared lists report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from moderator.domain_lists.reports import NO_REPORTS, Reports, ReportSource, reported_names
from moderator.features.extractor import Extractor
from moderator.features.reputation import has_good_name, without_reputation
from moderator.model.explain import explain
from moderator.model.folder import Model
from moderator.model.reports import reports_log_odds, reports_reasons
from moderator.model.scorer import probability
from moderator.records import LinkEvidence, Reason
from moderator.replay import ScoredInput, with_snapshot

__all__ = ["ProbabilityScorer"]

MOST_OF_A_GOOD_NAME = 1.0
"""Log-odds by which past approvals lower the probability of spam at most: the odds to a third, so that a good name
helps where words are doubtful and never sells what they give away."""


class ProbabilityScorer:
    """The classifier, with the two terms that are added to its log-odds.

    Args:
        model: The classifier.
        extractor: The features; the model must have been trained on them.
        reports: What publishers whose lists the owner subscribes to say; None: there are none.
    """

    def __init__(self, model: Model, extractor: Extractor, reports: ReportSource | None = None) -> None:
        self._scorer = model.scorer
        self._extractor = extractor
        self._reports = reports

    def reported(self, inputs: Sequence[ScoredInput]) -> list[Reports]:
        """What publishers say of each; the same object, `NO_REPORTS`, where nobody says anything."""
        source = self._reports
        if source is None:
            return [NO_REPORTS] * len(inputs)
        return [
            source.about(reported_names(context.source, context.final), keys.template, keys.page)
            for _, keys, _, context, _ in inputs
        ]

    def by_place(self, inputs: Mapping[int, ScoredInput], said: Sequence[Reports]) -> dict[int, float]:
        """Probabilities of spam of some of many inputs, by place; none for none."""
        return dict(zip(inputs, self.score([*inputs.values()], 0, said)[0], strict=True)) if inputs else {}

    def score(
        self, inputs: Sequence[ScoredInput], reasons: int, said: Sequence[Reports]
    ) -> tuple[list[float], list[tuple[Reason, ...]]]:
        """Probabilities of spam and their reasons; nothing is computed for reasons that nobody asked for."""
        scorer = self._scorer
        table = scorer.table([scored.row for scored in inputs])
        leaves = scorer.leaves(table)
        log_odds = scorer.log_odds_at(leaves)
        bounds = self._bounds_of_good_names(inputs, table, log_odds)
        for place, bound in bounds.items():
            log_odds[place] += bound
        for place, reports in enumerate(said):
            if reports.spam:
                log_odds[place] += reports_log_odds(reports)
        probabilities = probability(log_odds).tolist()
        if reasons <= 0:
            return probabilities, [()] * len(probabilities)
        shared, parts = scorer.contributions_at(leaves)
        named = explain(scorer.schema, shared, table, parts, limit=reasons)
        further = [
            _bound(bounds.get(place, 0.0)) + reports_reasons(reports) + _snippet(scored.case.evidence)
            for place, (scored, reports) in enumerate(zip(inputs, said, strict=True))
        ]
        return probabilities, [why + more for why, more in zip(named, further, strict=True)]

    def _bounds_of_good_names(
        self, inputs: Sequence[ScoredInput], table: NDArray[np.float64], log_odds: NDArray[np.float64]
    ) -> dict[int, float]:
        """By place, what is taken back of a good name that says more than `MOST_OF_A_GOOD_NAME`, in log-odds."""
        unknown = {
            place: with_snapshot(scored, without_reputation(snapshot), self._extractor)
            for place, scored in enumerate(inputs)
            if has_good_name(snapshot := scored.context.snapshot)
        }
        if not unknown:
            return {}
        scorer = self._scorer
        without = scorer.table_with([scored.row for scored in unknown.values()], table[[*unknown]])
        by_words = scorer.log_odds_at(scorer.leaves(without)).tolist()
        least = zip(unknown, (each - MOST_OF_A_GOOD_NAME for each in by_words), strict=True)
        return {place: bound - log_odds[place] for place, bound in least if bound > log_odds[place]}


def _bound(taken_back: float) -> tuple[Reason, ...]:
    """What is taken back of a good name, as a reason: with it, reasons add up to the log-odds."""
    if not taken_back:
        return ()
    meaning = "approvals of the past say only so much; the words and the page say the rest"
    return (Reason("reputation.bound", MOST_OF_A_GOOD_NAME, float(taken_back), meaning),)


def _snippet(evidence: LinkEvidence) -> tuple[Reason, ...]:
    """The text around the link, for people to read; it adds nothing to the log-odds."""
    if not evidence.snippet:
        return ()
    return (Reason("link.snippet", evidence.snippet, 0.0, "the text around the link on the source page"),)
