"""The one way of a queue: the history is advanced in order of time, pieces go to an executor, results come in order.

Files (`moderator.batch.rescore`), queues that are changed where they are (`QueueRunner.check_many`) and training all
go this way. What needs order or the network is done in this process, the rest wherever the executor does it.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from moderator.batch.jobs import Advance, Look, ScoreCases, Snapshots
from moderator.errors import HistoryError
from moderator.execution.base import Executor, Job
from moderator.execution.inline import InlineExecutor
from moderator.history.base import Snapshot
from moderator.model.policy import Rule
from moderator.records import Case, Decision, Linkback, LinkEvidence
from moderator.replay import HistoryEvent, SeenPage, UnseenPage
from moderator.scoring import CaseScorer

__all__ = ["Judge", "QueueModerator", "QueueRunner"]

_PAUSES = (0.5, 2.0, 8.0, 20.0)
"""Seconds between the attempts where the history fails; it waits itself while another process writes."""
_log = logging.getLogger(__name__)
T = TypeVar("T")
R = TypeVar("R")


class Judge(Protocol):
    """Decides about cases: a moderator, or a `QueueRunner` that shares its work out."""

    def check_many(
        self, cases: Iterable[Case], *, reasons: int = 8, chunk: int = 1000, verify: bool = False
    ) -> Iterator[Decision]:
        """Decides about cases that come in order of time; may be called again for those that follow."""
        ...


class QueueModerator(Protocol):
    """The part of a moderator that a queue needs."""

    @property
    def scorer(self) -> CaseScorer:
        """What decides; it can be sent to other processes."""
        ...

    @property
    def model_name(self) -> str:
        """Name and digest of the model."""
        ...

    def advance(self, events: Sequence[HistoryEvent]) -> list[Snapshot | Exception]:
        """Advances the history by cases, in order, or not at all; see `moderator.engine.Moderator.advance`."""
        ...

    def record_decisions(self, decisions: Sequence[Decision]) -> None:
        """Lets the history remember decisions."""
        ...

    @property
    def verifies(self) -> bool:
        """Whether there is somebody who looks at source pages."""
        ...

    def recent_evidence(self, linkbacks: Sequence[Linkback]) -> list[LinkEvidence | None]:
        """What earlier looks at the pages of linkbacks showed that still count."""
        ...

    def look(self, unseen: Sequence[UnseenPage]) -> list[SeenPage | None]:
        """What source pages show; None where nobody looked."""
        ...


class QueueRunner:
    """Takes pieces of a queue to an executor, and answers what they ask.

    Where the history fails as a whole (busy, full), it is tried again for half a minute. After that the piece's rows
    are held, and counted as failed; later pieces are tried once each until one succeeds.

    Args:
        moderator: What decides; its history should know nothing of the queue yet.
        executor: Where the work is done; None: in this process.
        remember: Whether the history is to know linkbacks whole afterwards, and what was decided of them.
        sleep: Waits some seconds.
    """

    def __init__(
        self,
        moderator: QueueModerator,
        executor: Executor | None = None,
        *,
        remember: bool = True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.executor: Executor = InlineExecutor() if executor is None else executor
        self._moderator = moderator
        self._remember = remember
        self._sleep = sleep
        self.failed = 0
        """Cases of `check_many` that are held because the engine failed inside."""
        self.unlooked = 0
        """Source pages that were to be looked at, and were not: the run's allowance was spent, or they were refused."""
        self._patient = True
        """Whether the history is tried again; not where it failed for long just now."""

    @property
    def model_name(self) -> str:
        """Name and digest of the model."""
        return self._moderator.model_name

    def job(self, *, reasons: int, verify: bool) -> ScoreCases:
        """What is done to cases."""
        return ScoreCases(self._moderator.scorer, reasons, self._remember, verify and self._moderator.verifies)

    def run(self, job: Job[T, Any, Any, R], pieces: Iterable[T]) -> Iterator[R]:
        """Does a job to every piece; the results come in order.

        Raises:
            WorkersError: Workers died again and again, or none is left.
        """
        return self.executor.run(job, pieces, self._answer)

    def check_many(
        self, cases: Iterable[Case], *, reasons: int = 8, chunk: int = 1000, verify: bool = False
    ) -> Iterator[Decision]:
        """Decides about cases in order of receipt, as `Moderator.check_many`; they are taken some pieces ahead.

        Raises:
            HistoryError: What was decided cannot be remembered.
            WorkersError: Workers died again and again, or none is left.
        """
        stream = iter(cases)
        pieces = iter(lambda: list(itertools.islice(stream, chunk)), [])
        for scored in self.run(self.job(reasons=reasons, verify=verify), pieces):
            self.record(scored.to_record)
            self.failed += sum(decision.rule == Rule.FAILURE for decision in scored.decisions)
            yield from scored.decisions

    def record(self, decisions: Sequence[Decision]) -> None:
        """Lets the history remember decisions.

        Raises:
            HistoryError: It cannot be written, after several attempts.
        """
        if decisions:
            self._patiently(lambda: self._moderator.record_decisions(decisions))

    def _answer(self, question: Advance | Look) -> Snapshots | list[SeenPage | None]:
        return self._advance(question) if isinstance(question, Advance) else self._look(question.pages)

    def _look(self, unseen: list[UnseenPage]) -> list[SeenPage | None]:
        try:
            found = self._patiently(lambda: self._moderator.look(unseen))
        except HistoryError as error:
            _log.error("%d source pages count as not looked at: %s", len(unseen), error)
            found = [None] * len(unseen)
        self.unlooked += found.count(None)
        return found

    def _advance(self, asked: Advance) -> Snapshots:
        # earlier looks first: meeting the rows again makes the history forget what it knew of their pages
        try:
            earlier = (
                self._patiently(lambda: self._moderator.recent_evidence(asked.linkbacks)) if asked.linkbacks else []
            )
            return Snapshots(self._patiently(lambda: self._moderator.advance(asked.events)), earlier)
        except HistoryError as error:
            return Snapshots([error] * len(asked.events), [None] * len(asked.linkbacks))

    def _patiently(self, work: Callable[[], R]) -> R:
        pauses = iter(_PAUSES if self._patient else ())
        while True:
            try:
                done = work()
            except HistoryError as error:
                pause = next(pauses, None)
                if pause is None:
                    self._patient = False
                    raise
                _log.warning("the history failed (%s); it is tried again in %.1f seconds", error, pause)
                self._sleep(pause)
            else:
                self._patient = True
                return done
