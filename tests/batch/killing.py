"""Kills applying runs at random points, and lets them go on."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from moderator.domain_lists.lazy import LazyLists
from moderator.engine import Moderator
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.model.policy import Cutoffs, Policy
from moderator.wordpress.apply import LiveSummary, apply
from moderator.wordpress.journal import Journal, Phase
from moderator.wordpress.live_queue import LiveQueue
from moderator.wordpress.plan import read_plan
from tests.small_model import small_model

KILLS = 12
PLAN = read_plan(include_decided=True)
# verdicts hang on what came before, so a memory that is rebuilt wrongly shows
SPLITS = {
    "sending.sender_7d": (3.5, -0.6, 0.5),
    "sending.domain_24h": (0.5, -0.7, 0.6),
    "reputation.domain_spam_share": (0.4, -1.0, 0.9),
}


def judge() -> Moderator:
    extractor = Extractor(LazyLists(None))
    model = small_model(extractor.schema, SPLITS)
    return Moderator(model=model, policy=Policy(Cutoffs(0.4, 0.6)), history=MemoryHistory(), extractor=extractor)


def _run(make: Callable[[], LiveQueue], folder: Path) -> None:
    apply(make(), judge(), PLAN, folder)


def killed(make: Callable[[], LiveQueue], folder: Path, dice: random.Random, longest: float) -> bool:
    """Starts a run in another process and kills it after a while; whether it was still alive then."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(make, folder))
    process.start()
    time.sleep(dice.uniform(0.0, longest))
    alive = process.is_alive()
    process.kill()
    process.join()
    return alive


def phase_of(folder: Path, queue: LiveQueue) -> str:
    """How far the last run is."""
    with Journal.open(folder, queue.key, queue.name) as journal:
        runs = journal.runs()
        return runs[0].phase.value if runs else "not begun"


def kill_many(
    make: Callable[[], LiveQueue],
    reset: Callable[[], None],
    look: Callable[[], object],
    folder: Path,
    kills: int = KILLS,
) -> str:
    """Kills runs until `kills` were hit alive; each goes on until it is done, and must end as an unharmed one does.

    Args:
        make: Opens the queue.
        reset: Puts the queue into its first state.
        look: What the queue looks like.
        folder: Where journals may lie.
        kills: How many.

    Returns:
        The counts, for people to read.
    """
    dice, phases = random.Random(5), Counter[str]()
    reset()
    started = time.monotonic()
    whole = apply(make(), judge(), PLAN, folder / "whole")
    longest, expected = 1.2 * (time.monotonic() - started) + 0.1, look()
    assert whole.changed and whole.overtaken == 0
    runs = 0
    while sum(phases.values()) < kills:
        reset()
        journals = folder / f"run-{runs}"
        runs += 1
        while dice.random() < 0.75 and sum(phases.values()) < kills:
            if killed(make, journals, dice, longest):
                phases[phase_of(journals, make())] += 1
            if phase_of(journals, make()) == Phase.DONE:
                break
        if phase_of(journals, make()) != Phase.DONE:
            check(apply(make(), judge(), PLAN, journals), whole)
        assert look() == expected
        shutil.rmtree(journals, ignore_errors=True)
    told = ", ".join(f"{count} {phase}" for phase, count in sorted(phases.items()))
    rows = f"{whole.rows} rows, {whole.changed} of them changed"
    return f"{sum(phases.values())} kills ({told}) in {runs} runs of {rows}: all ended alike"


def check(summary: LiveSummary, whole: LiveSummary) -> None:
    """No row is lost, judged otherwise or counted twice."""
    assert (summary.rows, summary.changed, summary.overtaken) == (whole.rows, whole.changed, 0)
    assert (summary.changes, summary.planned) == (whole.changes, whole.planned)
