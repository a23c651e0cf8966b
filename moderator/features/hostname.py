"""What a host name shows by its spelling alone; computed once for each host."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from moderator.text import vocabulary
from moderator.urls import Url

__all__ = ["HostShape", "host_shape", "share_spelled", "trade_fragments"]

_INSTITUTIONS = frozenset({"edu", "gov", "mil", "int", "ac"})
_CONSONANTS = re.compile("[bcdfghjklmnpqrstvwxz]+")
_LETTERS = re.compile("[^a-z]+")
_COMMON_LABELS = frozenset({"www", "blog", "blogs", "weblog"})


class HostShape(NamedTuple):
    """The shape of one host name."""

    label: str
    """The domain's own label, without hyphens; empty: an IP address."""
    under: str
    """The labels in front of the domain, without hyphens and dots; empty: none but www."""
    letters: str
    """All letters of both."""
    length: float
    hyphens: float
    digits: float
    digit_share: float
    labels: float
    punycode: float
    suffix_class: float
    blog_host: float
    blogspot: float
    silo: float
    page_host: float
    trade_words: float
    vice_words: float
    vowel_share: float
    consonant_run: float


def host_shape(url: Url) -> HostShape:
    """The shape of a URL's host; that of an empty name where there is no usable host."""
    return _shape(url.host, url.domain, url.suffix, url.platform)


@lru_cache(maxsize=8_192)
def _shape(host: str, domain: str, suffix: str, platform: str) -> HostShape:
    own = domain.removesuffix(suffix).rstrip(".") if suffix and domain != suffix else domain.partition(".")[0]
    front = [part for part in host.removesuffix(domain).split(".") if part and part not in _COMMON_LABELS]
    if host.replace(".", "").isdigit() or ":" in host:
        own, front = "", []
    label, under = own.replace("-", ""), "".join(front).replace("-", "")
    letters = _LETTERS.sub("", under + label)
    digits = sum(map(str.isdigit, own))
    blog_hosts = vocabulary().blog_hosts
    runs = _CONSONANTS.findall(letters)
    return HostShape(
        label=label,
        under=under,
        letters=letters,
        length=float(len(own)),
        hyphens=float(sum(part.count("-") for part in host.split(".") if not part.startswith("xn--"))),
        digits=float(digits),
        digit_share=digits / len(own) if own else 0.0,
        labels=float(len(front)),
        punycode=float(host.startswith("xn--") or ".xn--" in host),
        suffix_class=_suffix_class(suffix),
        blog_host=float(platform in blog_hosts),
        blogspot=float(platform.startswith("blogspot.")),
        silo=float(bool(platform) and platform not in blog_hosts and platform != suffix),
        page_host=float(not vocabulary().page_hosts.isdisjoint(_parents(host))),
        trade_words=float(trade_fragments(letters)),
        vice_words=float(len(vocabulary().vice.intersection(_LETTERS.split(host)))),
        vowel_share=sum(map(letters.count, "aeiouy")) / len(letters) if letters else 0.0,
        consonant_run=float(max(map(len, runs), default=0)),
    )


def trade_fragments(name: str) -> int:
    """How many of the fragments of shops' and splogs' names stand in a host's name."""
    size, known = _fragments()
    beginnings = {name[at : at + size] for at in range(len(name) - size + 1)}
    return sum(fragment in name for start in known.keys() & beginnings for fragment in known[start])


@cache
def _fragments() -> tuple[int, dict[str, list[str]]]:
    """The fragments by their beginnings, and how long those are: to look for each of them takes far longer."""
    fragments = vocabulary().in_hosts
    size = min(map(len, fragments))
    known: dict[str, list[str]] = {}
    for fragment in fragments:
        known.setdefault(fragment[:size], []).append(fragment)
    return size, known


def _parents(host: str) -> list[str]:
    """The host and all that it belongs to, label by label."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def _suffix_class(suffix: str) -> float:
    """0 institutions, 1 countries and the rest, 2 org, 3 com and net, 4 cheap ones; 1 where there is none."""
    first, last = suffix.partition(".")[0], suffix.rpartition(".")[2]
    if last in _INSTITUTIONS or first in _INSTITUTIONS:
        return 0.0
    if last in vocabulary().cheap_suffixes:
        return 4.0
    if last in ("com", "net"):
        return 3.0
    return 2.0 if last == "org" else 1.0


def share_spelled(label: str, words: tuple[str, ...]) -> float:
    """Share of a label's characters that the words spell, longest words first.

    Args:
        label: Letters and digits.
        words: Words in lower case; those of one or two letters do not count.

    Returns:
        0 to 1; 0 for an empty label.

    >>> share_spelled("gardenblog", ("my", "garden"))
    0.6
    """
    if not label:
        return 0.0
    rest = label
    for word in sorted({word for word in words if len(word) > 2 and word in label}, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return 1.0 - len(rest.replace(" ", "")) / len(label)
