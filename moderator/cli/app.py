"""The command line app: finds the command and loads only its module."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Annotated

import typer

from moderator.cli import options
from moderator.cli.terminal import say
from moderator.version import __version__

__all__ = ["COMMANDS", "COMPLETING", "app_for"]

COMMANDS = ("check", "rescore", "label", "retrain", "evaluate", "serve", "init", "doctor", "lists", "history")
"""The commands in the order of the help; each is what a file of this folder names after itself."""
COMPLETING = "_MODERATOR_COMPLETE"
"""The variable by which a shell asks for completions, and a user for what the shell must run (`source_bash`)."""


def app_for(first_word: str) -> typer.Typer:
    """The command line.

    Args:
        first_word: The first word of it. Where that is a command, it alone is loaded: reading the options of all of
            them takes a tenth of a short run.
    """
    if COMPLETING in os.environ:
        from typer.completion import completion_init  # type: ignore[attr-defined]  # imported there, not exported

        completion_init()
    # plain help, and no options for completion: rich alone would take longer to load than the rest
    app = typer.Typer(
        name="moderator",
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(common)
    for name in [first_word] if first_word in COMMANDS else COMMANDS:
        command = getattr(import_module(f"moderator.cli.{name}"), name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        say(__version__)
        raise typer.Exit()


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
