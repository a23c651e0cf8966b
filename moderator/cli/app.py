"""The commands, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from moderator.cli import options
from moderator.cli.check import check
from moderator.cli.doctor import doctor
from moderator.cli.evaluate import evaluate
from moderator.cli.history import history
from moderator.cli.init import init
from moderator.cli.label import label
from moderator.cli.lists import lists
from moderator.cli.rescore import rescore
from moderator.cli.retrain import retrain
from moderator.cli.serve import serve
from moderator.cli.terminal import say
from moderator.version import __version__

__all__ = ["app"]

# plain help and no shell completion: rich alone would take longer to load than the rest
app = typer.Typer(
    name="moderator",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(check)
app.command()(rescore)
app.command()(label)
app.command()(retrain)
app.command()(evaluate)
app.command()(serve)
app.command()(init)
app.command()(doctor)
app.add_typer(lists, name="lists")
app.add_typer(history, name="history")


def _version(wanted: bool) -> None:
    if wanted:
        say(__version__)
        raise typer.Exit()


@app.callback()
def common(
    context: typer.Context,
    allow_network: options.AllowNetwork = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
) -> None:
    """Decides what happens to pingbacks, trackbacks and webmentions: approve, hold or spam.

    Settings come from the file that MODERATOR_CONFIG names and from MODERATOR_... variables; options win over both.
    Exit codes: 0 done, 1 the work failed, 2 wrong usage.
    """
    context.obj = allow_network or []
