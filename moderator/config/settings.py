"""The engine's settings: one frozen record, from a TOML file and the environment.

The environment wins over the file: ``MODERATOR_SPAM_FROM=0.95`` over ``spam_from = 0.9``. Nothing is read at import.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from moderator.config.reading import (
    PREFIX,
    from_arguments,
    from_environment,
    from_table,
    read_values,
    settings_file,
    toml,
)
from moderator.config.values import DatabasePlace, Network, Probability, texts
from moderator.domain_lists.subscribe import Subscription
from moderator.domain_lists.subscriptions import problem_of
from moderator.errors import SettingsError, shown
from moderator.linkcheck.dns_lists import Zone, zone_named
from moderator.linkcheck.guard import parse_nat64
from moderator.records import Verdict

__all__ = ["Settings", "data_folder", "read_settings"]

_SERVICE = "service"
"""A table of the file that only the service reads."""


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the history and the lists lie unless the owner says otherwise (XDG base directories)."""
    root = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME", "~")).expanduser() / ".local" / "share")
    return Path(root) / "moderator"


def _zones(value: Any) -> tuple[Zone, ...]:
    if isinstance(value, tuple) and all(isinstance(part, Zone) for part in value):
        return value
    return tuple(map(zone_named, texts(value)))


def _nat64(value: Any) -> tuple[str, ...]:
    for prefix in texts(value):
        try:
            parse_nat64(prefix)
        except ValueError:
            raise ValueError(f"must be IPv6 prefixes such as 2001:db8:64::/96, not {shown(prefix)}") from None
    return texts(value)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an owner can choose about the engine."""

    model: Path | None = None
    """Folder of the model; None: the one that comes with the package."""
    history: DatabasePlace | None = None
    """The history: a file (SQLite), or the address of a PostgreSQL database that several processes and hosts share, as
    ``postgresql+psycopg://user@host/name``; None: the file ``history.sqlite3`` in the data folder."""
    lists: Path | None = None
    """Folder of domain lists, one sub-folder for each sort; None: ``lists`` in the data folder, if it exists."""
    subscriptions: tuple[Subscription, ...] = ()
    """Lists of other blogs that this one subscribes to: tables ``[[lists]]``, or ``[[subscriptions]]`` in a file that
    names a folder by ``lists``; ``moderator lists add`` adds others beside them."""
    verify: bool = False
    """Whether source pages are looked at before anything is approved."""
    allow_networks: tuple[Network, ...] = field(default=())
    """Address ranges that the link check may reach although they are not public."""
    nat64_prefixes: Annotated[tuple[str, ...], _nat64] = ()
    """IPv6 prefixes by which this network reaches IPv4 addresses (NAT64), as ``2001:db8:64::/96``; what lies behind
    them is guarded like the IPv4 address itself. The well-known prefix ``64:ff9b::/96`` need not be named."""
    dns_lists: Annotated[tuple[Zone, ...], _zones] = ()
    """DNS lists that are asked about a page's domain and a sender's address where the page is looked at, as
    ``dbl.spamhaus.org``; needs the extra ``dns``. Whoever runs the list learns who pings the blog; read its terms."""
    blog: str = ""
    """Address of the blog, told to the pages that are looked at; empty: not told."""
    approve_below: Probability | None = None
    """Below this probability of spam a linkback is approved; None: as the model's card says."""
    spam_from: Probability | None = None
    """At or above it a linkback is spam; None: as the model's card says."""
    self_pings: Verdict = Verdict.APPROVE
    """What happens to a verified self-ping; spam refuses them."""


def read_settings(path: Path | None = None, environment: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
    """Reads the settings.

    Args:
        path: The TOML file; None: the one that ``MODERATOR_CONFIG`` names, or none.
        environment: Where ``MODERATOR_...`` variables are looked up.
        overrides: Values that win over file and environment; None stands for: not given.

    Raises:
        SettingsError: The file cannot be read, or values are wrong; all of them are named.
    """
    source = settings_file(path, environment)
    table = {name: value for name, value in toml(source).items() if name != _SERVICE}
    if isinstance(table.get("lists"), list) and "subscriptions" not in table:
        table["subscriptions"] = table.pop("lists")
    given = from_table(str(source), table) + from_environment(Settings, PREFIX, environment) + from_arguments(overrides)
    problems: list[str] = []
    values = read_values(Settings, given, problems)
    low, high = values.get("approve_below"), values.get("spam_from")
    if low is not None and high is not None and low > high:
        problems.append(f"approve_below = {low} is above spam_from = {high}; what lies between them is held")
    subscriptions = values.get("subscriptions", ())
    problems += [f"{source}: {problem}" for one in subscriptions if (problem := problem_of(one))]
    if len({one.name for one in subscriptions}) < len(subscriptions):
        problems.append(f"{source}: two subscribed lists have the same name; names must differ")
    if problems:
        raise SettingsError(tuple(problems))
    return Settings(**values)
