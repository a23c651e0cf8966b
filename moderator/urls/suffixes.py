"""The public suffix list, as tldextract brings it.

tldextract itself is not imported: it loads an HTTP client and builds the whole list, which takes a fifth of a command's
start. The list is read from its folder, and only the top-level domains that are asked for are built. Both give the same
answers; a test holds them together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Suffix", "SuffixList"]

_SNAPSHOT = ".tld_set_snapshot"
_PRIVATE = "// ===BEGIN PRIVATE DOMAINS==="
_RULE = re.compile(r"^[.*!]*\w\S*", re.MULTILINE)
_END = ""
"""The key under which a node says that a suffix ends there, and whether it is a private one; no label is empty."""
_Node = dict[str, Any]


class Suffix(NamedTuple):
    """What of a host is a public suffix."""

    suffix: str
    """The suffix; empty: none is known."""
    domain: str
    """The suffix and the label in front of it; empty: there is no such label, or no suffix."""
    private: bool
    """Whether it is a private suffix: a company lets others register there."""


class SuffixList:
    """Public and private suffixes.

    Args:
        extra: Suffixes that the list lacks; they count as public ones.
    """

    def __init__(self, extra: Iterable[str] = ()) -> None:
        self._extra = frozenset(extra)
        self._roots: dict[str, _Node] = {}

    def find(self, host: str) -> Suffix:
        """The longest suffix of a host.

        Args:
            host: A host name in lower case without empty labels, no IP address.
        """
        labels = host.split(".")
        start, private = self._start(labels)
        suffix = ".".join(labels[start:])
        return Suffix(suffix, f"{labels[start - 1]}.{suffix}" if suffix and start else "", private)

    def _start(self, labels: list[str]) -> tuple[int, bool]:
        """The first label of the suffix, and whether it is a private one; the number of labels: none."""
        found, private = len(labels), False
        node: _Node | None = None
        for place in range(len(labels) - 1, -1, -1):
            label = _decoded(labels[place])
            below = self._root(label) if node is None else node.get(label)
            if below is None:
                if node is not None and "*" in node:
                    excepted = f"!{label}" in node
                    return (place + 1 if excepted else place), node["*"].get(_END, False)
                break
            node = below
            if _END in node:
                found, private = place, node[_END]
        return found, private

    def _root(self, label: str) -> _Node | None:
        """The suffixes below a top-level domain."""
        if label in self._roots:
            return self._roots[label]
        rules = self._rules.get(label)
        if rules is None:
            return None
        root: _Node = {}
        for rule, private in rules:
            node = root
            for part in reversed(rule.split(".")[:-1]):
                node = node.setdefault(part, {})
            node[_END] = private
        self._roots[label] = root
        return root

    @cached_property
    def _rules(self) -> dict[str, list[tuple[str, bool]]]:
        """The rules by their last label, public ones first; whether they are private."""
        public, _, private = _text().partition(_PRIVATE)
        rules: dict[str, list[tuple[str, bool]]] = {}
        for part, is_private in (
            (sorted({*_RULE.findall(public), *self._extra}), False),
            (_RULE.findall(private), True),
        ):
            for rule in part:
                rules.setdefault(rule[rule.rfind(".") + 1 :], []).append((rule, is_private))
        return rules


def _text() -> str:
    spec = find_spec("tldextract")
    folders = [] if spec is None else spec.submodule_search_locations or []
    for folder in folders:
        return (Path(folder) / _SNAPSHOT).read_text("utf-8")
    raise ModuleNotFoundError("tldextract is not installed", name="tldextract")


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    import idna

    try:
        return idna.decode(label)
    except (UnicodeError, IndexError):
        return label
