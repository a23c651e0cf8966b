"""A new installation: a settings file and its secrets, from a few answers."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from moderator.config.passwords import hash_password
from moderator.config.template import settings_template
from moderator.config.values import web_address
from moderator.errors import InputError, SettingsError, shown
from moderator.urls import parse_url

__all__ = ["SHORTEST_PASSWORD", "Answers", "Installed", "install"]

SHORTEST_PASSWORD = 12
"""Characters of a password; shorter ones can be guessed from a stolen hash."""
SETTINGS = "settings.toml"
ENVIRONMENT = "moderator.env"


@dataclass(frozen=True, slots=True)
class Answers:
    """What an owner says of a new installation."""

    blog: str
    """The blog's address."""
    verify: bool = True
    """Whether source pages are looked at."""
    shadow: bool = True
    """Whether the service only watches at first."""
    password: str = ""
    """Password of the moderation page; empty: the page stays closed."""
    api: bool = True
    """Whether programs, such as the WordPress plugin, may ask with a token."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What was written."""

    settings: Path
    environment: Path
    """Variables that name the settings and hold the secrets; only its owner may read it."""
    api_token: str
    """The token for programs; empty: none."""


def install(folder: Path, answers: Answers) -> Installed:
    """Writes a settings file in which everything is explained, and a file with the secrets.

    Args:
        folder: Where to; it is made where it does not exist.
        answers: What the owner said.

    Raises:
        InputError: The blog's address is none, or the password is too short.
        SettingsError: One of the files exists already, or cannot be written.
    """
    try:
        blog = web_address(answers.blog)
    except ValueError as error:
        raise InputError(f"the blog's address {error}") from None
    if not blog:
        raise InputError("the blog's address is empty; give one such as https://blog.example/")
    if answers.password and len(answers.password) < SHORTEST_PASSWORD:
        raise InputError(f"the password has {len(answers.password)} characters; take at least {SHORTEST_PASSWORD}")
    token = secrets.token_urlsafe(32) if answers.api else ""
    settings, environment = folder / SETTINGS, folder / ENVIRONMENT
    text = settings_template(
        {
            "": {"verify": str(answers.verify).lower(), "blog": _quoted(blog)},
            "service": {"verify": str(answers.verify).lower(), "shadow": str(answers.shadow).lower()},
            "service.blogs": {"name": _quoted(parse_url(blog).host), "url": _quoted(blog)},
        }
    )
    variables = [f"MODERATOR_CONFIG='{settings.absolute()}'"]
    if token:
        variables.append(f"MODERATOR_API_TOKEN='{token}'")
    if answers.password:
        variables.append(f"MODERATOR_PASSWORD_HASH='{hash_password(answers.password)}'")
    for path in (settings, environment):
        if path.exists():
            raise SettingsError((f"{shown(path)} exists already; move it away, or name another --folder",))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(environment, "\n".join(variables) + "\n", 0o600)
        _write(settings, text, 0o644)
    except OSError as error:
        raise SettingsError((f"cannot write into {shown(folder)}: {error.strerror}",)) from error
    return Installed(settings, environment, token)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write(path: Path, text: str, mode: int) -> None:
    """Writes a new file that never had looser rights than these."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)
