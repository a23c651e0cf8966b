"""Prints to the terminal with control characters made harmless, and asks for credentials."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping
from typing import Any

from moderator.errors import InputError

__all__ = ["login", "printable", "say", "warn"]

_USER, _PASSWORD = "MODERATOR_WORDPRESS_USER", "MODERATOR_WORDPRESS_PASSWORD"


def say(text: str) -> None:
    """Prints a command's answer."""
    print(printable(text))


def warn(text: str, *, end: str = "\n") -> None:
    """Prints what is for people only, to the error stream, at once."""
    print(printable(text), file=sys.stderr, end=end, flush=True)


def printable(written: str) -> str:
    r"""Text whose characters that a terminal obeys, or that hide others, are escaped; JSON says the same afterwards.

    >>> printable("caf\u00e9 \x1b[31m")
    'café \\u001b[31m'
    """
    return "".join(
        c if c.isprintable() or c in "\n\t" else "".join(f"\\u{unit:04x}" for unit in _utf16(c)) for c in written
    )


def _utf16(character: str) -> tuple[int, ...]:
    units = character.encode("utf-16-be", "surrogatepass")
    return tuple(int.from_bytes(units[place : place + 2]) for place in range(0, len(units), 2))


def login(address: str, environment: Mapping[str, str] = os.environ, terminal: Any = None) -> tuple[str, str]:
    """The user and application password for a blog.

    Args:
        address: The blog, for the prompt.
        environment: Where both are looked up first.
        terminal: Where a prompt can be answered; None: standard input.

    Raises:
        InputError: They are not in the environment, and nobody can be asked.
    """
    user, password = environment.get(_USER, ""), environment.get(_PASSWORD, "")
    if user and password:
        return user, password
    if not (terminal or sys.stdin).isatty():
        raise InputError(f"{address} wants a user and an application password: set {_USER} and {_PASSWORD}")
    user = user or input(f"User for {address}: ").strip()
    return user, getpass.getpass(f"Application password of {user}: ")
