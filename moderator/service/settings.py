"""What an owner can choose about the service: the table ``[service]`` of the settings file, and the environment.

The environment wins: ``MODERATOR_SERVICE_SHADOW=true`` over ``shadow = true`` in the table. Secrets are never in the
table: they come from the environment (``MODERATOR_AKISMET_KEY``) or from a file that it names
(``MODERATOR_AKISMET_KEY_FILE``), and are never shown.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from moderator.errors import SettingsError, shown
from moderator.records import Verdict
from moderator.service.passwords import is_hash
from moderator.settings import Network, settings_file
from moderator.urls import parse_url

__all__ = ["Blog", "Mail", "Secrets", "ServiceSettings", "read_secrets", "read_service_settings"]

_PREFIX = "MODERATOR_SERVICE_"


@dataclass(frozen=True, slots=True)
class Blog:
    """One receiving blog."""

    name: str
    """What it is called: `Mention.blog`, and the linkbacks' ``site``."""
    url: str
    """Its address; targets below it are its own."""
    posts: tuple[str, ...] = ()
    """Feeds and sitemaps that tell which posts exist; empty: each target is looked up when it is first named."""
    open: bool = True
    """Whether it takes linkbacks at all."""
    closed: tuple[str, ...] = ()
    """Posts that take none, as patterns of their paths such as ``/2019/*``."""
    self_pings: Verdict | None = None
    """What happens to a verified self-ping; spam refuses them; None: as the engine's settings say."""
    webhook: str = ""
    """Address that is told what was approved, and what waits; empty: none."""


@dataclass(frozen=True, slots=True)
class Mail:
    """How the daily digest is sent."""

    to: str
    """Whom; several are parted by commas."""
    sender: str
    """From whom."""
    host: str = "localhost"
    """The mail server."""
    port: int = 25
    tls: bool = False
    """Whether to begin with STARTTLS."""
    user: str = ""
    """Whom to sign in as; empty: nobody. The password is a secret."""
    hour: int = 7
    """The hour of the day, UTC."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Everything an owner can choose about the service."""

    database: Path | None = None
    """The service's SQLite file; None: ``service.sqlite3`` in the data folder."""
    blogs: tuple[Blog, ...] = ()
    """The receiving blogs; empty: the receivers take nothing, Akismet's API and ours answer all the same."""
    public_url: str = ""
    """Where the service is seen from outside, for status pages; empty: as the request says."""
    verify: bool = True
    """Whether source pages are looked at."""
    shadow: bool = False
    """Whether verdicts are only written down, so that an owner can watch first."""
    workers: int = 4
    """Linkbacks judged at once."""
    queue_limit: int = 10_000
    """Linkbacks that may wait; more are asked to come again."""
    requests_per_minute: int = 60
    """What one sender's address may ask of the receivers; more is told to wait."""
    comments: str = "pass"
    """What Akismet's API answers for comments that are no linkbacks: ``pass``: never spam; ``judge``: by wording."""
    discard_from: float = 0.9995
    """From this probability of spam on, a client of Akismet's API is told to discard."""
    user_header: str = ""
    """Header in which a proxy in front names the user who has signed in; empty: none, a password is asked."""
    trusted_proxies: tuple[Network, ...] = ()
    """Networks of proxies whose ``X-Forwarded-For`` and user header are believed."""
    public_mentions: bool = False
    """Whether anybody may read the approved mentions of a post, or only who knows the API's token."""
    keep_days: int = 365
    """Days after which spam, what was withdrawn and what clients asked about is forgotten; 0: never."""
    mail: Mail | None = None
    """The daily digest; None: none is sent."""


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What nobody may see; empty: not given, and then its door is closed."""

    akismet_key: str = ""
    """Key that clients of Akismet's API must know."""
    api_token: str = ""
    """Bearer token of our own API."""
    password_hash: str = ""
    """Hash of the moderation page's password, as ``moderator serve --hash-password`` prints it."""
    webhook_secret: str = ""
    """Signs what webhooks are told."""
    mail_password: str = ""


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
