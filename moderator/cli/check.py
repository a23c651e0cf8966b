"""``moderator check``: one linkback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from moderator.cli import options
from moderator.cli.terminal import say
from moderator.records import Kind

__all__ = ["check"]

_REASONS = 8
"""Single reasons that are named where nobody says how many."""


def check(
    context: typer.Context,
    source_url: Annotated[str, typer.Option(help="The page that claims to link to us.")],
    target_url: Annotated[str, typer.Option(help="Our page.")],
    kind: Annotated[Kind, typer.Option(help="The protocol.")] = Kind.UNKNOWN,
    title: Annotated[str, typer.Option(help="The title sent.")] = "",
    excerpt: Annotated[str, typer.Option(help="The excerpt sent.")] = "",
    blog_name: Annotated[str, typer.Option(help="The blog's name as sent.")] = "",
    sender_ip: Annotated[str, typer.Option(help="The address it came from.")] = "",
    user_agent: Annotated[str, typer.Option(help="The sender's User-Agent.")] = "",
    received_at: Annotated[str, typer.Option(help="When it came, ISO 8601; default: now.")] = "",
    site: Annotated[str, typer.Option(help="The receiving blog, where several share an engine.")] = "",
    target_title: Annotated[str, typer.Option(help="Our page's title.")] = "",
    target_text_file: Annotated[Path | None, typer.Option(metavar="FILE", help="Our page's text; - reads it.")] = None,
    verify: options.Verify = None,
    model: options.ModelFolder = None,
    history: options.HistoryFile = None,
    reasons: options.ReasonsTable = None,
    allow_network: options.AllowNetwork = None,
    as_json: options.AsJson = False,
) -> None:
    """Judges one linkback and remembers it.

    Example: moderator check --kind trackback --source-url https://a.example/ --target-url https://b.example/post
    """
    from moderator.cli.format import decision_text
    from moderator.cli.opening import open_moderator
    from moderator.errors import InputError, shown
    from moderator.intake.addresses import web_address
    from moderator.serialization import decision_to_json
    from moderator.tables.files import read_text
    from moderator.tables.rows import case_of

    for option, address in (("--source-url", source_url), ("--target-url", target_url)):
        try:
            web_address(address)
        except ValueError as error:
            raise InputError(
                f"{option} {shown(address)} {error}; write a whole address, as https://a.example/"
            ) from None
    given = dict(context.params, target_text=read_text(target_text_file) if target_text_file else "")
    case = case_of(given)
    moderator = open_moderator(context.obj + (allow_network or []), model=model, history=history, verify=verify)
    context.call_on_close(moderator.close)
    decision = moderator.check(case.linkback, case.post, reasons=_REASONS if reasons is None else reasons)
    if as_json:
        say(json.dumps(decision_to_json(decision), ensure_ascii=False))
    else:
        say(decision_text(decision, table=reasons is not None))
