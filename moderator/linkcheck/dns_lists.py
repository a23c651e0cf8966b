"""DNS block lists such as SURBL, URIBL and Spamhaus; optional, and off unless zones are named.

Whoever asks them tells them which domains ping the blog, and most of them refuse questions that come through public
resolvers; both are the owner's decision.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from moderator.errors import MissingExtraError, SettingsError, shown
from moderator.linkcheck.guard import check_address

if TYPE_CHECKING:
    from dns.resolver import Resolver

__all__ = ["KNOWN_ZONES", "DnsListVerdicts", "Zone", "zone_named"]


@dataclass(frozen=True, slots=True)
class Zone:
    """One list."""

    name: str
    """Its DNS zone, such as ``dbl.spamhaus.org``."""
    of_addresses: bool = False
    """True: it lists addresses of senders; False: domains of sources."""


KNOWN_ZONES = (
    Zone("multi.surbl.org"),
    Zone("multi.uribl.com"),
    Zone("dbl.spamhaus.org"),
    Zone("zen.spamhaus.org", of_addresses=True),
)
"""Zones that take such questions; read their terms before use."""

_LISTED = ip_network("127.0.0.0/8")
_REFUSALS = (ip_network("127.0.0.0/31"), ip_network("127.255.255.0/24"))
"""Answers that mean that the question was refused (SURBL, URIBL: 127.0.0.1; Spamhaus: 127.255.255.x)."""


def zone_named(name: str) -> Zone:
    """The list of this name; one that is not known lists domains.

    >>> zone_named("zen.spamhaus.org").of_addresses, zone_named("spammers.example").of_addresses
    (True, False)

    Raises:
        ValueError: It is no name of a DNS zone.
    """
    if not _is_name(name):
        raise ValueError(f"must be names of DNS zones such as dbl.spamhaus.org, not {shown(name)}")
    return next((zone for zone in KNOWN_ZONES if zone.name == name.lower()), Zone(name.lower()))


class DnsListVerdicts:
    """Asks DNS lists, and remembers the answers; safe to share among threads.

    Args:
        zones: The lists.
        nameservers: Addresses of the servers to ask; empty: the machine's own.
        port: Their port.
        deadline: Seconds for all lists together; they are a side matter and must not hold up the look.
        cache_seconds: Seconds for which an answer is remembered.
        remembered: How many are.
        clock: Seconds that never go back.

    Raises:
        MissingExtraError: dnspython is not installed.
        SettingsError: A zone is no domain name.
    """

    def __init__(
        self,
        zones: tuple[Zone, ...],
        *,
        nameservers: tuple[str, ...] = (),
        port: int = 53,
        deadline: float = 2.0,
        cache_seconds: float = 900.0,
        remembered: int = 10_000,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        wrong = tuple(f"{shown(zone.name)} is not a DNS zone" for zone in zones if not _is_name(zone.name))
        if wrong:
            raise SettingsError(wrong)
        self._resolver = _resolver(nameservers, port)
        self._zones = zones
        self._deadline = deadline
        self._cache_seconds = cache_seconds
        self._remembered = remembered
        self._clock = clock
        self._answers: OrderedDict[str, tuple[float, bool]] = OrderedDict()
        self._lock = Lock()

    def look_up(self, domain: str, address: str) -> tuple[str, ...] | None:
        """The lists that name a source's domain or a sender's address. It never raises.

        Args:
            domain: The registrable domain, IDNA; empty or an IP address: no list of domains is asked.
            address: The sender's address; empty or not public: no list of addresses is asked.

        Returns:
            The names of the zones; None: no list gave an answer.
        """
        end = self._clock() + self._deadline
        found: list[str] = []
        answered = False
        for zone in self._zones:
            question = _reversed(address) if zone.of_addresses else domain if _is_name(domain) else ""
            if not question:
                continue
            listed = self._ask(f"{question}.{zone.name}", end)
            answered = answered or listed is not None
            if listed:
                found.append(zone.name)
        return tuple(found) if answered else None

    def _ask(self, name: str, end: float) -> bool | None:
        with self._lock:
            known = self._answers.get(name)
        if known is not None and known[0] > self._clock():
            return known[1]
        left = end - self._clock()
        if left <= 0:
            return None
        listed = self._question(name, left)
        if listed is not None:
            with self._lock:
                self._answers[name] = (self._clock() + self._cache_seconds, listed)
                while len(self._answers) > self._remembered:
                    self._answers.popitem(last=False)
        return listed

    def _question(self, name: str, seconds: float) -> bool | None:
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN, NoAnswer

        try:
            answer = self._resolver.resolve(name + ".", "A", lifetime=seconds, search=False)
        except (NXDOMAIN, NoAnswer):
            return False
        except (DNSException, OSError, UnicodeError):
            return None
        codes = [ip_address(record.address) for record in answer]
        if any(code in refusal for code in codes for refusal in _REFUSALS):
            return None
        return any(code in _LISTED for code in codes)


def _resolver(nameservers: tuple[str, ...], port: int) -> Resolver:
    try:
        from dns.resolver import Resolver
    except ImportError:
        raise MissingExtraError("dnspython", extra="dns") from None
    resolver = Resolver(configure=not nameservers)
    if nameservers:
        resolver.nameservers = list(nameservers)
    resolver.port = port
    return resolver


def _is_name(text: str) -> bool:
    labels = text.split(".")
    return (
        text.isascii()
        and len(labels) > 1
        and len(text) <= 180
        and all(0 < len(label) <= 63 and label.replace("-", "").replace("_", "").isalnum() for label in labels)
        and not labels[-1].isdigit()
    )


def _reversed(address: str) -> str:
    if check_address(address):
        return ""
    return ip_address(address).reverse_pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")
