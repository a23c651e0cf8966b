"""The retraining process of the service: ``python -m moderator.cli.retrain_process``, with a job on standard input.

It is no command for people; they have `moderator retrain`. The service holds the other end of standard input: when it
closes, the service has ended, and so does this.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moderator.config.settings import Settings
    from moderator.records import Case

__all__ = ["main", "run_job"]

_NEWEST = 2000
"""Undecided linkbacks that are judged with both models."""


def main() -> int:
    """Does the job on standard input, and prints one line of JSON."""
    from moderator.cli.opening import log_to_stderr
    from moderator.cli.terminal import say, warn
    from moderator.errors import ModeratorError

    job = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(int(job["nice"]))
    log_to_stderr()
    try:
        say(json.dumps(run_job(job)))
    except ModeratorError as error:
        warn(str(error))
        return 1
    return 0


def run_job(job: dict[str, Any]) -> dict[str, Any]:
    """Makes a model from a service's decisions and its history, and measures it.

    Args:
        job: The fields of `moderator.service.learning.process.Job`.

    Raises:
        ModeratorError: The database, the history or a model cannot be read.
    """
    from moderator.domain_lists.lazy import LazyLists
    from moderator.features.extractor import Extractor
    from moderator.history.memory import MemoryHistory
    from moderator.model.folder import Model, load_model
    from moderator.training.labels import gather, history_cases
    from moderator.training.retrain import VerdictChange, retrain_if_better, verdict_changes
    from moderator.wiring import build_moderator, open_history

    extractor = Extractor(LazyLists(Path(job["lists"])))
    settings = _settings(job)
    base, in_use = (load_model(Path(job[name]), extractor.schema) for name in ("base", "in_use"))
    with ExitStack() as stack:
        exports: dict[str, Iterator[Case]] = {"service": _decided(job, stack)}
        if job["history"]:
            exports["history"] = history_cases(stack.enter_context(closing(open_history(settings))))
        labelled = gather(exports)

    def changed(old: Model, new: Model) -> list[VerdictChange]:
        one, two = (
            build_moderator(settings, model=model, history=MemoryHistory(), extractor=extractor).scorer
            for model in (old, new)
        )
        return verdict_changes(labelled.cases, extractor, one, two, must_see=bool(job["verify"]), most=_NEWEST)

    found = retrain_if_better(
        labelled, extractor, base=base, in_use=in_use, folder=Path(job["output"]), changes=changed
    )
    return found.to_json()


def _decided(job: dict[str, Any], stack: ExitStack) -> Iterator[Case]:
    """What the service judged, with the owner's labels, and our posts as far as they are known."""
    from moderator.records import Post
    from moderator.service.export import decided_cases
    from moderator.service.store import Store

    store = stack.enter_context(closing(Store(location_of(job["database"]))))
    posts = {address: Post(address, title, text) for address, title, text in job["posts"]}
    for case in decided_cases(store):
        yield replace(case, post=posts.get(case.linkback.target_url))


def location_of(text: str) -> Any:
    """Where a database lies: a file or an address."""
    from moderator.history.address import is_address, read_address

    return read_address(text) if is_address(text) else Path(text)


def _settings(job: dict[str, Any]) -> Settings:
    from moderator.config.settings import Settings
    from moderator.records import Verdict

    chosen = dict(job["chosen"])
    chosen["self_pings"] = Verdict(chosen["self_pings"])
    return Settings(history=location_of(job["history"]) if job["history"] else None, **chosen)


def _end_with_parent() -> None:
    """Waits until standard input is closed, and ends the process, whatever it is doing."""
    # not by sys.stdin: its lock would be held when the interpreter ends
    while os.read(0, 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
