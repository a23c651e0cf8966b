"""The command line: a thin skin. A command reads its options, calls one function of the library and prints.

One file for each command. Everything beside Typer is imported inside the command that needs it, so that ``--help``
answers at once.
"""

from moderator.cli.run import main

__all__ = ["main"]
