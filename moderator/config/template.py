"""A settings file with every setting explained, made of the records that hold the settings.

What a setting means is read from the docstring under its field, so that this text and the code cannot part.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from dataclasses import MISSING, fields
from typing import Any, NamedTuple

from moderator.config.service import Blog, Learning, Mail, ServiceSettings
from moderator.config.settings import Settings
from moderator.domain_lists.subscribe import Subscription

__all__ = ["Setting", "settings_of", "settings_template"]

_WIDTH = 100
_EXAMPLES: dict[str, str] = {
    "model": '"/path/to/model"',
    "history": '"/path/to/history.sqlite3"',
    "lists": '"/path/to/lists"',
    "allow_networks": '["192.168.0.0/16"]',
    "nat64_prefixes": '["2001:db8:64::/96"]',
    "dns_lists": '["dbl.spamhaus.org"]',
    "blog": '"https://blog.example/"',
    "approve_below": "0.05",
    "spam_from": "0.95",
    "database": '"/path/to/service.sqlite3"',
    "public_url": '"https://moderator.example/"',
    "trusted_proxies": '["127.0.0.1/32"]',
    "user_header": '"X-Remote-User"',
    "name": '"blog"',
    "url": '"https://blog.example/"',
    "posts": '["https://blog.example/sitemap.xml"]',
    "closed": '["/2019/*"]',
    "webhook": '"https://blog.example/hook"',
    "to": '"owner@blog.example"',
    "sender": '"moderator@blog.example"',
    "user": '"moderator"',
    "folder": '"/path/to/models"',
    "self_pings": '"approve"',
    "lists_key": '"/path/to/lists.key"',
    "key": '"32 bytes in Base64"',
}
"""What is shown for a setting whose default is nothing."""
_TABLES = {
    "subscriptions": Subscription,
    "service.blogs": Blog,
    "service.learning": Learning,
    "service.mail": Mail,
}
_SEVERAL = ("subscriptions", "service.blogs")
"""Tables of which there may be several."""


class Setting(NamedTuple):
    """One setting, as people read of it."""

    name: str
    meaning: str
    """Its field's docstring on one line."""
    value: str
    """Its default in TOML, or an example where the default is nothing."""
    needed: bool
    """Whether its table makes no sense without it."""


def settings_of(record: type[Any]) -> list[Setting]:
    """The settings of a record, in its order.

    >>> settings_of(Settings)[0].name
    'model'
    """
    meanings = _docstrings(record)
    shown = []
    for entry in fields(record):
        default = entry.default_factory() if entry.default_factory is not MISSING else entry.default
        needed = default is MISSING
        shown.append(Setting(entry.name, meanings.get(entry.name, ""), _value(entry.name, default), needed))
    return shown


def settings_template(chosen: dict[str, dict[str, str]] | None = None) -> str:
    """A settings file in which every setting is explained and stands at its default, commented out.

    Args:
        chosen: Values in TOML that are set, by table (``""`` is the top of the file, ``service``, ``service.blogs``,
            ``service.learning`` and ``service.mail`` the others) and name; None: none.

    >>> "# verify = false" in settings_template()
    True
    """
    chosen = chosen or {}
    parts = ["# Settings of moderator. A line that begins with # stands at its default.", ""]
    parts += _lines(settings_of(Settings), chosen.get("", {}), {"subscriptions"})
    parts += [
        "",
        "[service]",
        *_lines(settings_of(ServiceSettings), chosen.get("service", {}), {"blogs", "learning", "mail"}),
    ]
    for table, record in _TABLES.items():
        values = chosen.get(table, {})
        mark = "" if values else "# "
        head = f"[[{table}]]" if table in _SEVERAL else f"[{table}]"
        parts += ["", f"{mark}{head}", *_lines(settings_of(record), values)]
    return "\n".join(parts) + "\n"


def _lines(settings: list[Setting], chosen: dict[str, str], left_out: set[str] | None = None) -> list[str]:
    lines = []
    for setting in settings:
        if setting.name in (left_out or ()):
            continue
        lines += [f"# {line}" for line in textwrap.wrap(_for_files(setting.meaning), _WIDTH)]
        mark = "" if setting.name in chosen else "# "
        lines.append(f"{mark}{setting.name} = {chosen.get(setting.name, setting.value)}")
    return lines


def _for_files(meaning: str) -> str:
    """A docstring in the words of somebody who edits a file."""
    return meaning.replace("``", "`").replace("; None:", "; not set:")


def _value(name: str, default: Any) -> str:
    if default is MISSING or default is None or default in ("", ()):
        return _EXAMPLES.get(name, '""' if default == "" else "[]" if default == () else '"..."')
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int | float):
        return str(default)
    if isinstance(default, tuple):
        return "[" + ", ".join(f'"{part}"' for part in default) + "]"
    return f'"{default}"'


def _docstrings(record: type[Any]) -> dict[str, str]:
    """The texts under a record's fields, by name."""
    [tree] = ast.parse(textwrap.dedent(inspect.getsource(record))).body
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    found = {}
    for before, after in itertools.pairwise(body):
        if not (isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name)):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[before.target.id] = " ".join(str(after.value.value).split())
    return found
