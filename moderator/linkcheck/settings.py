"""All limits of the link check in one record, each with its default and the reason for it."""

from __future__ import annotations

from dataclasses import dataclass

from moderator.errors import SettingsError, shown
from moderator.linkcheck.guard import parse_nat64, parse_network
from moderator.version import __version__

__all__ = ["LinkCheckSettings"]

MEBIBYTE = 1 << 20
# fmt: off
_ABOVE_ZERO = (
    "deadline", "connect_timeout", "addresses", "wire_bytes", "page_bytes", "header_bytes", "per_host_minute",
    "per_address_minute", "remembered", "workers",
)
_NOT_BELOW = ("redirects", "pause", "cache_seconds", "cache_bytes", "failed_seconds")
# fmt: on


@dataclass(frozen=True, slots=True)
class LinkCheckSettings:
    """Limits of the link check.

    Raises:
        SettingsError: Values that cannot work, all of them at once.

    >>> LinkCheckSettings(blog="https://ours.example/").user_agent.endswith("(link check; +https://ours.example/)")
    True
    """

    blog: str = ""
    """The receiving blog's address, named in the User-Agent so that a stranger knows whom to ask; empty: not named."""
    deadline: float = 10.0
    """Seconds for one source, from resolving to the last byte, redirects included. WordPress allows 10 s for one
    request; webmention's specification speaks of 5 s."""
    connect_timeout: float = 4.0
    """Seconds for one connection, and as many for its TLS; never more than half of the time left, so that a second
    address gets a try."""
    addresses: int = 3
    """Addresses of one host that are tried before it counts as unreachable."""
    wire_bytes: int = MEBIBYTE
    """Bytes read from the network for one source, headers included. Few pages have more than 0.5 MB of HTML, and
    webmention's specification speaks of the first 1 MB."""
    page_bytes: int = MEBIBYTE
    """Bytes of a page after decompression; the worst page of this size takes about half a second to read."""
    header_bytes: int = 64 * 1024
    """Bytes of one answer's head; servers send 1-2 kB, and browsers give up at 256 kB."""
    redirects: int = 5
    """Redirects followed; http to https, www and a trailing slash make three."""
    allow_downgrade: bool = False
    """Whether a redirect from https to http is followed. Off: whoever sits on the wire could write the page."""
    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})
    """Ports that may be dialled: those of web servers, so that no other service can be poked. In `allow_networks` any
    port may."""
    allow_networks: tuple[str, ...] = ()
    """Networks (CIDR) that may be dialled though they are not public: intranets and tests."""
    nat64_prefixes: tuple[str, ...] = ()
    """Prefixes by which this network writes IPv4 addresses as IPv6 ones (RFC 6052), besides 64:ff9b::/96: behind them a
    private address must not be reached either."""
    pause: float = 0.5
    """Seconds between two requests to one host; one at a time in any case."""
    per_host_minute: int = 30
    """Requests to one host in any 60 s."""
    per_address_minute: int = 120
    """Requests to one address in any 60 s, whatever the names: wildcard names must not aim a flood. Higher than a
    host's, because shared hosting puts thousands of blogs behind one address."""
    cache_seconds: float = 900.0
    """Seconds for which a page that was read answers further linkbacks that had come before it was fetched."""
    cache_bytes: int = 16 * MEBIBYTE
    """Memory for such pages, all together."""
    failed_seconds: float = 300.0
    """Seconds for which a source that failed again and again is left alone; doubles with each failure, up to a day."""
    remembered: int = 10_000
    """Hosts, addresses and failures remembered for the rules above."""
    workers: int = 16
    """Sources read at once by `verify_many`; the waiting is the strangers', not ours."""

    @property
    def user_agent(self) -> str:
        """The User-Agent: names the software, and the blog where it is known."""
        contact = f"; +{self.blog}" if self.blog.isascii() and self.blog.isprintable() and self.blog else ""
        return f"moderator/{__version__} (link check{contact})"

    def __post_init__(self) -> None:
        problems = [
            f"{name} must be above 0, not {getattr(self, name)}" for name in _ABOVE_ZERO if not getattr(self, name) > 0
        ]
        problems += [
            f"{name} must not be below 0, not {getattr(self, name)}"
            for name in _NOT_BELOW
            if not getattr(self, name) >= 0
        ]
        for network in self.allow_networks:
            try:
                parse_network(network)
            except ValueError:
                problems.append(f"allow_networks: {shown(network)} is not a network such as 10.0.0.0/8")
        for prefix in self.nat64_prefixes:
            try:
                parse_nat64(prefix)
            except ValueError:
                problems.append(f"nat64_prefixes: {shown(prefix)} is not a prefix such as 2001:db8:64::/96")
        if problems:
            raise SettingsError(tuple(problems))
