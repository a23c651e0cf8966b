"""Reads labelled exports for the commands, and reports what was read and corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from moderator.errors import InputError, RowError, shown

if TYPE_CHECKING:
    from moderator.features.extractor import Extractor
    from moderator.history.base import History
    from moderator.model.folder import Model
    from moderator.records import Case
    from moderator.tables.base import Source
    from moderator.training.labels import LabelCounts, LabelledCases

__all__ = ["counts_text", "open_extractor", "open_model", "open_store", "parse_duration", "read_exports"]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_MAX_LINES = 5
"""Unreadable rows that are named one by one."""


def parse_duration(text: str) -> timedelta:
    """A span of time as ``90m``, ``12h``, ``1d`` or ``2w``; a number alone means days.

    Raises:
        InputError: It is none.

    >>> parse_duration("36h")
    datetime.timedelta(days=1, seconds=43200)
    """
    word = f"{text}d" if text[-1:].isdigit() else text
    number, unit = word[:-1], word[-1:]
    try:
        seconds = float(number) * _UNITS[unit]
        if not 0 <= seconds <= 10 * 366 * 86400:
            raise ValueError
    except (KeyError, ValueError):
        raise InputError(
            f"--label-delay is no span of time: {shown(text)}; write a number and s, m, h, d or w, like 12h or 1d"
        ) from None
    return timedelta(seconds=seconds)


def open_extractor() -> Extractor:
    """The features, with the domain lists that the settings name."""
    from moderator.config.settings import data_folder, read_settings
    from moderator.domain_lists.lazy import LazyLists
    from moderator.features.extractor import Extractor

    return Extractor(LazyLists(read_settings().lists or data_folder() / "lists"))


def open_model(folder: Path | None, extractor: Extractor) -> Model:
    """The model in a folder; None: the one that the settings name, or that came with the package.

    Raises:
        ModelError: It is refused.
    """
    from moderator.config.settings import read_settings
    from moderator.model.folder import load_model
    from moderator.wiring import default_model_folder

    return load_model(folder or read_settings().model or default_model_folder(), extractor.schema)


def read_exports(
    words: Sequence[str],
    *,
    delay: timedelta,
    progress: Callable[[str, int, int], None],
    report: Callable[[str], None],
    history: History | None = None,
) -> LabelledCases:
    """Reads exports, and a history, and puts them together.

    Args:
        words: Files, databases or sites; see `open_queue`.
        delay: How long after receipt a label without a date counts as given.
        progress: Told how many rows were read.
        report: Called with what was left out and put right, line by line.
        history: What it remembers counts as one more export; None: it does not.

    Raises:
        QueueError: An export cannot be read as a whole.
        HistoryError: The history cannot be read.
    """
    import os

    from moderator.cli.terminal import login
    from moderator.training.labels import gather, history_cases
    from moderator.wordpress.opening import open_queue

    unreadable: list[str] = []
    exports: dict[str, Iterator[Case]] = {}
    for word in dict.fromkeys(words):
        source = open_queue(word, login, os.environ, delay)
        name = _name(source, word, exports)
        exports[name] = _cases(source, name, unreadable, progress)
    if history is not None:
        exports["history"] = _counted(history_cases(history), progress)
    labelled = gather(exports, delay=delay)
    for line in unreadable[:_MAX_LINES]:
        report(line)
    if len(unreadable) > _MAX_LINES:
        report(f"... and {len(unreadable) - _MAX_LINES:,} more rows that could not be read")
    report(counts_text(labelled.counts))
    return labelled


def open_store(named: str | None) -> AbstractContextManager[History]:
    """The history that is named, or the one that the settings name, to be closed in the end.

    Raises:
        HistoryError: It cannot be opened.
    """
    from contextlib import closing

    from moderator.config.settings import read_settings
    from moderator.wiring import open_history

    return closing(open_history(read_settings(history=named)))


def _counted(cases: Iterator[Case], progress: Callable[[str, int, int], None]) -> Iterator[Case]:
    for number, case in enumerate(cases):
        progress("reading the history", number, 0)
        yield case


def _name(source: Source, word: str, taken: dict[str, Iterator[Case]]) -> str:
    """What the model's card calls an export: no path of this machine, and no password of a database."""
    from moderator.wordpress.live_queue import LiveQueue

    name = source.name if isinstance(source, LiveQueue) else Path(word).name
    number = 2
    while name in taken:
        name, number = f"{name.rsplit(' #', 1)[0]} #{number}", number + 1
    return name


def _cases(
    source: Source, name: str, unreadable: list[str], progress: Callable[[str, int, int], None]
) -> Iterator[Case]:
    for number, row in enumerate(source.read()):
        progress("reading exports", number, 0)
        try:
            yield source.case(row)
        except RowError as error:
            unreadable.append(f"{name}: {error}: left out")


def counts_text(counts: LabelCounts) -> str:
    """What exports held, in a line."""
    labelled = [
        f"{sum(counts.rows.values()):,} rows: {counts.ham:,} ham, {counts.spam:,} spam, "
        f"{counts.unlabelled:,} without a label"
    ]
    parts = (
        (counts.repeated, "repeated"),
        (counts.settled, "contradictions settled by the latest label"),
        (counts.contradicted, "contradictions dropped"),
        (counts.undated, "labelled rows without a date"),
        (counts.assumed, "labels without a date"),
    )
    return ", ".join([*labelled, *(f"{count:,} {what}" for count, what in parts if count)])
