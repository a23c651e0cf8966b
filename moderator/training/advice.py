"""What to do about an evaluation: each piece of advice names its ground, the step, and the page that tells more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from moderator.records import LinkStatus
from moderator.training.cutoffs import Tolerance
from moderator.training.evaluation import Evaluation
from moderator.training.figures import Share

__all__ = ["Advice", "advice"]

MUCH_HELD = 0.3
"""Share of held linkbacks from which on a person has much to look at; the default model holds 0.29 unverified."""
MUCH_UNREAD = 0.5
"""Share of unread pages from which on looking at them helps most: without a look nothing of the page counts."""


class Advice(NamedTuple):
    """One step that an owner can take."""

    ground: str
    """What was measured."""
    do: str
    page: str
    """The page of the documentation that tells more."""

    def text(self) -> str:
        """The advice in one line."""
        return f"{self.ground}: {self.do} ({self.page})"


def advice(found: Evaluation, tolerance: Tolerance | None = None) -> tuple[Advice, ...]:
    """What to do, the most urgent first; never empty.

    Args:
        found: What was measured.
        tolerance: What the owner can live with; None: the usual.
    """
    return tuple(_steps(found, tolerance or Tolerance())) or (
        Advice("nothing is out of bounds", "evaluate again when some hundred decisions are new", "docs/retraining.md"),
    )


def _steps(found: Evaluation, tolerance: Tolerance) -> Iterator[Advice]:
    figures = found.figures
    if found.comparison is not None and found.comparison.worse:
        yield Advice("it is worse than the other model", "keep the other one", "docs/retraining.md")
    if figures.ham_as_spam.share > tolerance.ham_as_spam:
        yield Advice(
            f"{_of(figures.ham_as_spam)} ham were called spam",
            "look whether they are labelled rightly, then raise `spam_from` or retrain",
            "docs/settings.md",
        )
    if figures.spam_approved.share > tolerance.spam_approved:
        yield Advice(
            f"{_of(figures.spam_approved)} spam were approved",
            "set `verify = true`, or lower `approve_below`",
            "docs/settings.md",
        )
    unread = sum(table.rows for table in figures.by_evidence if table.name == LinkStatus.NOT_CHECKED.value)
    if unread > MUCH_UNREAD * max(1, len(found.predictions)):
        yield Advice(
            f"{unread:,} of {len(found.predictions):,} source pages were not looked at",
            "look at them while they are there, by `moderator rescore --verify` or by the service",
            "docs/link-check.md",
        )
    if found.drift.aged:
        yield Advice(
            "the model has aged",
            "run `moderator label` and `moderator retrain --output my-model`",
            "docs/retraining.md",
        )
    elif figures.held.share > MUCH_HELD:
        yield Advice(
            f"{_of(figures.held)} were held",
            "decide some of them, then run `moderator retrain --output my-model`",
            "docs/retraining.md",
        )


def _of(share: Share) -> str:
    return f"{share.seen:,} of {share.total:,}"
