"""What became of a queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from moderator.errors import RowError
from moderator.model.policy import Rule
from moderator.model.sentences import persuasive
from moderator.records import Case, Decision, Label, LinkStatus, Verdict

__all__ = ["EXAMPLES", "PROBLEMS", "Example", "Progress", "Summary"]

PROBLEMS = 100
"""Unreadable rows whose message is kept."""
EXAMPLES = 3
"""Rows of each verdict that are shown, and as many of those whose verdict contradicts their label."""
Progress = Callable[[str, int, int], None]
"""Told the stage, the rows done and the rows to do (0: not known yet)."""


@dataclass(frozen=True, slots=True)
class Example:
    """One judged row, to be shown."""

    verdict: str
    """What was decided."""
    spam_probability: float
    """How probable spam is, 0 to 1."""
    title: str
    """The title that was sent, or else the page's; empty: neither is known."""
    source_url: str
    """The page that claims to link."""
    reason: str
    """The hard rule that decided, or the strongest reason as a sentence; empty: none was asked for."""
    label: str = ""
    """What the row's owner said of it; empty: nothing."""

    @property
    def wrong(self) -> bool:
        """Whether the verdict contradicts the label; what is held contradicts nothing."""
        return (self.verdict, self.label) in _CONTRADICTIONS


_CONTRADICTIONS = {(Verdict.APPROVE.value, Label.SPAM.value), (Verdict.SPAM.value, Label.HAM.value)}


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
    labels: dict[str, dict[str, int]] = field(default_factory=dict)
    """By label, then by verdict: how many rows; empty: no row has a label."""
    examples: list[Example] = field(default_factory=list)
    """The first rows of each verdict, and the first whose verdict is wrong; empty: a cluster judged them."""

    def count(self, decision: Decision, case: Case) -> None:
        """Counts a decision, and keeps it as an example while few are kept."""
        verdict = decision.verdict.value
        self.verdicts[verdict] += 1
        self.failed += decision.rule == Rule.FAILURE
        self.seen += decision.evidence.status is not LinkStatus.NOT_CHECKED
        label = "" if case.label is None else case.label.value
        if label:
            _count_label(self.labels, label, verdict, 1)
        title = case.linkback.title or decision.evidence.page_title
        wrong = (verdict, label) in _CONTRADICTIONS
        if self._has_room(verdict, wrong, bool(title)):
            reason = decision.rule or next(iter(persuasive(decision, 1)), "")
            url = case.linkback.source_url
            self._keep(Example(verdict, decision.spam_probability, title, url, reason, label))

    def _has_room(self, verdict: str, wrong: bool, titled: bool) -> bool:
        """Whether such an example would be kept: rows with titles take the room of those without."""
        alike = self._alike(verdict, wrong)
        return len(alike) < EXAMPLES or (titled and not all(kept.title for kept in alike))

    def _alike(self, verdict: str, wrong: bool) -> list[Example]:
        return [kept for kept in self.examples if kept.wrong is wrong and (wrong or kept.verdict == verdict)]

    def _keep(self, example: Example) -> None:
        if len(alike := self._alike(example.verdict, example.wrong)) >= EXAMPLES:
            self.examples.remove([kept for kept in alike if not kept.title][-1])
        self.examples.append(example)

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
        for label, verdicts in part.labels.items():
            for verdict, count in verdicts.items():
                _count_label(self.labels, label, verdict, count)
        for example in part.examples:
            if self._has_room(example.verdict, example.wrong, bool(example.title)):
                self._keep(example)

    def to_json(self) -> dict[str, Any]:
        """The summary for programs; examples are for people."""
        form = asdict(self)
        del form["examples"]
        return form


def _count_label(labels: dict[str, dict[str, int]], label: str, verdict: str, count: int) -> None:
    verdicts = labels.setdefault(label, dict.fromkeys((each.value for each in Verdict), 0))
    verdicts[verdict] += count
