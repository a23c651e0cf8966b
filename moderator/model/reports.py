"""What other publishers' reports of spam add to a score: a capped number of log-odds, beside the classifier.

No model learns from reports: exports do not hold what others had published at the time. So their part is a formula:

    log-odds = min(MOST, EACH * (r1 + r2 + ...))

where r is the weight of one independent publisher's report, 0 to 1: how far it is trusted
(`moderator.domain_lists.trust.weight`), times how much its decisions about the author say. Nobody's report adds exactly
0.0, and reports of ham subtract nothing: praise is cheap, and the page says the rest. What reports may do to a verdict
is bounded by `moderator.model.policy.Rule.REPORTS_ALONE`.
"""

from __future__ import annotations

from moderator.domain_lists.reports import Reports
from moderator.records import Reason

__all__ = ["EACH", "MOST", "reports_log_odds", "reports_reasons"]

EACH = 6.0
"""Log-odds of one full report. A choice, measured by ``tests/benchmarks/shared_lists.py``: a friend's two decisions
(0.8 * 2/3) add 3.2, which holds what is approved at 1 % but near the cut-off it comes from; a new publisher's (0.1 *
2/3) add 0.4, which hold nothing that is not doubtful already."""
MOST = 8.0
"""Log-odds of all reports together: they outweigh a page that looks good, but not every page."""


def reports_log_odds(reports: Reports) -> float:
    """What the reports add to the log-odds of spam; 0.0: nobody reports spam.

    >>> reports_log_odds(Reports(spam=(0.5, 0.25))), reports_log_odds(Reports(ham=0.8))
    (4.5, 0.0)
    """
    return min(EACH * sum(reports.spam), MOST) if reports.spam else 0.0


def reports_reasons(reports: Reports) -> tuple[Reason, ...]:
    """The reports as reasons; with the first, a decision's reasons add up to its log-odds."""
    reasons = []
    if reports.spam:
        named = ", ".join(
            f"{name} ({weight:.0%})".replace("%", " %")
            for name, weight in zip(reports.said_by, reports.spam, strict=True)
        )
        count, added = float(len(reports.spam)), reports_log_odds(reports)
        reasons.append(Reason("reports.spam", count, added, "how many lists that you subscribe to report it as spam"))
        reasons.append(Reason("reports.lists", named, 0.0, "which lists report it, and how far each report counts"))
    if reports.ham:
        meaning = "how much lists that you subscribe to report its author as ham; it can't lower the score"
        reasons.append(Reason("reports.ham", reports.ham, 0.0, meaning))
    return tuple(reasons)
