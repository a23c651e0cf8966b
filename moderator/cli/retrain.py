"""``moderator retrain``: trains a model from the owner's own labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from moderator.cli import options
from moderator.cli.terminal import say, warn

__all__ = ["retrain"]


def retrain(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="The new model's folder.")],
    exports: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(metavar="[EXPORT...]", help="What rescore reads, too, with labels; none: the history alone."),
    ] = None,
    history: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="FILE|URL", help="A history whose labels count, too; default without EXPORT: the settings'."
        ),
    ] = None,
    base: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The model to start from; default: the one that came along.")
    ] = None,
    from_scratch: Annotated[bool, typer.Option("--from-scratch", help="Start from no model.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a better model, too.")] = False,
    label_delay: options.LabelDelay = options.LABEL_DELAY,
    workers: options.Workers = 1,
    cluster: options.Cluster = None,
    cluster_wait: options.ClusterWait = 10.0,
    seed: Annotated[int, typer.Option(min=0, help="Where every random choice starts.")] = 7,
    as_json: options.AsJson = False,
) -> None:
    """Trains a model from labelled exports and the history; one that is not better than what OUTPUT holds stays out.

    The column label holds ham or spam, or a queue's words (approved, spam; pending is no label). The history's labels
    (`moderator label`, the dashboard) come with the time at which they were given, and with the evidence as it was
    recorded; an export that holds the same linkbacks brings the posts, which the history does not keep.

    With --workers, N processes beside this one compute features and fit the text models. What must go in order of
    receipt stays with this one: advancing the history by each row. Forests are grown here, too, one after the other,
    each by N threads; without workers by as many threads as OMP_NUM_THREADS says, or there are cores.

    With --cluster, there is one EXPORT: a Parquet file or a folder of them, which holds each linkback once. All of it
    passes the history on the cluster; the model learns from a sample of about 100,000 rows, as it does without.

    Example: moderator retrain --output my-model

    Example: moderator retrain approved.csv spam.csv --output my-model

    Example: moderator retrain linkbacks/ --output my-model --cluster tcp://10.0.0.5:8786
    """
    from contextlib import ExitStack

    from moderator.cli.cluster import train_clustered
    from moderator.cli.exports import open_extractor, open_model, open_store, parse_duration, read_exports
    from moderator.cli.format_training import promotion_text, trained_json, trained_text
    from moderator.cli.opening import open_executor
    from moderator.cli.progress import ProgressLine
    from moderator.training.plan import Plan
    from moderator.training.promote import promote
    from moderator.training.train import train

    extractor = open_extractor()
    start = None if from_scratch else open_model(base, extractor)
    with ExitStack() as stack:
        progress = stack.enter_context(ProgressLine())
        plan, delay = Plan().seeded(seed), parse_duration(label_delay)
        if cluster is not None:
            if history is not None or exports is None or len(exports) != 1:
                raise typer.BadParameter(
                    "a cluster reads one export and no history; put its files into one folder", param_hint="EXPORT"
                )
            trained = train_clustered(
                Path(exports[0]),
                output,
                extractor,
                cluster,
                workers=workers,
                wait=cluster_wait,
                delay=delay,
                base=start,
                plan=plan,
                progress=progress,
            )
        else:
            store = stack.enter_context(open_store(history)) if history or not exports else None
            labelled = read_exports(exports or [], delay=delay, progress=progress, report=warn, history=store)
            executor = stack.enter_context(open_executor(workers)) if workers > 1 else None
            trained = train(labelled, extractor, base=start, plan=plan, executor=executor, progress=progress)
    serving = start if base is None and start is not None else open_model(None, extractor)
    promotion = promote(trained, output, extractor.schema, instead=serving, force=force)
    say(json.dumps(trained_json(trained, promotion)) if as_json else trained_text(trained))
    warn(promotion_text(promotion, output))
    raise typer.Exit(0 if promotion.card is not None else 1)
