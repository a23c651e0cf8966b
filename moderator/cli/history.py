"""``moderator history``: shows what the history holds, and prunes old entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from moderator.cli import options
from moderator.cli.terminal import say

if TYPE_CHECKING:
    from moderator.history.base import Holdings

__all__ = ["history", "history_text"]

history = typer.Typer(help="What is remembered.", rich_markup_mode=None)


@history.callback(invoke_without_command=True)
def show(context: typer.Context, history: options.HistoryFile = None, as_json: options.AsJson = False) -> None:
    """Tells what the history holds: linkbacks, labels, since when, and its size.

    Example: moderator history
    """
    if context.invoked_subcommand is not None:
        context.obj = history
        return
    import json
    from dataclasses import asdict

    from moderator.cli.exports import open_store

    with open_store(history) as store:
        holds = store.holdings()
    shown = {name: None if value != value else value for name, value in asdict(holds).items()}
    say(json.dumps(shown) if as_json else history_text(holds))


@history.command()
def prune(
    context: typer.Context,
    keep_days: Annotated[int, typer.Option(min=7, max=36_500, help="Days that are kept.")] = 365,
    history: options.HistoryFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Forgets linkbacks that are older, labelled ones excepted.

    Reputations, first dates and labels stay, so verdicts do not change, but an older linkback can be labelled no more.
    It may run while a service does: others write between its steps. A week is the longest window that is counted.

    Example: moderator history prune --keep-days 180
    """
    import json
    import time

    from moderator.cli.exports import open_store

    with open_store(history or (context.obj if isinstance(context.obj, str) else None)) as store:
        before = store.holdings()
        forgotten = store.prune(time.time() - keep_days * 86_400)
        after = store.holdings()
    if as_json:
        say(json.dumps({"forgotten": forgotten, "linkbacks": after.linkbacks, "size": after.size}))
        return
    say(f"forgot {forgotten:,} linkbacks older than {keep_days} days")
    say(f"{_bytes(before.size)} before, {_bytes(after.size)} now")
    say(history_text(after))


def history_text(holds: Holdings) -> str:
    """What a history holds, in a few lines."""
    from datetime import UTC, datetime

    lines = [f"{holds.linkbacks:,} linkbacks, {holds.ham:,} labelled ham and {holds.spam:,} labelled spam"]
    if holds.first_at == holds.first_at:
        first, last = (datetime.fromtimestamp(at, UTC).date() for at in (holds.first_at, holds.last_at))
        lines.append(f"received from {first} to {last}")
    if holds.size:
        lines.append(f"{_bytes(holds.size)} on the disk")
    return "\n".join(lines)


def _bytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MB"
