"""Settings: one frozen record, from a TOML file and the environment, with every problem told at once.

The environment wins over the file: ``MODERATOR_SPAM_FROM=0.95`` over ``spam_from = 0.9``. Nothing is read at import.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from moderator.errors import SettingsError, shown
from moderator.history.address import Address, is_address, masked, read_address
from moderator.records import Verdict

__all__ = ["PREFIX", "Network", "Settings", "data_folder", "read_settings", "settings_file"]

PREFIX = "MODERATOR_"
"""What an environment variable's name starts with."""
_SERVICE = "service"
"""A table of the file that only the service reads."""
Network = IPv4Network | IPv6Network


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the history and the lists lie unless the owner says otherwise (XDG base directories)."""
    root = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME", "~")).expanduser() / ".local" / "share")
    return Path(root) / "moderator"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an owner can choose."""

    model: Path | None = None
    """Folder of the model; None: the one that comes with the package."""
    history: Path | Address | None = None
    """The history: a file (SQLite), or the address of a PostgreSQL database that several processes and hosts share, as
    ``postgresql+psycopg://user@host/name``; None: the file ``history.sqlite3`` in the data folder."""
    lists: Path | None = None
    """Folder of domain lists, one sub-folder for each sort; None: ``lists`` in the data folder, if it exists."""
    verify: bool = False
    """Whether the source page is looked at when that could change the verdict."""
    allow_networks: tuple[Network, ...] = field(default=())
    """Address ranges that the link check may reach although they are not public."""
    blog: str = ""
    """Address of the blog, told to the pages that are looked at; empty: not told."""
    approve_below: float | None = None
    """Below this probability of spam a linkback is approved; None: as the model's card says."""
    spam_from: float | None = None
    """At or above it a linkback is spam; None: as the model's card says."""
    self_pings: Verdict = Verdict.APPROVE
    """What happens to a verified self-ping; spam refuses them."""


def settings_file(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file of settings: the one given, or the one that ``MODERATOR_CONFIG`` names; None: none."""
    named = environment.get(PREFIX + "CONFIG")
    return path or (Path(named).expanduser() if named else None)


def _path(value: Any) -> Path:
    if not isinstance(value, str | os.PathLike) or not str(value):
        raise ValueError("must be a path")
    return Path(value).expanduser()


def _history(value: Any) -> Path | Address:
    if isinstance(value, Address):
        return value
    return read_address(str(value)) if is_address(str(value)) else _path(value)


def _flag(value: Any) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    found = value if isinstance(value, bool) else words.get(str(value).lower())
    if found is None:
        raise ValueError("must be true or false")
    return found


def _probability(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if isinstance(value, bool) or not 0 <= number <= 1:
        raise ValueError("must be a probability from 0 to 1")
    return number


def _networks(value: Any) -> tuple[Network, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ValueError("must be a list of networks such as 192.168.0.0/16")
    return tuple(ip_network(str(part).strip()) for part in parts if str(part).strip())


def _verdict(value: Any) -> Verdict:
    if value not in set(Verdict):
        raise ValueError("must be approve, hold or spam")
    return Verdict(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "model": _path,
    "history": _history,
    "lists": _path,
    "verify": _flag,
    "allow_networks": _networks,
    "blog": _text,
    "approve_below": _probability,
    "spam_from": _probability,
    "self_pings": _verdict,
}


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
    problems: list[str] = []
    given: list[tuple[str, str, Any]] = []
    if source is not None:
        given += [(str(source), name, value) for name, value in _toml(source).items() if name != _SERVICE]
    for name in (entry.name for entry in fields(Settings)):
        if (value := environment.get(PREFIX + name.upper())) is not None:
            given.append((PREFIX + name.upper(), name, value))
    given += [("argument", name, value) for name, value in overrides.items() if value is not None]
    values: dict[str, Any] = {}
    for where, name, value in given:
        if name not in _READERS:
            problems.append(f"{where}: there is no setting {shown(name)}; known are {', '.join(_READERS)}")
            continue
        try:
            values[name] = _READERS[name](value)
        except ValueError as error:
            problems.append(f"{where}: {name} = {shown(masked(str(value)))}: {error}")
    low, high = values.get("approve_below"), values.get("spam_from")
    if low is not None and high is not None and low > high:
        problems.append(f"approve_below = {low} is above spam_from = {high}; what lies between them is held")
    if problems:
        raise SettingsError(tuple(problems))
    return Settings(**values)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError((f"cannot read settings {shown(path)}: {error.strerror}",)) from error
    except ValueError as error:
        raise SettingsError((f"settings {shown(path)} are not TOML: {error}",)) from error
