"""Opens what commands work with: the moderator, an executor, a temporary history; and sets up logging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from moderator.cli.terminal import printable

if TYPE_CHECKING:
    from moderator.engine import Moderator
    from moderator.execution.base import Executor
    from moderator.history.base import History
    from moderator.linkcheck.limited import Allowance

__all__ = ["collect_seldom", "log_to_stderr", "open_executor", "open_moderator", "temporary_history"]

_FURTHER = "further log lines are left out"
_LINES = 20
"""Log lines that are shown; a failure inside is often the same for every row."""


def open_moderator(
    networks: list[str],
    store: History | None = None,
    allowance: Allowance | None = None,
    /,
    readers: int = 0,
    **overrides: Any,
) -> Moderator:
    """Puts a moderator together from the settings and what the command line says.

    Args:
        networks: Networks that the link check may reach, too.
        store: What remembers; None: the file that the settings name.
        allowance: Limits of the link check for the whole run; counts what was used. None: no limits.
        readers: Processes that read pages beside this one; 0: this one reads them.
        overrides: Settings from the command line; None stands for: not given.
    """
    from moderator.config.settings import read_settings
    from moderator.wiring import build_moderator, make_verifier

    log_to_stderr()
    settings = read_settings(allow_networks=networks or None, **overrides)
    if allowance is None:
        return build_moderator(settings, history=store)
    from moderator.linkcheck.limited import LimitedVerifier

    looks = make_verifier(settings, processes=readers)
    return build_moderator(settings, history=store, verifier=LimitedVerifier(looks, allowance))


def open_executor(workers: int, cluster: str | None = None, minutes: float = 10.0) -> Executor:
    """Where the work of a queue is done: in this process, in worker processes, or on a cluster.

    Args:
        workers: Processes that share the work; 1: this one does it.
        cluster: The address of a Dask scheduler, or ``local``; None: none.
        minutes: How long a cluster may be without any worker.
    """
    if cluster is not None:
        from moderator.execution.dask import DaskExecutor

        return DaskExecutor(cluster, workers, 60 * minutes)
    if workers > 1:
        from moderator.execution.processes import ProcessExecutor

        return ProcessExecutor(workers)
    from moderator.execution.inline import InlineExecutor

    return InlineExecutor()


def collect_seldom() -> None:
    """Lets Python look for reference cycles seldom: judging makes none, and looking took a sixth of the time."""
    import gc

    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


def temporary_history(named: str | None) -> History | None:
    """A history for one run, unless one is named: then None, which leaves the choice to the settings.

    It forgets no standing and no first date, so that verdicts do not depend on how long a queue is.
    """
    from moderator.history.memory import MemoryHistory

    return MemoryHistory(keys=None) if named is None else None


def log_to_stderr() -> None:
    """Shows the first log lines, without their tracebacks."""
    import logging

    class Short(logging.Formatter):
        def formatException(self, ei: Any) -> str:
            return ""

        def format(self, record: logging.LogRecord) -> str:
            record.exc_text = None
            return printable(" ".join(super().format(record).split()))

    class Few(logging.StreamHandler[TextIO]):
        left = _LINES

        def emit(self, record: logging.LogRecord) -> None:
            self.left -= 1
            if self.left > 0:
                super().emit(record)
            elif self.left == 0:
                super().emit(logging.LogRecord(record.name, record.levelno, "", 0, _FURTHER, None, None))

    handler = Few()
    handler.setFormatter(Short("moderator: %(message)s"))
    logger = logging.getLogger("moderator")
    logger.handlers[:] = [handler]
    logger.propagate = False
