"""The service's settings: the table ``[service]`` of the settings file, the environment, and secrets.

The environment wins: ``MODERATOR_SERVICE_SHADOW=true`` over ``shadow = true`` in the table. Secrets are never in the
table: they come from the environment (``MODERATOR_AKISMET_KEY``) or from a file that it names
(``MODERATOR_AKISMET_KEY_FILE``), and are never shown.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any

from moderator.config.passwords import is_hash
from moderator.config.reading import (
    PREFIX,
    from_arguments,
    from_environment,
    from_table,
    read_values,
    settings_file,
    toml,
)
from moderator.config.values import DatabasePlace, Network, Probability, WebAddress, one_of, web_address, whole
from moderator.errors import SettingsError, shown
from moderator.records import Verdict

__all__ = ["Blog", "Learning", "Mail", "Secrets", "ServiceSettings", "read_secrets", "read_service_settings"]

_PREFIX = PREFIX + "SERVICE_"


def _addresses(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a list of addresses, not {shown(value)}")
    return tuple(web_address(part) for part in value)


@dataclass(frozen=True, slots=True)
class Blog:
    """One receiving blog."""

    name: str
    """What it is called: `Mention.blog`, and the linkbacks' ``site``."""
    url: WebAddress
    """Its address; targets below it are its own."""
    posts: Annotated[tuple[str, ...], _addresses] = ()
    """Feeds and sitemaps that tell which posts exist; empty: each target is looked up when it is first named."""
    open: bool = True
    """Whether it takes linkbacks at all."""
    closed: tuple[str, ...] = ()
    """Posts that take none, as patterns of their paths such as ``/2019/*``."""
    self_pings: Verdict | None = None
    """What happens to a verified self-ping; spam refuses them; None: as the engine's settings say."""
    webhook: WebAddress = ""
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
    port: Annotated[int, whole(1, 65_535)] = 25
    """The mail server's port."""
    tls: bool = False
    """Whether to begin with STARTTLS."""
    user: str = ""
    """Whom to sign in as; empty: nobody. The password is a secret."""
    hour: Annotated[int, whole(0, 23)] = 7
    """The hour of the day, UTC."""


@dataclass(frozen=True, slots=True)
class Learning:
    """How the service learns from the owner's decisions."""

    mode: Annotated[str, one_of("off", "propose", "promote")] = "propose"
    """What becomes of a better model: ``propose``: the page shows it and asks; ``promote``: it is used at once;
    ``off``: the service makes none by itself. The button on the page works in each case."""
    after_decisions: Annotated[int, whole(1, 1_000_000)] = 50
    """New decisions after which a model is made."""
    after_days: Annotated[int, whole(0, 3_650)] = 30
    """Days after which a model is made if there is any new decision; 0: time alone is no reason."""
    folder: Path | None = None
    """Where the models lie, which several services with one database share; None: ``models`` beside the service's
    database, or in the data folder."""
    keep: Annotated[int, whole(2, 100)] = 5
    """Models that are kept; the one in use, the one before it and the one proposed are among them."""
    nice: Annotated[int, whole(0, 19)] = 10
    """How much the process that makes a model stands back behind others."""
    minutes: Annotated[int, whole(1, 1_440)] = 60
    """Minutes after which a retraining is given up."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Everything an owner can choose about the service."""

    database: DatabasePlace | None = None
    """Where mentions wait and are kept: a file (SQLite), or the address of a PostgreSQL database that several processes
    of the service on several hosts share, as ``postgresql+psycopg://user@host/name``; None: the file
    ``service.sqlite3`` in the data folder."""
    blogs: tuple[Blog, ...] = ()
    """The receiving blogs; empty: the receivers take nothing, Akismet's API and ours answer all the same."""
    public_url: WebAddress = ""
    """Where the service is seen from outside, for status pages; empty: as the request says."""
    verify: bool = True
    """Whether source pages are looked at."""
    shadow: bool = False
    """Whether verdicts are only written down, so that an owner can watch first."""
    workers: Annotated[int, whole(1, 64)] = 12
    """Linkbacks judged at once."""
    queue_limit: Annotated[int, whole(1, 10_000_000)] = 10_000
    """Linkbacks that may wait; more are asked to come again."""
    requests_per_minute: Annotated[int, whole(1, 1_000_000)] = 60
    """What one sender's address may ask of the receivers; more is told to wait."""
    comments: Annotated[str, one_of("pass", "judge")] = "pass"
    """What Akismet's API answers for comments that are no linkbacks: ``pass``: never spam; ``judge``: by wording."""
    discard_from: Probability = 0.9995
    """From this probability of spam on, a client of Akismet's API is told to discard."""
    user_header: str = ""
    """Header in which a proxy in front names the user who has signed in; empty: none, a password is asked."""
    trusted_proxies: tuple[Network, ...] = ()
    """Networks of proxies whose ``X-Forwarded-For`` and user header are believed."""
    public_mentions: bool = False
    """Whether anybody may read the approved mentions of a post, or only who knows the API's token."""
    publish_lists: bool = False
    """Whether anybody may fetch a signed list of your decisions at ``/lists/linkbacks.json``; needs `public_url`, which
    names you as its publisher, and the extra ``lists``."""
    publish_days: Annotated[int, whole(1, 3_650)] = 90
    """Days of decisions that are published."""
    publish_least: Annotated[int, whole(1, 1_000)] = 2
    """Decisions about an author from which on it is published."""
    lists_key: Path | None = None
    """File with the secret key that signs the list, made where there is none; None: ``lists.key`` in the data
    folder."""
    refresh_minutes: Annotated[int, whole(0, 100_000)] = 15
    """Minutes between two refreshes of the lists that you subscribe to; 0: they are refreshed by
    ``moderator lists update`` alone, and read at the start."""
    keep_days: Annotated[int, whole(0, 36_500)] = 365
    """Days after which spam, what was withdrawn and what clients asked about is forgotten; 0: never.

    The history forgets as much, and not before a week: all that the owner never labelled; reputations and labels stay.
    """
    mail: Mail | None = None
    """The daily digest; None: none is sent."""
    learning: Learning = field(default_factory=Learning)
    """How it learns from the owner's decisions."""


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
    table = toml(source).get("service", {})
    if not isinstance(table, dict):
        raise SettingsError((f"{source}: service must be a table, [service]",))
    given = from_table(f"{source}, [service]", table)
    given += from_environment(ServiceSettings, _PREFIX, environment) + from_arguments(overrides)
    problems: list[str] = []
    values = read_values(ServiceSettings, given, problems)
    names = [blog.name for blog in values.get("blogs", ())]
    if len(set(names)) < len(names):
        problems.append(f"{source}: two blogs have the same name; names must differ")
    if values.get("publish_lists") and not values.get("public_url"):
        problems.append(f"{source}: publish_lists needs public_url, which names the publisher; set it")
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
        variable = f"{PREFIX}{entry.name.upper()}"
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
