"""A judge that shares its work out among processes: for queues that are no files."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from moderator.batch.parallel import Leader
from moderator.batch.pieces import Pasts, decisions_for_history, sightings_of
from moderator.execution.processes import Workers
from moderator.history.base import Keys
from moderator.records import Case, Decision
from moderator.replay import HistoryEvent
from moderator.scoring import CaseScorer

__all__ = ["SharedJudge"]


class _Kept(NamedTuple):
    cases: list[Case]
    keys: list[Keys | Exception]


@dataclass(frozen=True, slots=True)
class _JudgeCases:
    """Judges cases, between whose steps their sightings are led past the history."""

    scorer: CaseScorer
    reasons: int
    remember: bool

    def first(self, cases: list[Case]) -> tuple[list[HistoryEvent], _Kept]:
        sightings, keys = sightings_of(cases, whole=self.remember)
        return sightings, _Kept(cases, keys)

    def second(self, kept: _Kept, pasts: Pasts) -> list[Decision]:
        return self.scorer.decide_cases(kept.cases, pasts.beside(kept.keys), self.reasons)[0]


class SharedJudge:
    """Decides as the moderator does alone, with the work shared out.

    Args:
        workers: They do the work.
        leader: Leads past the history.
        remember: Whether the history is to know linkbacks whole, and what was decided of them.
    """

    def __init__(self, workers: Workers, leader: Leader, *, remember: bool = True) -> None:
        self._workers = workers
        self._leader = leader
        self._remember = remember

    @property
    def model_name(self) -> str:
        """Name and digest of the model."""
        return self._leader.scorer.model_name

    def check_many(
        self, cases: Iterable[Case], *, reasons: int = 8, chunk: int = 1000, verify: bool = False
    ) -> Iterator[Decision]:
        """See `Judge.check_many`; cases are taken some pieces ahead.

        Raises:
            ValueError: Pages are to be looked at, which is not shared out.
        """
        if verify:
            raise ValueError("looking at pages is not shared out; take the moderator itself")
        stream = iter(cases)
        pieces = iter(lambda: list(itertools.islice(stream, chunk)), [])
        job = _JudgeCases(self._leader.scorer, reasons, self._remember)
        for decisions in self._workers.in_turn(job, pieces, lambda seen: Pasts.of(self._leader.advance(seen))):
            if self._remember:
                self._leader.record_decisions(decisions_for_history(decisions))
            yield from decisions
