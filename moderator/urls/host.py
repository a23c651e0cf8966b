"""Hosts in the one spelling under which they are compared."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import unquote

__all__ = ["read_host", "to_ascii"]

_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
"""Labels of ASCII letters, digits, hyphens and underscores (which DNS has no objection to)."""
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_MAX_NAME = 253
"""Longest host name in characters (RFC 1035)."""


def read_host(raw: str) -> tuple[str, bool]:
    """Reads a host as it stands in a URL, without userinfo and port.

    Args:
        raw: The host; an IPv6 literal in brackets.

    Returns:
        The host in lower-case IDNA A-labels without a trailing dot (an IP address in its usual spelling, IPv6 without
        brackets), and whether it is an IP address. ``("", False)``: no usable host.

    >>> read_host("Bücher.Example.")
    ('xn--bcher-kva.example', False)
    >>> read_host("0x7f.1")
    ('127.0.0.1', True)
    """
    if raw.startswith("["):
        return _ipv6(raw)
    host = raw.lower()
    if not _NAME.fullmatch(host):
        host = _unusual(host)
        if not host:
            return "", False
    if len(host) > _MAX_NAME:
        return "", False
    last = host[host.rfind(".") + 1 :]
    if last[0].isdigit() and _NUMBER.fullmatch(last):
        return _ipv4(host)
    return host, False


def _unusual(host: str) -> str:
    """A host with percent signs, other scripts or a trailing dot, made usual; empty: it is no host."""
    if "%" in host:
        host = unquote(host, errors="replace").lower()
    if not host.isascii():
        host = to_ascii(host)
    host = host.removesuffix(".")
    return host if _NAME.fullmatch(host) else ""


def to_ascii(host: str) -> str:
    """A host in IDNA A-labels, as browsers write it: mapped by UTS 46, whatever letters or pictures it has.

    Args:
        host: The host; not empty.

    Returns:
        The host in ASCII; empty: it has characters that no host can have, or is too long.

    >>> to_ascii("Bücher.example"), to_ascii("i❤.example")
    ('xn--bcher-kva.example', 'xn--i-7iq.example')
    """
    if len(host) > _MAX_NAME:
        return ""
    import idna  # comes with tldextract; most hosts never need it

    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False).lower()
        labels = [
            label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
            for label in re.split("[.\u3002\uff0e\uff61]", mapped)
        ]
    except (idna.IDNAError, UnicodeError, IndexError):
        return ""
    return ".".join(labels) if all(len(label) <= 63 for label in labels) else ""


def _ipv6(raw: str) -> tuple[str, bool]:
    if not raw.endswith("]") or "%" in raw:  # a zone names an interface of one machine
        return "", False
    try:
        return str(IPv6Address(raw[1:-1])), True
    except AddressValueError:
        return "", False


def _ipv4(host: str) -> tuple[str, bool]:
    """Reads 1 to 4 decimal, octal or hexadecimal parts, the last of which fills what is left, as browsers do."""
    parts = host.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return "", False
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:  # an 8 or a 9 in an octal part
        return "", False
    *heads, tail = numbers
    if any(number > 255 for number in heads) or tail >= 256 ** (4 - len(heads)):
        return "", False
    value = tail
    for index, number in enumerate(heads):
        value += number << (8 * (3 - index))
    return str(IPv4Address(value)), True


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)
