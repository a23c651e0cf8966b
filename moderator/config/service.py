"""What an owner can choose about the service, and what each setting means; see `moderator.config.service_reading`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from moderator.config.settings import Network
from moderator.records import Verdict

__all__ = ["Blog", "Mail", "Secrets", "ServiceSettings"]


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
