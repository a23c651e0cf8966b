"""The guard against requests to forbidden addresses (SSRF). Pure: nothing is resolved or dialled here.

A stranger chooses the address, so everything that is not plainly a public web server is refused. Two checks stand
one behind the other: the URL's spelling (`check_url`), and every address its host resolves to (`check_address`).
`ipaddress.is_global` is not enough: it lets NAT64 and 6to4 forms of private addresses, site-local and multicast ones
pass, so the ranges are written down here, from IANA's special-purpose registries (IPv4: RFC 6890 and its updates;
IPv6: only 2000::/3 is global unicast).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote

from moderator.linkcheck.fetch_error import FetchError
from moderator.records import LinkStatus
from moderator.urls.host import to_ascii

__all__ = [
    "WEB_PORTS",
    "Destination",
    "Network",
    "check_address",
    "check_url",
    "is_allowed",
    "parse_nat64",
    "parse_network",
]

Network = IPv4Network | IPv6Network
WEB_PORTS = frozenset({80, 443, 8080, 8443})
"""Ports of web servers."""
MAX_URL = 4096
"""Characters of a URL; browsers and servers commonly stop at 2,000 to 8,000."""

_REFUSED_V4 = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "unspecified address"),
        ("10.0.0.0/8", "private address"),
        ("100.64.0.0/10", "shared address"),  # carrier-grade NAT, and Alibaba's metadata service
        ("127.0.0.0/8", "loopback address"),
        ("168.63.129.16/32", "cloud service address"),  # Azure's host agent: public by number only
        ("169.254.0.0/16", "link-local address"),  # with the clouds' metadata services
        ("172.16.0.0/12", "private address"),
        ("192.0.0.0/24", "special address"),  # with Oracle's metadata service
        ("192.0.2.0/24", "documentation address"),
        ("192.31.196.0/24", "special address"),  # AS112
        ("192.52.193.0/24", "special address"),  # AMT relays
        ("192.88.99.0/24", "special address"),  # 6to4 relays
        ("192.168.0.0/16", "private address"),
        ("192.175.48.0/24", "special address"),  # AS112
        ("198.18.0.0/15", "benchmark address"),
        ("198.51.100.0/24", "documentation address"),
        ("203.0.113.0/24", "documentation address"),
        ("224.0.0.0/4", "multicast address"),
        ("240.0.0.0/4", "reserved address"),
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("2001::/23", "special address"),  # IETF protocols; Teredo, inside it, is taken apart before
        ("2001:db8::/32", "documentation address"),
        ("2620:4f:8000::/48", "special address"),  # AS112
        ("3ffe::/16", "reserved address"),  # the former 6bone
        ("3fff::/20", "documentation address"),
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LENGTHS = frozenset({32, 40, 48, 56, 64, 96})
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_ISATAP = (0x00005EFE, 0x02005EFE)

# Names that never belong to a public web server (RFC 6761, 6762, 7686, 8375; .internal by ICANN's resolution of 2024).
_PRIVATE_NAMES = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".onion", ".corp", ".home")
# Users' names make labels that begin or end with a hyphen, and browsers open them; top-level domains have none.
_HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.ASCII)
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\u200b\u200e\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]")
_DEFAULT_PORT = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request would go, spelled in one way only."""

    scheme: str
    """``http`` or ``https``."""
    host: str
    """Lower-case IDNA host without trailing dot, or an IP address without brackets."""
    port: int
    """The port to dial."""
    target: str
    """Path and query, percent-encoded, never empty."""

    @property
    def host_header(self) -> str:
        """The Host header: the host, with the port where it is not the scheme's own."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _DEFAULT_PORT[self.scheme] else f"{name}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address, without fragment."""
        return f"{self.scheme}://{self.host_header}{self.target}"


@lru_cache(maxsize=256)
def parse_network(text: str) -> Network:
    """Reads a network such as ``10.0.0.0/8``; host bits are allowed.

    Raises:
        ValueError: It is none.
    """
    return ip_network(text.strip(), strict=False)


def check_address(address: str, allowed: Iterable[Network] = (), nat64: Iterable[IPv6Network] = ()) -> str:
    """Says why an address is not visited.

    An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo, ISATAP) must be public too.

    Args:
        address: An IP address as text.
        allowed: Networks that are visited though they are not public. They are compared with the address itself, a
            mapped one as the IPv4 address it means.
        nat64: Prefixes by which this network writes IPv4 addresses as IPv6 ones, besides 64:ff9b::/96 (RFC 6052).

    Returns:
        The reason in two or three words; empty: it may be visited.

    >>> check_address("8.8.8.8"), check_address("64:ff9b::7f00:1")
    ('', 'loopback address')
    """
    try:
        ip = _parse_address(address)
    except ValueError:
        return "not an address"
    if isinstance(ip, IPv6Address) and ip.scope_id is not None:
        return "zone id"
    if _within(ip, allowed):
        return ""
    if isinstance(ip, IPv4Address):
        return _find_reason(ip, _REFUSED_V4)
    inner = next((_translated(ip, prefix) for prefix in nat64 if ip in prefix), None)
    return _check_v6(ip) if inner is None else _find_reason(inner, _REFUSED_V4)


def is_allowed(address: str, allowed: Iterable[Network]) -> bool:
    """Whether an address is in one of the networks that the owner opened; there any port may be dialled.

    >>> is_allowed("::ffff:10.1.2.3", [parse_network("10.1.0.0/16")])
    True
    """
    try:
        ip = _parse_address(address)
    except ValueError:
        return False
    return not (isinstance(ip, IPv6Address) and ip.scope_id is not None) and _within(ip, allowed)


def _parse_address(address: str) -> IPv4Address | IPv6Address:
    ip = ip_address(address)
    return _embedded_ipv4(ip) if isinstance(ip, IPv6Address) and ip.scope_id is None and ip in _MAPPED else ip


def parse_nat64(text: str) -> IPv6Network:
    """Reads a NAT64 prefix such as ``2001:db8:64::/96``.

    Raises:
        ValueError: It is none; RFC 6052 knows /32, /40, /48, /56, /64 and /96.
    """
    network = parse_network(text)
    if not isinstance(network, IPv6Network) or network.prefixlen not in _NAT64_LENGTHS:
        raise ValueError("not a NAT64 prefix")
    return network


def _translated(ip: IPv6Address, prefix: IPv6Network) -> IPv4Address:
    """The IPv4 address that a NAT64 prefix has before it; its bits leave out those from 64 to 71 (RFC 6052, 2.2)."""
    data = ip.packed[prefix.prefixlen // 8 :]
    if prefix.prefixlen < 96:
        data = data[: 8 - prefix.prefixlen // 8] + data[9 - prefix.prefixlen // 8 :]
    return IPv4Address(data[:4])


def _within(ip: IPv4Address | IPv6Address, networks: Iterable[Network]) -> bool:
    return any(ip.version == network.version and ip in network for network in networks)


def _check_v6(ip: IPv6Address) -> str:
    number = int(ip)
    inner: list[IPv4Address] = []
    if ip in _NAT64:
        inner.append(_embedded_ipv4(ip))
    elif ip in _SIX_TO_FOUR:
        inner.append(IPv4Address((number >> 80) & 0xFFFFFFFF))
    elif ip in _TEREDO:
        inner += [IPv4Address((number >> 64) & 0xFFFFFFFF), IPv4Address(~number & 0xFFFFFFFF)]
    else:
        if ip not in _GLOBAL_V6:
            return "private address" if ip.is_private else "reserved address"
        reason = _find_reason(ip, _REFUSED_V6)
        if reason:
            return reason
    if (number >> 32) & 0xFFFFFFFF in _ISATAP:
        inner.append(_embedded_ipv4(ip))
    return next((reason for reason in (_find_reason(v4, _REFUSED_V4) for v4 in inner) if reason), "")


def _embedded_ipv4(ip: IPv6Address) -> IPv4Address:
    return IPv4Address(int(ip) & 0xFFFFFFFF)


def _find_reason(ip: IPv4Address | IPv6Address, table: Iterable[tuple[Network, str]]) -> str:
    return next((reason for network, reason in table if ip in network), "")


def check_url(
    text: str,
    *,
    ports: Collection[int] = WEB_PORTS,
    allowed: Collection[Network] = (),
    nat64: Collection[IPv6Network] = (),
) -> Destination:
    """Reads a stranger's URL strictly; whatever could be read in two ways is refused.

    Args:
        text: The URL, absolute.
        ports: Ports that may be dialled.
        allowed: Networks that may be visited. With any, names without a dot, names of intranets and other ports pass
            too, and it is the addresses that decide (see `check_address` and `is_allowed`).
        nat64: See `check_address`.

    Returns:
        Where the request would go. Its host is still to be resolved and its addresses checked, unless it is an
        address itself: that one has passed.

    Raises:
        UnreadError: It is not visited; the status is REFUSED, the detail says why.

    >>> check_url("HTTPS://Blog.Example.COM.:443/a b"[:-2]).url
    'https://blog.example.com/a'
    """
    text = text.strip(" \t\r\n\f")
    if len(text) > MAX_URL:
        raise _refused("address too long")
    if _FORBIDDEN.search(text):
        raise _refused("bad character in address")
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in _DEFAULT_PORT or not rest.startswith("//"):
        raise _refused("not http or https")
    authority, target = _split_authority(rest[2:])
    if "@" in authority:
        raise _refused("user name in address")
    host, port = _host_and_port(authority, scheme, allowed, nat64)
    if port not in ports and not allowed:
        raise _refused("port not allowed")
    return Destination(scheme, host, port, target)


def _split_authority(rest: str) -> tuple[str, str]:
    rest = rest.partition("#")[0]
    end = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
    target = rest[end:]
    if not target.startswith("/"):
        target = "/" + target
    return rest[:end], quote(target, safe="/?:@!$&'()*+,;=-._~%[]|")


def _host_and_port(
    authority: str, scheme: str, allowed: Collection[Network], nat64: Collection[IPv6Network]
) -> tuple[str, int]:
    if authority.startswith("["):
        literal, bracket, port_text = authority[1:].partition("]")
        if not bracket or (port_text and not port_text.startswith(":")) or "%" in literal:
            raise _refused("bad host")
        try:
            host = str(IPv6Address(literal))
        except ValueError:
            raise _refused("bad host") from None
        _refuse_address(host, allowed, nat64)
        return host, _port(port_text[1:], scheme)
    name, _, port_text = authority.partition(":")
    return _host(name, allowed), _port(port_text, scheme)


def _port(text: str, scheme: str) -> int:
    if not text:
        return _DEFAULT_PORT[scheme]
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise _refused("bad port")
    if not 0 < int(text) < 65536:
        raise _refused("bad port")
    return int(text)


def _host(name: str, allowed: Collection[Network]) -> str:
    if "%" in name:
        raise _refused("bad host")
    host = name.lower() if name.isascii() else to_ascii(name)
    host = host.removesuffix(".")
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise _refused("bad host")
    # A last label of digits makes the whole host a number (WHATWG URL): decimal, octal, hex, short. Only the plain
    # spelling is read; no honest blog uses the others.
    if _NUMERIC.fullmatch(host.rpartition(".")[2]):
        try:
            IPv4Address(host)
        except ValueError:
            raise _refused("odd spelling of an address") from None
        _refuse_address(host, allowed)
        return host
    if not allowed and ("." not in host or f".{host}".endswith(_PRIVATE_NAMES)):
        raise _refused("not a public name")
    return host


def _refuse_address(host: str, allowed: Collection[Network], nat64: Collection[IPv6Network] = ()) -> None:
    reason = check_address(host, allowed, nat64)
    if reason:
        raise _refused(reason)


def _refused(detail: str) -> FetchError:
    return FetchError(LinkStatus.REFUSED, detail)
