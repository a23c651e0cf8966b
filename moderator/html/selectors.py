"""CSS selectors: whether one matches an element, without any hover, focus or click.

What a browser would take for a mistake makes the whole list of selectors invalid, as there. What exists but is not
read here (``:has``, ``:nth-of-type``, namespaces) matches nothing, so that its rule is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborNode
from tinycss2.nth import parse_nth

from moderator.html.work import Work

__all__ = ["Compound", "Selector", "matches", "parse_selectors"]

_COMBINATORS = frozenset(">+~")
_ANY_STATE = frozenset({"link", "any-link"})
_FIRST = {"first-child": (0, 1), "last-child": (0, -1)}
_PSEUDO_ELEMENTS = frozenset({"before", "after", "first-line", "first-letter"})
_IS = frozenset({"is", "where", "matches", "-webkit-any"})


@dataclass(frozen=True, slots=True)
class _Attribute:
    """One test of an attribute."""

    name: str
    operator: str
    """``=``, ``~=`` ...; empty: it only has to be there."""
    value: str
    ignore_case: bool

    def holds(self, node: LexborNode) -> bool:
        """Whether the element passes."""
        attributes = node.attributes
        if self.name not in attributes:
            return False
        actual, wanted = attributes[self.name] or "", self.value
        if self.ignore_case:
            actual, wanted = actual.lower(), wanted.lower()
        match self.operator:
            case "":
                return True
            case "=":
                return actual == wanted
            case "~=":
                return bool(wanted) and wanted in actual.split()
            case "|=":
                return actual == wanted or actual.startswith(wanted + "-")
            case "^=":
                return bool(wanted) and actual.startswith(wanted)
            case "$=":
                return bool(wanted) and actual.endswith(wanted)
            case _:
                return bool(wanted) and wanted in actual


@dataclass(slots=True)
class Compound:
    """What one element must be: ``a.b#c[d]:not(.e)``."""

    tag: str = ""
    """Lower case; empty: any."""
    identity: str = ""
    """The id; empty: any."""
    classes: list[str] = field(default_factory=list)
    attributes: list[_Attribute] = field(default_factory=list)
    groups: list[tuple[bool, list[Selector]]] = field(default_factory=list)
    """Selectors of which one must match (``:is``: True) or none may (``:not``: False)."""
    places: list[tuple[int, int]] = field(default_factory=list)
    """``:nth-child(an+b)`` as (a, b); ``:last-child`` is (0, -1)."""
    root: bool = False
    empty: bool = False
    never: bool = False
    """Whether no element is ever so for our reader (``:hover``), or it is not read here."""


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector, from the element that it is about outwards."""

    steps: tuple[tuple[str, Compound], ...]
    """Each compound with the combinator that leads from it to the next one; the last one's is empty."""
    specificity: tuple[int, int, int]
    generated: str = ""
    """``before`` or ``after``: the rule is about content that the style sheet adds; empty: about the element."""

    @property
    def subject(self) -> Compound:
        """What the element itself must be."""
        return self.steps[0][1]


def parse_selectors(tokens: Iterable[Any]) -> list[Selector]:
    """Reads a list of selectors.

    Args:
        tokens: What tinycss2 makes of it.

    Returns:
        The selectors; empty: one of them is invalid.
    """
    found = []
    part: list[Any] = []
    for token in [*tokens, None]:
        if token is None or (token.type == "literal" and token.value == ","):
            selector = _selector(part)
            if selector is None:
                return []
            found.append(selector)
            part = []
        elif token.type != "comment":
            part.append(token)
    return found


def _selector(tokens: list[Any]) -> Selector | None:
    while tokens and tokens[-1].type == "whitespace":
        tokens = tokens[:-1]
    steps: list[tuple[str, Compound]] = []
    compound: Compound | None = None
    combinator = ""
    counts = [0, 0, 0]
    generated = ""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.type == "whitespace":
            if compound is not None and not combinator:
                combinator = " "
            continue
        if token.type == "literal" and token.value in _COMBINATORS:
            if compound is None or combinator.strip():
                return None
            combinator = token.value
            continue
        if generated:
            return None
        if combinator and compound is not None:
            steps.append((combinator, compound))
            compound, combinator = None, ""
        fresh = compound is None
        compound = compound or Compound()
        if token.type == "ident":
            if not fresh:
                return None
            compound.tag = token.lower_value
            counts[2] += 1
        elif token.type == "literal" and token.value == "*":
            if not fresh:
                return None
        elif token.type == "literal" and token.value == "&":
            continue
        elif token.type == "hash" and token.is_identifier:
            compound.identity = compound.identity or token.value
            compound.never = compound.never or compound.identity != token.value
            counts[0] += 1
        elif token.type == "literal" and token.value == "." and at < len(tokens) and tokens[at].type == "ident":
            compound.classes.append(tokens[at].value)
            counts[1] += 1
            at += 1
        elif token.type == "[] block":
            attribute = _attribute(token.content)
            if attribute is None:
                return None
            compound.attributes.append(attribute)
            counts[1] += 1
        elif token.type == "literal" and token.value == ":" and at < len(tokens):
            double = tokens[at].type == "literal" and tokens[at].value == ":"
            at += double
            if at >= len(tokens):
                return None
            name = tokens[at].lower_name if tokens[at].type == "function" else getattr(tokens[at], "lower_value", "")
            if double or name in _PSEUDO_ELEMENTS:
                generated = name or "?"
                counts[2] += 1
            elif not _pseudo(compound, tokens[at], name, counts):
                return None
            at += 1
        else:
            return None
    if compound is None or combinator.strip():
        return None
    steps.append(("", compound))
    # each compound was noted with the combinator behind it; read from the inside out it leads to its left neighbour
    outwards = [
        (steps[place - 1][0] if place else "", compound) for place, (_, compound) in reversed(list(enumerate(steps)))
    ]
    return Selector(tuple(outwards), (counts[0], counts[1], counts[2]), generated)


def _pseudo(compound: Compound, token: Any, name: str, counts: list[int]) -> bool:
    """Takes in a pseudo-class; False: it is no selector."""
    if name != "where":
        counts[1] += name not in _IS and name != "not"
    if token.type == "function":
        if name in _IS or name == "not":
            inner = parse_selectors(token.arguments)
            if not inner:
                return name in _IS and not _never(compound)
            compound.groups.append((name != "not", inner))
            if name != "where":
                best = max(selector.specificity for selector in inner)
                for place in range(3):
                    counts[place] += best[place]
        elif name == "nth-child":
            place = parse_nth(token.arguments)
            if place is None:
                _never(compound)
            else:
                compound.places.append(place)
        else:
            _never(compound)
        return True
    if token.type != "ident":
        return False
    if name in _FIRST:
        compound.places.append(_FIRST[name])
    elif name == "only-child":
        compound.places += _FIRST.values()
    elif name in ("root", "scope"):
        compound.root = True
    elif name == "empty":
        compound.empty = True
    elif name in _ANY_STATE:
        compound.attributes.append(_Attribute("href", "", "", ignore_case=False))
    elif name == "checked":
        compound.attributes.append(_Attribute("checked", "", "", ignore_case=False))
    else:
        _never(compound)
    return True


def _never(compound: Compound) -> bool:
    compound.never = True
    return False


def _attribute(tokens: list[Any]) -> _Attribute | None:
    parts = [token for token in tokens if token.type not in ("whitespace", "comment")]
    if not parts or parts[0].type != "ident":
        return None
    name = parts[0].lower_value
    if len(parts) == 1:
        return _Attribute(name, "", "", ignore_case=False)
    operator = "".join(token.value for token in parts[1:3] if token.type == "literal")
    if operator not in ("=", "~=", "|=", "^=", "$=", "*="):
        return None
    rest = parts[1 + (1 if parts[1].value == operator else len(operator)) :]
    if not rest or rest[0].type not in ("ident", "string"):
        return None
    flag = rest[1].lower_value if len(rest) > 1 and rest[1].type == "ident" else ""
    return _Attribute(name, operator, rest[0].value, ignore_case=flag == "i" or name == "type")


def matches(selector: Selector, node: LexborNode, work: Work, *, any_case: bool = False) -> bool:
    """Whether a selector is about an element.

    Args:
        selector: The selector.
        node: The element.
        work: Is charged for each comparison.
        any_case: Whether classes and ids compare without regard to case, as on pages without a doctype.

    Raises:
        TooComplicatedError: The page's work is spent.
    """
    return _from(selector.steps, 0, node, work, any_case)


def _from(steps: Sequence[tuple[str, Compound]], at: int, node: LexborNode, work: Work, any_case: bool) -> bool:
    combinator, compound = steps[at]
    if not _is(compound, node, work, any_case):
        return False
    if at + 1 == len(steps):
        return True
    upwards = combinator in " >"
    other = _parent(node) if upwards else _before(node, work)
    while other is not None:
        if _from(steps, at + 1, other, work, any_case):
            return True
        if combinator in ">+":
            return False
        other = _parent(other) if upwards else _before(other, work)
    return False


def _is(compound: Compound, node: LexborNode, work: Work, any_case: bool) -> bool:
    work.spend(4)
    if compound.never or (compound.tag and compound.tag != node.tag):
        return False
    attributes = node.attributes
    if compound.identity or compound.classes:
        names, identity = (attributes.get("class") or ""), attributes.get("id") or ""
        wanted, wanted_id = compound.classes, compound.identity
        if any_case:
            names, identity, wanted_id = names.lower(), identity.lower(), wanted_id.lower()
            wanted = [name.lower() for name in wanted]
        work.spend(len(names) // 100)
        if wanted_id and wanted_id != identity:
            return False
        if wanted:
            there = names.split()
            if not all(name in there for name in wanted):
                return False
    if not all(attribute.holds(node) for attribute in compound.attributes):
        return False
    if compound.root and node.tag != "html":
        return False
    if compound.empty and node.child is not None:
        return False
    if compound.places and not all(_stands_at(node, place, work) for place in compound.places):
        return False
    return all(
        any(_from(selector.steps, 0, node, work, any_case) for selector in inner) is wanted
        for wanted, inner in compound.groups
    )


def _stands_at(node: LexborNode, place: tuple[int, int], work: Work) -> bool:
    step, start = place
    if start == -1 and step == 0:
        return _after(node, work) is None
    number, other = 1, _before(node, work)
    while other is not None:
        work.spend()
        number, other = number + 1, _before(other, work)
    if step == 0:
        return number == start
    return (number - start) % step == 0 and (number - start) // step >= 0


def _parent(node: LexborNode) -> LexborNode | None:
    parent = node.parent
    return None if parent is None or parent.tag == "-document" else parent


def _before(node: LexborNode, work: Work) -> LexborNode | None:
    other = node.prev
    while other is not None and not other.is_element_node:
        work.spend()
        other = other.prev
    return other


def _after(node: LexborNode, work: Work) -> LexborNode | None:
    other = node.next
    while other is not None and not other.is_element_node:
        work.spend()
        other = other.next
    return other
