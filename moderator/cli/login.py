"""Credentials for a blog: from the environment or a prompt, never from the command line."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping
from typing import Any

from moderator.errors import InputError

__all__ = ["login"]

_USER, _PASSWORD = "MODERATOR_WORDPRESS_USER", "MODERATOR_WORDPRESS_PASSWORD"


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
