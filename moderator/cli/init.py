"""``moderator init``: a settings file from five questions."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderator.cli.terminal import say

if TYPE_CHECKING:
    from moderator.config.setup import Answers, Installed

__all__ = ["init", "installed_text"]


def init(
    folder: Annotated[Path | None, typer.Option(metavar="DIR", help="Where the files are written.")] = None,
    blog: Annotated[str | None, typer.Option(metavar="URL", help="The blog's address.")] = None,
    verify: Annotated[bool | None, typer.Option("--verify/--no-verify", help="Look at source pages.")] = None,
    shadow: Annotated[bool | None, typer.Option("--shadow/--no-shadow", help="Only watch at first.")] = None,
    api: Annotated[bool | None, typer.Option("--api/--no-api", help="Make a token for programs.")] = None,
    page: Annotated[
        bool | None, typer.Option("--page/--no-page", help="Open the moderation page; asks for its password.")
    ] = None,
) -> None:
    """Writes a settings file in which every setting is explained; asks for what no option says.

    The password is read from the terminal, or from MODERATOR_PASSWORD; it never stands on the command line.

    Example: moderator init --blog https://blog.example/
    """
    from moderator.config.setup import Answers, install

    blog = blog or _asked("The blog's address: ")
    verify = _chosen(verify, "Look at source pages before anything is approved?")
    shadow = _chosen(shadow, "Only watch at first, and hand nothing on?")
    api = _chosen(api, "May programs, such as the WordPress plugin, ask with a token?")
    page = _chosen(page, "Open the moderation page in the browser, with a password?")
    answers = Answers(blog, verify=verify, shadow=shadow, api=api, password=_password() if page else "")
    say(installed_text(install(folder or _default_folder(), answers), answers))


def installed_text(installed: Installed, answers: Answers) -> str:
    """What was written, which doors are open, and what to do next."""
    opened = "open, with its password" if answers.password else "closed: no password was given"
    api = "open, with the token in the second file" if installed.api_token else "closed"
    return "\n".join(
        [
            f"written: {installed.settings} (every setting explained)",
            f"         {installed.environment} (the secrets; only you can read it)",
            f"moderation page: {opened}",
            f"JSON API: {api}",
            "receivers: open for " + answers.blog + ("; they only watch (shadow)" if answers.shadow else ""),
            "next:",
            f"  set -a; . '{installed.environment}'; set +a",
            "  moderator doctor",
            "  moderator serve",
        ]
    )


def _default_folder() -> Path:
    root = os.environ.get("XDG_CONFIG_HOME")
    return (Path(root) if root else Path.home() / ".config") / "moderator"


def _asked(question: str) -> str:
    from moderator.errors import InputError

    if not sys.stdin.isatty():
        raise InputError(f"nobody can be asked «{question.strip()}»; say it by an option")
    return input(question).strip()


def _chosen(said: bool | None, question: str) -> bool:
    """What an option said, or what is answered; where nobody can be asked, yes."""
    if said is not None:
        return said
    if not sys.stdin.isatty():
        return True
    return not input(f"{question} [Y/n] ").strip().lower().startswith("n")


def _password() -> str:
    """The password, asked twice.

    Raises:
        InputError: The two differ, or nobody can be asked.
    """
    import getpass

    from moderator.errors import InputError

    if (said := os.environ.get("MODERATOR_PASSWORD")) is not None:
        return said
    if not sys.stdin.isatty():
        raise InputError("nobody can be asked for a password; set MODERATOR_PASSWORD, or say --no-page")
    first = getpass.getpass("Password of the moderation page: ")
    if getpass.getpass("Once more: ") != first:
        raise InputError("the two passwords differ; begin again")
    return first
