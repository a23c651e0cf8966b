"""``moderator lists``: domain lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from moderator.domain_lists.known import RemoteList

__all__ = ["choose", "lists"]

lists = typer.Typer(help="Domain lists.", no_args_is_help=True, rich_markup_mode=None)


@lists.callback()
def group() -> None:
    """Domain lists."""


@lists.command()
def update(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which; default: those that were downloaded before.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(metavar="DIR", help="Where lists are kept.")] = None,
    known: Annotated[bool, typer.Option("--known", help="Only show which lists there are.")] = False,
) -> None:
    """Downloads published domain lists; a list that cannot be fetched stays as it was.

    Example: moderator lists update kagi-smallweb url-shorteners
    """
    from moderator.cli.format import known_text, refreshed_text
    from moderator.config.settings import data_folder, read_settings
    from moderator.domain_lists.known import KNOWN_LISTS
    from moderator.domain_lists.refresh import Outcome, refresh_all

    folder = folder or read_settings().lists or data_folder() / "lists"
    chosen = choose(KNOWN_LISTS, names or [], folder)
    if known or not chosen:
        print(known_text(KNOWN_LISTS))
        raise typer.Exit(0 if known else 2)
    outcomes = refresh_all(chosen, folder, told=lambda refreshed: print(refreshed_text(refreshed)))
    raise typer.Exit(int(any(refreshed.outcome is Outcome.FAILED for refreshed in outcomes)))


def choose(known: Sequence[RemoteList], names: Sequence[str], folder: Path) -> list[RemoteList]:
    """The lists with these names; without names those that lie in the folder already.

    Raises:
        InputError: There is no list of that name.
    """
    from moderator.errors import InputError, shown

    if not names:
        return [remote for remote in known if (folder / remote.sort.value / f"{remote.name}.txt").exists()]
    by_name = {remote.name: remote for remote in known}
    for name in names:
        if name not in by_name:
            raise InputError(f"there is no list {shown(name)}; known are {', '.join(by_name)}")
    return [by_name[name] for name in names]
