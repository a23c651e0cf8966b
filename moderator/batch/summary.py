"""What became of a queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from moderator.errors import RowError
from moderator.model.policy import Rule
from moderator.records import Decision, LinkStatus, Verdict

__all__ = ["PROBLEMS", "Progress", "Summary"]

PROBLEMS = 100
"""Unreadable rows whose message is kept."""
Progress = Callable[[str, int, int], None]
"""Told the stage, the rows done and the rows to do (0: not known yet)."""


@dataclass(slots=True)
class Summary:
    """What became of a queue."""

    rows: int = 0
    """Rows read."""
    verdicts: dict[str, int] = field(default_factory=lambda: {verdict.value: 0 for verdict in Verdict})
    """Rows for each verdict; unreadable ones are held."""
    unreadable: int = 0
    """Rows that could not be read."""
    failed: int = 0
    """Rows that are held because the engine failed inside; the log says why."""
    unlooked: int = 0
    """Source pages that were to be looked at, and were not: the run's allowance was spent, or nobody could."""
    seen: int = 0
    """Rows with evidence about their page, from this run, an earlier one or the queue itself."""
    verified: bool = False
    """Whether pages were to be looked at, so that nothing is approved unseen."""
    seconds_needed: float = 0.0
    """Roughly how long looking at the pages that this run did not get to would take; 0: not known, or it got to all."""
    problems: list[str] = field(default_factory=list)
    """What was wrong with the first hundred unreadable rows, line by line."""
    seconds: float = 0.0
    """How long it took, from opening the queue to closing the output."""
    output: str = ""
    """The file written; empty: none."""

    def count(self, decision: Decision) -> None:
        """Counts a decision."""
        self.verdicts[decision.verdict] += 1
        self.failed += decision.rule == Rule.FAILURE
        self.seen += decision.evidence.status is not LinkStatus.NOT_CHECKED

    def count_unreadable(self, error: RowError) -> None:
        """Counts a row that cannot be read, and is held for that."""
        self.unreadable += 1
        self.verdicts[Verdict.HOLD] += 1
        if len(self.problems) < PROBLEMS:
            self.problems.append(str(error))

    def add(self, part: Summary) -> None:
        """Adds the counts of a part that follows."""
        self.rows += part.rows
        for verdict, count in part.verdicts.items():
            self.verdicts[verdict] += count
        self.unreadable += part.unreadable
        self.failed += part.failed
        self.unlooked += part.unlooked
        self.seen += part.seen
        self.problems += part.problems[: PROBLEMS - len(self.problems)]

    def to_json(self) -> dict[str, Any]:
        """The summary for programs."""
        return asdict(self)
