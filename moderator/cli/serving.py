"""Runs the service from the command line."""

from __future__ import annotations

import logging
import socket
import sys
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from moderator.cli.terminal import printable, say, warn
from moderator.errors import InputError, MissingExtraError, SettingsError, shown
from moderator.history.address import Address

if TYPE_CHECKING:
    from moderator.config.service import Secrets, ServiceSettings
    from moderator.config.settings import Settings

__all__ = ["PlainFormatter", "print_hash", "run_service", "start_text"]

_BACKLOG = 512
_UNSHARED = [
    "  note: the service's database can be shared, the history is a file of this machine: other processes of the "
    "service will not know what is learned here; put the history into PostgreSQL, too"
]


class PlainFormatter(logging.Formatter):
    """Lines in which nothing that a stranger sent can command a terminal or begin a line of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line without the traceback; what cannot be printed is escaped."""
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)

    def formatException(self, ei: Any) -> str:
        """The traceback, each line of it set in: an error's message may hold a stranger's words, too."""
        return "\n".join(f"    {printable(line)}" for line in super().formatException(ei).split("\n"))


def print_hash() -> None:
    """Asks for a password, on a terminal twice, and prints the hash that goes into the environment.

    Raises:
        InputError: The two differ, or the password is too short.
    """
    import getpass

    from moderator.config.passwords import hash_password
    from moderator.config.setup import SHORTEST_PASSWORD

    asked = sys.stdin.isatty()
    password = getpass.getpass("Password: ") if asked else sys.stdin.readline().rstrip("\n")
    if len(password) < SHORTEST_PASSWORD:
        raise InputError(f"the password has {len(password)} characters; take at least {SHORTEST_PASSWORD}")
    if asked and getpass.getpass("Once more: ") != password:
        raise InputError("the two passwords differ; begin again")
    say(hash_password(password))


def start_text(settings: Settings, chosen: ServiceSettings, secrets: Secrets) -> str:
    """What is open, what is closed and how it is opened, and where the data lies: a line each."""
    from moderator.config.settings import data_folder

    page = "open, the proxy says who signed in" if chosen.user_header else "open, with its password"
    doors = (
        ("moderation page", page, secrets.password_hash or chosen.user_header, "MODERATOR_PASSWORD_HASH"),
        ("JSON API", "open, with its token", secrets.api_token, "MODERATOR_API_TOKEN"),
        ("Akismet's API", "open, with its key", secrets.akismet_key, "MODERATOR_AKISMET_KEY"),
    )
    blogs = ", ".join(blog.url for blog in chosen.blogs if blog.open)
    return "\n".join(
        [
            f"  receivers: open for {blogs}"
            if blogs
            else "  receivers: closed; [[service.blogs]] in the settings opens them",
            *(f"  {what}: {opened if key else f'closed; {opener} opens it'}" for what, opened, key, opener in doors),
            f"  source pages: {'looked at' if chosen.verify else 'not looked at; words and history decide'}",
            *(["  shadow mode: verdicts are written down, nothing is handed on"] if chosen.shadow else []),
            f"  data: {chosen.database or data_folder() / 'service.sqlite3'}; "
            f"history: {settings.history or data_folder() / 'history.sqlite3'}",
            *(_UNSHARED if isinstance(chosen.database, Address) and not isinstance(settings.history, Address) else []),
        ]
    )


def run_service(host: str, port: int, networks: list[str], engine: dict[str, Any], service: dict[str, Any]) -> None:
    """Serves until it is stopped.

    Args:
        host: Address to listen at.
        port: Port to listen at.
        networks: Networks that the link check may reach, too.
        engine: The engine's settings from the command line; None stands for: not given.
        service: The service's settings from the command line, likewise.

    Raises:
        MissingExtraError: A package is not installed.
        SettingsError: Settings are wrong, or the address cannot be listened at.
    """
    try:
        import uvicorn

        from moderator.service.app import create_app
        from moderator.service.connections import HeadTimeoutProtocol, max_connections
        from moderator.service.container import build_container
        from moderator.service.health import heartbeat
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "uvicorn", extra="serve") from error
    from moderator.config.service import read_secrets, read_service_settings
    from moderator.config.settings import read_settings

    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter("%(asctime)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("moderator.service.worker").setLevel(logging.INFO)  # a line a linkback
    secrets = read_secrets()
    settings = read_settings(allow_networks=networks or None, **engine)
    chosen = read_service_settings(**service)
    if not (secrets.password_hash or chosen.user_header) and not _is_loopback(host):
        warn(f"moderator: listening at {host} without a password: the moderation page stays closed")
    with _listening(host, port) as listener:
        app = create_app(build_container(settings, chosen, secrets))
        connections = max_connections()
        config = uvicorn.Config(
            app,
            http=HeadTimeoutProtocol.with_room_for(connections),
            log_config=None,  # its lines, too, go through the formatter above
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=20,
            limit_concurrency=connections,
            h11_max_incomplete_event_size=32 * 1024,
        )
        warn(
            f"moderator: serving at http://{_bracketed(host)}:{listener.getsockname()[1]}/\n"
            + start_text(settings, chosen, secrets)
        )
        with heartbeat():
            uvicorn.Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        # asyncio does this only for sockets that name their protocol; answers would wait 40 ms for the other side
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        cause = (error.strerror or str(error)).partition(" (while")[0]  # the address is named anyhow
        raise SettingsError(
            (f"cannot listen at {shown(host)}, port {port}: {cause}; name another --port or --host",)
        ) from error


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
