"""Compares what was sent with the page, and the page with our own post. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import log, sqrt
from typing import Any, NamedTuple

from moderator.records import Linkback, Post, SenderMatch
from moderator.text import PostWords, idf, plain, post_words, words
from moderator.text.script import without_disguise

__all__ = ["Consistency", "check_consistency", "match_sender"]

MAX_TEXT = 20_000
"""Characters of a page that are compared; about 3,500 English words, as many as are read of our post."""
EXCERPT_RUN = 3
"""Words of an excerpt that must follow each other on the page. Shorter runs are common by chance, longer ones break
at each ellipsis."""
POST_RUN = 4
"""Words of a run of `PostWords.shingles`."""


class Consistency(NamedTuple):
    """Shares from 0 to 1; None: the one or the other is not known."""

    title_on_page: float | None
    """Of the sent title's words, those that stand on the page."""
    excerpt_on_page: float | None
    """Of the sent excerpt's runs of three words, those that stand on the page."""
    copied_share: float | None
    """Of our post's runs of four words, those that the page repeats."""
    page_relevance: float | None
    """Cosine of the page's and our post's weighted words."""


def check_consistency(linkback: Linkback, post: Post | None, page_text: str, page_title: str) -> Consistency:
    """Compares a page with what was sent and with our post.

    Args:
        linkback: What was sent.
        post: Our post; None: not known.
        page_text: The page's visible text; the first 20,000 characters are compared.
        page_title: The page's title.

    >>> sent = Linkback(source_url="http://a.example/", target_url="http://b.example/", title="Red roses")
    >>> check_consistency(sent, None, "I like red tulips", "").title_on_page
    0.5
    """
    on_page = words(without_disguise(page_text[:MAX_TEXT]))
    title_words = frozenset(words(plain(linkback.title, 2_000)))
    excerpt_words = words(plain(linkback.excerpt, 5_000))
    ours = _post_words(post) if post is not None else None
    counts = Counter(on_page) if ours and ours.weights else None
    return Consistency(
        title_on_page=_share(title_words, counts or on_page, words(page_title)) if title_words else None,
        excerpt_on_page=_excerpt_share(excerpt_words, on_page),
        copied_share=_share(ours.shingles, map(hash, _runs(on_page, POST_RUN))) if ours and ours.shingles else None,
        page_relevance=_cosine(ours, counts) if ours and counts is not None else None,
    )


def _excerpt_share(excerpt: tuple[str, ...], on_page: tuple[str, ...]) -> float | None:
    if not excerpt:
        return None
    if len(excerpt) < EXCERPT_RUN:
        return _share(frozenset(excerpt), on_page)
    return _share(frozenset(_runs(excerpt, EXCERPT_RUN)), _runs(on_page, EXCERPT_RUN))


def _runs(on_page: tuple[str, ...], size: int) -> Iterable[tuple[str, ...]]:
    # No set of thousands is made when only a few are looked for; hashed, they are what `shingles` has.
    return zip(*(on_page[start:] for start in range(size)), strict=False)


def _share(wanted: frozenset[Any], there: Iterable[Any], known: Iterable[Any] = ()) -> float:
    """Of what is wanted, the share that is known already or there, where only what is missing yet is looked for."""
    missing = wanted.difference(known) if known else wanted
    found = len(wanted) - len(missing)
    if missing:
        found += len(missing.intersection(there))
    return found / len(wanted)


def _cosine(ours: PostWords, on_page: Counter[str]) -> float:
    dot = norm = 0.0
    for word, count in on_page.items():
        weight = (1.0 + log(count)) * idf(word)
        norm += weight * weight
        dot += weight * ours.weights.get(word, 0.0)
    return min(max(dot / sqrt(norm), 0.0), 1.0) if norm else 0.0


@lru_cache(maxsize=64)
def _post_words(post: Post) -> PostWords:
    return post_words(post)


def match_sender(sender_ip: str, addresses: tuple[str, ...]) -> SenderMatch:
    """Compares the sender's address with those of the source's host.

    Args:
        sender_ip: The sender's address; empty: not known.
        addresses: The host's; empty: not resolved.

    Returns:
        The nearest match with any of them; the same network is a /16 (IPv4) or a /48 (IPv6).

    >>> match_sender("192.0.2.1", ("192.0.99.1",))
    <SenderMatch.SAME_NETWORK: 'same_network'>
    """
    try:
        sender = _plain_address(sender_ip)
        hosts = [_plain_address(address) for address in addresses]
    except ValueError:
        return SenderMatch.UNKNOWN
    if not hosts:
        return SenderMatch.UNKNOWN
    if sender in hosts:
        return SenderMatch.SAME_ADDRESS
    network = ip_network(f"{sender}/{16 if sender.version == 4 else 48}", strict=False)
    same = any(host.version == network.version and host in network for host in hosts)
    return SenderMatch.SAME_NETWORK if same else SenderMatch.DIFFERENT


def _plain_address(text: str) -> IPv4Address | IPv6Address:
    address = ip_address(text.strip())
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
