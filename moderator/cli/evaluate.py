"""``moderator evaluate``: how good a model is on labelled linkbacks, and whether it has aged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from moderator.cli import options
from moderator.cli.terminal import say, warn

__all__ = ["evaluate"]


def evaluate(
    exports: Annotated[list[str], typer.Argument(metavar="EXPORT...", help="What rescore reads, too, with labels.")],
    model: options.ModelFolder = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a page with everything.")] = None,
    against: Annotated[Path | None, typer.Option(metavar="DIR", help="Another model to compare with.")] = None,
    since: Annotated[str, typer.Option(metavar="DATE", help="Measure only what was received from then on.")] = "",
    label_delay: options.LabelDelay = options.LABEL_DELAY,
    workers: options.Workers = 1,
    as_json: options.AsJson = False,
) -> None:
    """Judges labelled linkbacks as of their receipt and measures the judgement. Nothing is changed.

    Example: moderator evaluate queue.csv --model my-model --report report.html
    """
    from moderator.cli.exports import open_extractor, open_model, parse_duration, read_exports
    from moderator.cli.format_training import evaluation_text, write_report
    from moderator.cli.opening import open_executor
    from moderator.cli.progress import ProgressLine
    from moderator.serialization import date_from_json
    from moderator.training.evaluate import evaluate as run

    extractor = open_extractor()
    one = open_model(model, extractor)
    other = None if against is None else open_model(against, extractor)
    first = date_from_json(since, "--since") if since else None
    with ProgressLine() as progress, open_executor(workers) as executor:
        labelled = read_exports(exports, delay=parse_duration(label_delay), progress=progress, report=warn)
        found = run(labelled, one, extractor, against=other, since=first, executor=executor, progress=progress)
    if report is not None:
        write_report(found, report)
    say(json.dumps(found.to_json(), ensure_ascii=False) if as_json else evaluation_text(found))
