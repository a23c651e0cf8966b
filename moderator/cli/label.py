"""``moderator label``: the owner's label for one linkback, or for a whole queue."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from moderator.cli import options
from moderator.cli.terminal import say, warn
from moderator.records import Label

__all__ = ["label"]


def label(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="ID|QUEUE", help="The id that `check` told, or a queue as in rescore.")
    ],
    label: Annotated[Optional[Label], typer.Argument(help="What it is; for an id only.")] = None,  # noqa: UP045
    history: options.HistoryFile = None,
    model: options.ModelFolder = None,
    label_delay: options.LabelDelay = options.LABEL_DELAY,
    as_json: options.AsJson = False,
) -> None:
    """Tells the engine what remembered linkbacks really are.

    With a queue in place of an id, what was approved or marked as spam there is taken into the history with its label,
    ready for the next training. WordPress plugins delete spam after some days, so do it often; twice does no harm.

    Example: moderator label 1f0c7a9be2d34c55 ham

    Example: moderator label https://blog.example/
    """
    if label is None:
        return _label_queue(name, history=history, label_delay=label_delay, as_json=as_json)
    from moderator.cli.opening import open_moderator

    moderator = open_moderator(context.obj, history=history, model=model)
    context.call_on_close(moderator.close)
    moderator.label(name, label)
    say(f"{name} is {label}")


def _label_queue(name: str, *, history: options.HistoryFile, label_delay: str, as_json: bool) -> None:
    import contextlib
    import json
    import os
    from dataclasses import asdict

    from moderator.batch.labels import archive_labels
    from moderator.cli.exports import parse_duration
    from moderator.cli.format_live import archived_text, unreadable_text
    from moderator.cli.progress import ProgressLine
    from moderator.cli.terminal import login
    from moderator.config.settings import read_settings
    from moderator.wiring import open_history
    from moderator.wordpress.opening import open_queue

    queue = open_queue(name, login, os.environ, parse_duration(label_delay))
    with contextlib.closing(open_history(read_settings(history=history))) as store, ProgressLine() as progress:
        archived = archive_labels(queue, store, progress=progress)
    warn(unreadable_text(archived), end="")
    say(json.dumps(asdict(archived)) if as_json else archived_text(archived))
