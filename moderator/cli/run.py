"""Runs a command line: exit codes, and errors as one line."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence

from moderator.cli.terminal import warn
from moderator.errors import InputError, ModeratorError, SettingsError

__all__ = ["main"]

_DEBUG = "--debug"
_INTERRUPTED = 130
"""The exit code of Ctrl-C; Typer gives it, too."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line.

    Args:
        arguments: What stands behind the program's name; None: as the process was started.

    Returns:
        The exit code: 0 done, 1 the work failed, 2 wrong usage, 130 interrupted, 143 ended.
    """
    from moderator.cli.app import app_for

    if arguments is None:
        # a polite end, like Ctrl-C's: half-written files are taken away
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = _DEBUG in words
    # --debug may stand before or behind the command; the other options know their places
    words = [word for word in words if word != _DEBUG]
    try:
        app_for(words[0] if words else "")(words, prog_name="moderator")
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            warn("moderator: interrupted")
        return _flushed(end.code if isinstance(end.code, int) else 1)
    except BrokenPipeError:
        return _flushed(1)
    except KeyboardInterrupt:
        warn("moderator: interrupted")
        return _INTERRUPTED
    except Exception as error:
        if debug:
            warn(traceback.format_exc())
        warn(f"moderator: {_line(error)}")
        return 2 if isinstance(error, InputError | SettingsError) else 1
    return _flushed(0)


def _line(error: Exception) -> str:
    if isinstance(error, ModeratorError):
        text = str(error)
    elif isinstance(error, OSError) and error.strerror:
        text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    else:
        text = f"failed inside: {type(error).__name__}: {error} (--debug shows where)"
    return " ".join(text.split())


def _flushed(code: int) -> int:
    """Empties the output, so that a reader who went away is met here and not while Python shuts down."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code
