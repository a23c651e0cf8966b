"""Retrains when there are enough new labels, and switches models.

Meanwhile other threads go on scoring. A new model is trained in a process of its own, loaded here, and takes over in
one step. Of several processes with one database, one retrains; all use the same model.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock

from moderator.config.service import Learning
from moderator.errors import ModelError, ModeratorError
from moderator.model.folder import Model
from moderator.service.background import BackgroundTask
from moderator.service.learning.folders import ModelFolders, ModelPointer
from moderator.service.learning.process import BETTER, FAILED, NOT_BETTER, Job, Retrain, Retrained, run_retraining
from moderator.service.learning.rescoring import Rescorer
from moderator.service.store import LearningEvent, Store

__all__ = ["CHOSEN", "DECLINED", "NOT_RETRAINED", "RETRAINED", "Learner"]

RETRAINED = "retrained"
"""Event: a model was made and measured."""
NOT_RETRAINED = "unmade"
"""Event: none was, or it could not be measured."""
CHOSEN = "chosen"
"""Event: another model is in use."""
DECLINED = "declined"
"""Event: the owner does not want the model that is proposed."""
_TASK = "learning"
_WANTED = "retraining wanted"
_LEASE = timedelta(minutes=5)
"""For how long one process has the task unless it says again that it is there."""
_PAUSE = timedelta(hours=1)
"""Between two retrainings that nobody asked for; an owner at work decides much in little time."""
_LOOK = 5.0
"""Seconds between two looks."""
_log = logging.getLogger(__name__)


class Learner(BackgroundTask):
    """Retrains, proposes or uses new models, and goes back to the one before.

    Args:
        settings: What the owner chose.
        store: Keeps decisions, and what became of models.
        folders: Where models lie.
        job: What a retraining works on, without its models and folders.
        use: Lets a model decide from now on.
        again: Judges again what waits for the owner.
        clock: The time of day.
        retrain: Runs a retraining.
    """

    def __init__(
        self,
        settings: Learning,
        store: Store,
        folders: ModelFolders,
        job: Callable[[], Job],
        use: Callable[[Model], None],
        again: Rescorer,
        clock: Callable[[], datetime],
        retrain: Retrain = run_retraining,
    ) -> None:
        super().__init__("learner", _LOOK, patience=20.0)
        self.settings = settings
        self.folders = folders
        self._store = store
        self._job = job
        self._use = use
        self._again = again
        self._clock = clock
        self._retrain = retrain
        self._me = secrets.token_hex(8)
        self._choosing = RLock()
        self._seen: ModelPointer = ModelPointer()
        self.in_use = ""
        """Name of the model in use; empty: the one that the settings name."""
        self.problem = ""
        """Why the model that was chosen is not in use; empty: it is."""

    def step(self) -> None:
        """Does what there is to do: follows the choice of others, judges again, makes a model."""
        self.reload()
        while self._again.step() and not self._ended.is_set():
            self._ended.wait(0.0)
        if self._due() is not None and self._claimed():
            try:
                wanted = self._due()  # another process may just have done it
                if wanted is not None:
                    self._make(wanted)
            finally:
                self._store.unclaim(_TASK, self._me)

    def request_retraining(self, by: str) -> None:
        """Asks for a retraining as soon as may be.

        Args:
            by: Who asks.
        """
        self._store.set_value(_WANTED, by)
        self._awake.set()

    @property
    def running(self) -> bool:
        """Whether a retraining runs, in this process or another one, or is about to."""
        return bool(self._store.get_value(_WANTED)) or self._store.is_claimed(_TASK, self._clock())

    def reload(self) -> None:
        """Uses the chosen model, whichever process chose it; one that cannot be used is logged."""
        pointer = self.folders.pointer()
        with self._choosing:
            if pointer == self._seen:
                return
            self._seen = pointer
            base = self.folders.card("").label
            name, self.problem = pointer.model, ""
            if name and pointer.base != base:
                name = ""
                self.problem = f"{pointer.model} was learned from {pointer.base}; the settings now name {base}"
            try:
                self._take(name)
            except ModelError as error:
                self.problem = str(error)
            if self.problem:
                _log.warning("the learned model is not in use: %s", self.problem)

    def use_model(self, name: str, by: str) -> None:
        """Lets a model decide from now on, in every process; what waits for the owner is judged again.

        On the way back to the one before, what the withdrawn one decided is judged again as well.

        Args:
            name: Its folder's name; empty: the model that the settings name.
            by: Who chose it; empty: the service by itself.

        Raises:
            ModelError: There is no such model, or it cannot be used; nothing was changed.
            StoreError: The database cannot be written.
        """
        with self._choosing:
            self.reload()
            before, now = self._seen, self._clock()
            if name == self.in_use:
                return
            former = self.folders.card(self.in_use).label
            self.folders.load(name)
            chosen = ModelPointer(name, self.in_use, self.folders.card("").label, former, now.isoformat(), by)
            self.folders.point(chosen)
            self._seen, self.problem = chosen, ""
            self._take(name)
            back = before.former == name and before.at != ""
            self._store.add_learning_event(
                CHOSEN, now, by, name, {"former": chosen.former, "withdrawn": former, "back": back}
            )
            self._again.begin(former, datetime.fromisoformat(before.at) if back else None)
        self._awake.set()

    def previous_model(self) -> str | None:
        """Name of the model before the one in use, which one click brings back; None: there is none."""
        pointer = self._seen
        return pointer.former if pointer.model == self.in_use and pointer.former != self.in_use else None

    def decline(self, name: str, by: str) -> None:
        """Puts a proposal aside.

        Args:
            name: The proposed model's folder.
            by: Who does not want it.
        """
        if (found := self.proposal()) is not None and found.model == name:
            self._store.add_learning_event(DECLINED, self._clock(), by, name)

    def proposal(self) -> LearningEvent | None:
        """The retraining whose model is proposed; None: none is."""
        newest = self._store.learning_events((RETRAINED, CHOSEN, DECLINED), 1)
        if not newest or newest[0].event != RETRAINED or newest[0].details.get("outcome") != BETTER:
            return None
        return newest[0] if newest[0].model in self.folders.names() else None

    def last_retraining(self) -> LearningEvent | None:
        """The last retraining, whatever became of it; None: there was none."""
        newest = self._store.learning_events((RETRAINED, NOT_RETRAINED), 1)
        return newest[0] if newest else None

    def new_decisions(self) -> int:
        """The owner's decisions since the last retraining."""
        last = self.last_retraining()
        return self._store.decisions_after(0 if last is None else int(last.details.get("seen", 0)))

    def _take(self, name: str) -> None:
        """Loads a model, and lets it decide."""
        if name == self.in_use:
            return
        self._use(self.folders.load(name))
        self.in_use = name

    def _due(self) -> str | None:
        """Who wants a model now; empty: the service itself; None: nobody."""
        wanted = self._store.get_value(_WANTED)
        if wanted or self.settings.mode == "off":
            return wanted or None
        last, now = self.last_retraining(), self._clock()
        if last is not None and now - last.at < _PAUSE:
            return None
        fresh = self.new_decisions()
        days = self.settings.after_days
        old = bool(days) and last is not None and now - last.at >= timedelta(days=days)
        return "" if fresh >= self.settings.after_decisions or (old and fresh) else None

    def _claimed(self) -> bool:
        now = self._clock()
        return self._store.claim(_TASK, self._me, now, now + _LEASE)

    def _make(self, by: str) -> None:
        seen, began = self._store.newest_decision(), self._clock()
        name = self.folders.new_name(began)
        job = replace(
            self._job(),
            base=str(self.folders.path("")),
            in_use=str(self.folders.path(self.in_use)),
            output=str(self.folders.folder / name),
            nice=self.settings.nice,
        )
        measured_against = self.folders.card(self.in_use).label
        self._store.set_value(_WANTED, "")
        try:
            made = self._retrain(job, 60.0 * self.settings.minutes, self._ended, self._beat)
        except (ModeratorError, OSError) as error:
            made = Retrained(FAILED, str(error))
        if self._ended.is_set() and made.outcome == FAILED:
            return  # the next start sees by itself that one is due
        event = RETRAINED if made.outcome in (BETTER, NOT_BETTER) else NOT_RETRAINED
        details = {"outcome": made.outcome, "why": made.why, "found": made.found, "seen": seen}
        details |= {"against": measured_against, "began": began.isoformat()}
        self._store.add_learning_event(event, self._clock(), by, name if made.outcome == BETTER else "", details)
        if event == NOT_RETRAINED:
            _log.warning("no new model: %s", made.why)
        if made.outcome == BETTER and self.settings.mode == "promote":
            self.use_model(name, "")
        proposed = self.proposal()
        spare = {self.in_use, self._seen.former or "", proposed.model if proposed else ""}
        self.folders.tidy(self.settings.keep, spare)

    def _beat(self) -> None:
        """What goes on while a retraining runs."""
        self._claimed()
        self.reload()
        self._again.step()
