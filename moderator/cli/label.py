"""``moderator label``: the owner's word for one linkback."""

from __future__ import annotations

from typing import Annotated

import typer

from moderator.cli import options
from moderator.records import Label

__all__ = ["label"]


def label(
    context: typer.Context,
    linkback_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `check` told.")],
    label: Annotated[Label, typer.Argument(help="What it is.")],
    history: options.HistoryFile = None,
    model: options.ModelFolder = None,
) -> None:
    """Tells the engine what a remembered linkback really is.

    Example: moderator label 1f0c7a9be2d34c55 ham
    """
    from moderator.cli.parts import open_moderator

    open_moderator(context.obj, history=history, model=model).label(linkback_id, label)
    print(f"{linkback_id} is {label}")
