"""Reading the service's settings: the table ``[service]`` of the settings file, and the environment.

The environment wins: ``MODERATOR_SERVICE_SHADOW=true`` over ``shadow = true`` in the table. Secrets are never in the
table: they come from the environment (``MODERATOR_AKISMET_KEY``) or from a file that it names
(``MODERATOR_AKISMET_KEY_FILE``), and are never shown.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from moderator.config.passwords import is_hash
from moderator.config.service import Blog, Mail, Secrets, ServiceSettings
from moderator.config.settings import Network, settings_file
from moderator.errors import SettingsError, shown
from moderator.records import Verdict
from moderator.urls import parse_url

__all__ = ["read_secrets", "read_service_settings"]

_PREFIX = "MODERATOR_SERVICE_"


def read_service_settings(
    path: Path | None = None, environment: Mapping[str, str] = os.environ, **overrides: Any
) -> ServiceSettings:
    """Reads the table ``[service]``.

    Args:
        path: The TOML file; None: the one that ``MODERATOR_CONFIG`` names, or none.
        environment: Where ``MODERATOR_SERVICE_...`` variables are looked up.
        overrides: Values that win over both; None stands for: not given.

    Raises:
        SettingsError: The file cannot be read, or values are wrong; all of them are named.
    """
    source = settings_file(path, environment)
    table: Any = {} if source is None else _table(source)
    problems: list[str] = []
    if not isinstance(table, dict):
        raise SettingsError((f"{source}: service must be a table, [service]",))
    known = {entry.name for entry in fields(ServiceSettings)}
    given = [(f"{source}, [service]", name, value) for name, value in table.items()]
    given += [
        (_PREFIX + name.upper(), name, environment[_PREFIX + name.upper()])
        for name in sorted(known - {"blogs", "mail"})
        if _PREFIX + name.upper() in environment
    ]
    given += [("argument", name, value) for name, value in overrides.items() if value is not None]
    values: dict[str, Any] = {}
    for where, name, value in given:
        if name not in known:
            problems.append(f"{where}: there is no setting {shown(name)}; known are {', '.join(sorted(known))}")
            continue
        try:
            values[name] = _READERS[name](value)
        except ValueError as error:
            problems.append(f"{where}: {name}: {error}")
    names = [blog.name for blog in values.get("blogs", ())]
    if len(set(names)) < len(names):
        problems.append(f"{source}: two blogs have the same name; names must differ")
    if problems:
        raise SettingsError(tuple(problems))
    return ServiceSettings(**values)


def read_secrets(environment: Mapping[str, str] = os.environ) -> Secrets:
    """Reads the secrets: ``MODERATOR_<NAME>``, or the file that ``MODERATOR_<NAME>_FILE`` names.

    Raises:
        SettingsError: A file cannot be read, or the password's hash is none.
    """
    values, problems = {}, []
    for entry in fields(Secrets):
        variable = f"MODERATOR_{entry.name.upper()}"
        file = environment.get(f"{variable}_FILE")
        if file is None:
            values[entry.name] = environment.get(variable, "")
            continue
        try:
            values[entry.name] = Path(file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            cause = error.strerror if isinstance(error, OSError) else "not text"
            problems.append(f"{variable}_FILE = {shown(file)}: {cause}")
    if values.get("password_hash") and not is_hash(values["password_hash"]):
        problems.append(
            "MODERATOR_PASSWORD_HASH is not what `moderator serve --hash-password` prints, which begins with scrypt$; "
            "a shell takes parts of it for variables unless it stands in single quotes"
        )
    if problems:
        raise SettingsError(tuple(problems))
    return Secrets(**values)


def _table(source: Path) -> Any:
    try:
        return tomllib.loads(source.read_text(encoding="utf-8")).get("service", {})
    except OSError as error:
        raise SettingsError((f"cannot read settings {shown(source)}: {error.strerror}",)) from error
    except ValueError as error:
        raise SettingsError((f"settings {shown(source)} are not TOML: {error}",)) from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {shown(value)}")
    return value


def _address(value: Any) -> str:
    text = _text(value)
    if text and (parse_url(text).scheme not in ("http", "https") or not parse_url(text).host):
        raise ValueError(f"must be an address such as https://blog.example/, not {shown(value)}")
    return text


def _flag(value: Any) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    found = value if isinstance(value, bool) else words.get(str(value).lower())
    if found is None:
        raise ValueError(f"must be true or false, not {shown(value)}")
    return found


def _whole(least: int, most: int) -> Any:
    def read(value: Any) -> int:
        try:
            number = least - 1 if isinstance(value, bool | float) else int(value)
        except (TypeError, ValueError):
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"must be a whole number from {least} to {most}, not {shown(value)}")
        return number

    return read


def _share(value: Any) -> float:
    try:
        number = -1.0 if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= 1:
        raise ValueError(f"must be a probability from 0 to 1, not {shown(value)}")
    return number


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a list, not {shown(value)}")
    return tuple(_text(part) for part in value)


def _networks(value: Any) -> tuple[Network, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(ip_network(part.strip()) for part in _texts(parts) if part.strip())


def _verdict(value: Any) -> Verdict:
    if value not in set(Verdict):
        raise ValueError(f"must be approve, hold or spam, not {shown(value)}")
    return Verdict(value)


def _comments(value: Any) -> str:
    if value not in ("pass", "judge"):
        raise ValueError(f"must be pass or judge, not {shown(value)}")
    return str(value)


def _path(value: Any) -> Path:
    if not isinstance(value, str | os.PathLike) or not str(value):
        raise ValueError("must be a path")
    return Path(value).expanduser()


def _record(kind: Any, readers: dict[str, Any]) -> Any:
    needed = {entry.name for entry in fields(kind) if entry.name in ("name", "url", "to", "sender")}

    def read(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if not isinstance(value, dict):
            raise ValueError(f"must be a table, not {shown(value)}")
        values = {}
        for name, part in value.items():
            if name not in readers:
                raise ValueError(f"there is no {shown(name)}; known are {', '.join(sorted(readers))}")
            try:
                values[name] = readers[name](part)
            except ValueError as error:
                raise ValueError(f"{name} {error}") from None
        missing = sorted(name for name in needed if not values.get(name))
        if missing:
            raise ValueError(f"lacks {' and '.join(missing)}")
        return kind(**values)

    return read


_blog = _record(
    Blog,
    {
        "name": _text,
        "url": _address,
        "posts": lambda value: tuple(_address(part) for part in _texts(value)),
        "open": _flag,
        "closed": _texts,
        "self_pings": _verdict,
        "webhook": _address,
    },
)


def _blogs(value: Any) -> tuple[Blog, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError("must be tables, [[service.blogs]]")
    return tuple(_blog(part) for part in value)


_READERS: dict[str, Any] = {
    "database": _path,
    "blogs": _blogs,
    "public_url": _address,
    "verify": _flag,
    "shadow": _flag,
    "workers": _whole(1, 64),
    "queue_limit": _whole(1, 10_000_000),
    "requests_per_minute": _whole(1, 1_000_000),
    "comments": _comments,
    "discard_from": _share,
    "user_header": _text,
    "trusted_proxies": _networks,
    "public_mentions": _flag,
    "keep_days": _whole(0, 36_500),
    "mail": _record(
        Mail,
        {
            "to": _text,
            "sender": _text,
            "host": _text,
            "port": _whole(1, 65_535),
            "tls": _flag,
            "user": _text,
            "hour": _whole(0, 23),
        },
    ),
}
