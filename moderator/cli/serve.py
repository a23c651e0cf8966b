"""``moderator serve``: the service."""

from __future__ import annotations

from typing import Annotated

import typer

from moderator.cli import options

__all__ = ["serve"]


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = 8750,
    shadow: Annotated[
        bool | None, typer.Option("--shadow/--no-shadow", help="Only write verdicts down; hand nothing on.")
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="Where mentions wait and are kept: a SQLite file, or postgresql+psycopg://user@host/name.",
        ),
    ] = None,
    verify: options.Verify = None,
    model: options.ModelFolder = None,
    history: options.HistoryFile = None,
    allow_network: options.AllowNetwork = None,
    hash_password: Annotated[
        bool, typer.Option("--hash-password", help="Ask for a password, print its hash, and end.")
    ] = False,
) -> None:
    """Runs receivers, JSON API, Akismet's API and the moderation page; needs the extra `serve`.

    Blogs, mail and more stand in the settings file, table [service]; secrets come from the environment:
    MODERATOR_PASSWORD_HASH, MODERATOR_API_TOKEN, MODERATOR_AKISMET_KEY, MODERATOR_WEBHOOK_SECRET, each also as
    a file named by MODERATOR_..._FILE.

    Example: moderator serve --shadow
    """
    from moderator.cli.serving import print_hash, run_service

    if hash_password:
        return print_hash()
    run_service(
        host,
        port,
        context.obj + (allow_network or []),
        {"model": model, "history": history, "verify": verify},
        {"shadow": shadow, "database": database, "verify": verify},
    )
