"""Under which keys a linkback is remembered.

Every key is a 64-bit signed digest that is the same in every process, so histories can be shared and moved. Each
family is hashed with a prefix of its own: a domain and a site of the same name do not meet.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from moderator.history.base import Keys
from moderator.history.wordings import wordings_of
from moderator.records import Linkback, LinkEvidence, Post
from moderator.text import fingerprint, stable_hash
from moderator.urls import Url, canonical, parse_url

__all__ = ["keys_of", "sender_address"]

_LONGEST_ADDRESS = 64
"""Characters; no address is longer, scope and brackets included."""
_MASKED_LENGTH = 512
"""Characters of a URL or name whose words are blanked in the wording."""
_CACHED = 16_384
"""Names whose digests are kept; an entry takes about 200 bytes."""
_UNSEEN = LinkEvidence()
_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv4 behind a translator (RFC 6052): one /48 would hold the whole IPv4 internet."""
_DOCUMENTATION = tuple(
    ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)
"""Reserved for examples (RFC 5737, RFC 3849). They meet nobody on the wire, so samples may use them as senders."""


def keys_of(
    linkback: Linkback,
    source: Url,
    target: Url,
    evidence: LinkEvidence = _UNSEEN,
    post: Post | None = None,
) -> Keys:
    """The keys of one linkback.

    Args:
        linkback: What was sent.
        source: Its source URL, parsed.
        target: Its target URL, parsed.
        evidence: What its page shows: the author is the one at its final address.
        post: Our post, whose own words are nobody's; None: not known.

    Returns:
        The keys; None in a field for what the linkback does not tell: an unusable URL, no wording, or a sender
        address that is nobody's (absent, malformed, private, reserved).
    """
    sender, network = _sender_keys(linkback.sender_ip)
    site_name = linkback.site.strip().lower() or target.host.removeprefix("www.")
    final = parse_url(evidence.final_url) if evidence.final_url else source
    author = final.author or source.author
    return Keys(
        sender=sender,
        network=network,
        domain=_named("domain", author) if author else None,
        template=_template_key(linkback),
        target=_named("target", canonical(target)) if target.host else None,
        site=_named("site", site_name) if site_name else None,
        # the digest's old name: histories on disk hold it
        site_author=_named("neighbour", f"{site_name}\0{author}") if site_name and author else None,
        **wordings_of(linkback, source, target, evidence, post)._asdict(),
    )


def sender_address(text: str) -> IPv4Address | IPv6Address | None:
    """The public address that a sender field names.

    A private or reserved address is a proxy's, shared by every sender behind it, so it identifies nobody.

    Args:
        text: The address as text; a stranger's word.

    Returns:
        The address, with IPv4 unwrapped from IPv6; None where it is nobody's.

    >>> sender_address("::ffff:8.8.8.8")
    IPv4Address('8.8.8.8')
    >>> sender_address("10.25.50.1") is None
    True
    """
    if len(text) > _LONGEST_ADDRESS:
        return None
    try:
        address = ip_address(text.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address in _NAT64:
            address = IPv4Address(address.packed[12:])
    if any(address in net for net in _DOCUMENTATION):
        return address
    return address if address.is_global and not address.is_multicast else None


@lru_cache(maxsize=_CACHED)
def _sender_keys(text: str) -> tuple[int | None, int | None]:
    address = sender_address(text)
    if address is None:
        return None, None
    network = address.packed[: 3 if address.version == 4 else 6]
    return stable_hash(f"sender:{address.packed.hex()}"), stable_hash(f"network:{network.hex()}")


@lru_cache(maxsize=_CACHED)
def _named(family: str, name: str) -> int:
    return stable_hash(f"{family}:{name}")


def _template_key(linkback: Linkback) -> int | None:
    masked = (linkback.source_url[:_MASKED_LENGTH], linkback.blog_name[:_MASKED_LENGTH])
    wording = fingerprint(linkback.title, linkback.excerpt, masked)
    return None if wording is None else wording ^ _TEMPLATE


_TEMPLATE = stable_hash("template:")
"""Sets templates apart from other families; fingerprints are digests already."""
