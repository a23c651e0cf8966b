"""Writes docs/settings.md: every setting with its meaning and default, read from the records that hold the settings.

python -m docs.make_settings
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from moderator.config.service import Blog, Learning, Mail, Secrets, ServiceSettings
from moderator.config.settings import Settings
from moderator.config.template import settings_of
from moderator.domain_lists.subscribe import Subscription

PAGE = Path(__file__).with_name("settings.md")
_HEAD = """\
# Settings

This page is made by `python -m docs.make_settings`. `moderator init` writes the same as a settings file to edit.

Settings come from the TOML file that `MODERATOR_CONFIG` names. Environment variables win over the file, and options of
a command win over both. A setting that is not known, or has a wrong value, is an error that names it.
"""


def settings_page() -> str:
    """The page."""
    return "\n".join(
        [
            _HEAD,
            "## The engine\n",
            "At the top of the file. As a variable: `MODERATOR_` and the name, as in `MODERATOR_SPAM_FROM=0.95`.\n",
            _table(Settings, leave_out=("subscriptions",)),
            "## A list that you subscribe to: `[[lists]]`\n",
            "One table for each list; see [domain lists](lists.md). `moderator lists add` adds others. "
            "In a file that names a folder by `lists`, write `[[subscriptions]]`.\n",
            _table(Subscription),
            "## The service: `[service]`\n",
            "As a variable: `MODERATOR_SERVICE_` and the name, as in `MODERATOR_SERVICE_SHADOW=true`.\n",
            _table(ServiceSettings, leave_out=("blogs", "learning", "mail")),
            "## A blog: `[[service.blogs]]`\n",
            "One table for each receiving blog.\n",
            _table(Blog),
            "## Learning from decisions: `[service.learning]`\n",
            _table(Learning),
            "## The daily digest: `[service.mail]`\n",
            _table(Mail),
            "## Secrets\n",
            "Variables of the environment, never in the file. `MODERATOR_API_TOKEN_FILE` names a file instead; so do "
            "the others.\n",
            "| variable | meaning |\n|---|---|",
            *(f"| `MODERATOR_{one.name.upper()}` | {_cell(one.meaning)} |" for one in settings_of(Secrets)),
            "",
        ]
    )


def _table(record: type[Any], leave_out: tuple[str, ...] = ()) -> str:
    shown = [one for one in settings_of(record) if one.name not in leave_out]
    rows = [
        f"| `{one.name}` | {'needed, as ' if one.needed else ''}`{one.value}` | {_cell(one.meaning)} |" for one in shown
    ]
    return "\n".join(["| setting | default or example | meaning |", "|---|---|---|", *rows, ""])


def _cell(meaning: str) -> str:
    return meaning.replace("``", "`").replace("None:", "not set:").replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(settings_page(), encoding="utf-8")
