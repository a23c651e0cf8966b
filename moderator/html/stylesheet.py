"""Reads the page's own style sheets; only rules that can match a few given elements, indexed by name.

A CSS parser written in Python takes most of a second for a large sheet, and a page has hundreds of rules that are
about other elements. So plain rules whose selectors name none of the elements in question are left out first, by
text; what remains goes through tinycss2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import tinycss2

from moderator.html.selectors import Selector, parse_selectors
from moderator.html.work import TooComplicatedError, Work

__all__ = ["SCREEN_HEIGHT", "SCREEN_WIDTH", "Declaration", "Rule", "Sheet", "media_applies", "read_declarations"]

MAX_SHEET = 300_000
"""Characters of ``<style>`` that are read; few pages have more than 100,000."""
PARSING = 2
"""Steps for a character that is parsed, which takes one to six microseconds (measured)."""
SCREEN_WIDTH, SCREEN_HEIGHT = 1280, 800
"""The reader's window in CSS pixels: an ordinary laptop's."""
_DEEPEST = 8
"""Nested ``@media``, ``@supports`` and rules that are read."""

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_ODD = re.compile(r"[\\@&]")
_FRAME = re.compile(r"\s*(?:from|to|[\d.]+%)\s*(?:,|$)", re.IGNORECASE)
_COMBINED = re.compile(r"[\s>+~]")
_WORD = re.compile(r"[.#]?[\w-]+")
_FUNCTION = re.compile(r"\([^()]*\)")
_FEATURE = re.compile(r"^(?:(min|max)-)?([a-z-]+)(?::(.+))?$")
_RANGE = re.compile(r"^(?:([\d.]+[a-z]*)(<=?|>=?))?(width|height)(?:(<=?|>=?|=)([\d.]+[a-z]*))?$")
_UNITS = {"": 1.0, "px": 1.0, "em": 16.0, "rem": 16.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54}
_STATES = {
    "prefers-color-scheme": "light",
    "prefers-reduced-motion": "no-preference",
    "prefers-contrast": "no-preference",
    "hover": "hover",
    "any-hover": "hover",
    "pointer": "fine",
    "any-pointer": "fine",
    "orientation": "landscape",
    "scripting": "enabled",
    "update": "fast",
    "display-mode": "browser",
    "forced-colors": "none",
}
"""What holds for our reader."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declared property."""

    name: str
    """Lower case, but for custom properties."""
    value: str
    """Lower case, comments and outer white space gone."""
    important: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One selector with its declarations."""

    selector: Selector
    declarations: tuple[Declaration, ...]
    order: tuple[int, int]
    """Whether it stands outside layers, which wins, and its place among all."""


@dataclass(slots=True)
class Sheet:
    """The rules that hold for a reader with a screen, by what they look for."""

    rules: dict[str, list[Rule]] = field(default_factory=dict)
    """By ``#id``, ``.class`` or tag of the element that they are about, lower case; ``*``: any."""
    frames: dict[str, list[tuple[float, tuple[Declaration, ...]]]] = field(default_factory=dict)
    """The key frames of each animation, as shares of its time."""
    count: int = 0

    @classmethod
    def read(cls, css: Iterable[str], names: frozenset[str], work: Work) -> Sheet:
        """Reads style sheets in their order.

        Args:
            css: Their texts; the first 300,000 characters are read.
            names: Tags, ``.classes`` and ``#ids`` of the elements in question, lower case.
            work: Is charged.

        Raises:
            TooComplicatedError: The page's work is spent.
        """
        sheet = cls()
        left = MAX_SHEET
        try:
            for text in css:
                if left <= 0:
                    break
                part = _without_foreign_rules(text[:left], names)
                left -= len(text)
                work.spend(len(text[:MAX_SHEET]) // 100 + PARSING * len(part))
                sheet._take(tinycss2.parse_stylesheet(part, skip_comments=True, skip_whitespace=True), 1, 0, work)
        except RecursionError:
            raise TooComplicatedError from None
        return sheet

    def about(self, names: Iterable[str]) -> Iterator[Rule]:
        """Rules that may be about an element with these names."""
        for name in (*names, "*"):
            yield from self.rules.get(name, ())

    def _take(self, rules: list[Any], layered: int, depth: int, work: Work) -> None:
        for rule in rules:
            if rule.type == "qualified-rule":
                self._take_rule(parse_selectors(rule.prelude), rule.content, layered, depth, work)
            elif rule.type == "at-rule" and rule.content is not None and depth < _DEEPEST:
                name = rule.lower_at_keyword
                prelude = tinycss2.serialize(rule.prelude).strip().lower()
                if name.endswith("keyframes"):
                    self._take_frames(prelude, rule.content)
                elif (
                    (name == "media" and media_applies(prelude))
                    or (name == "supports" and not prelude.startswith("not"))
                    or name == "layer"
                ):
                    inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                    self._take(inner, 0 if name == "layer" else layered, depth + 1, work)

    def _take_rule(self, selectors: list[Selector], content: list[Any], layered: int, depth: int, work: Work) -> None:
        if not selectors:
            return
        work.spend(1 + len(content) // 10)
        parts = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        declarations = tuple(_declarations(parts))
        for selector in selectors:
            self.count += 1
            rule = Rule(selector, declarations, (layered, self.count))
            self.rules.setdefault(_key(selector), []).append(rule)
        for part in parts:
            nested = part.type == "at-rule" and part.lower_at_keyword == "media" and part.content is not None
            if nested and depth < _DEEPEST and media_applies(tinycss2.serialize(part.prelude).strip().lower()):
                self._take_rule(selectors, part.content, layered, depth + 1, work)

    def _take_frames(self, name: str, content: list[Any]) -> None:
        frames = []
        for rule in tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True)[:100]:
            if rule.type == "qualified-rule":
                parts = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
                declarations = tuple(_declarations(parts))
                moments = tinycss2.serialize(rule.prelude).lower().split(",")
                frames += [(_share(moment.strip()), declarations) for moment in moments]
        self.frames[name.strip("\"'")] = sorted(frames, key=lambda frame: frame[0])


def read_declarations(css: str, work: Work) -> tuple[Declaration, ...]:
    """Reads the declarations of a ``style`` attribute.

    >>> read_declarations("Display : NONE !important; x", Work())
    (Declaration(name='display', value='none', important=True),)

    Raises:
        TooComplicatedError: The page's work is spent, or brackets stand in brackets without end.
    """
    work.spend(1 + len(css) // 2)
    try:
        return tuple(_declarations(tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True)))
    except RecursionError:  # values are written out level by level
        raise TooComplicatedError from None


def _declarations(parts: list[Any]) -> Iterator[Declaration]:
    for part in parts:
        if part.type == "declaration":
            name = part.name if part.name.startswith("--") else part.lower_name
            yield Declaration(name, tinycss2.serialize(part.value).strip().lower()[:2000], part.important)


def _key(selector: Selector) -> str:
    subject = selector.subject
    if subject.identity:
        return f"#{subject.identity}".lower()
    if subject.classes:
        return f".{subject.classes[0]}".lower()
    return subject.tag or "*"


def _share(moment: str) -> float:
    if moment in ("from", "to"):
        return float(moment == "to")
    try:
        return float(moment.removesuffix("%")) / 100
    except ValueError:
        return 0.0


def _without_foreign_rules(css: str, names: frozenset[str]) -> str:
    """Leaves out rules that are plainly about other elements."""
    if "/*" in css:
        css = _COMMENT.sub(" ", css)
    kept: list[str] = []
    at, opened = 0, -1
    for brace in _BRACE.finditer(css):
        place = brace.start()
        if brace[0] == "{":
            opened = place
        elif opened >= at:
            head = css[at:opened].rpartition("{")[2].rpartition(";")[2]
            rule = css[opened - len(head) : place + 1]
            kept.append(css[at : opened - len(head)])
            if head.strip().lower() == "@font-face":
                pass
            elif _is_odd(rule) or _FRAME.match(head) or any(_may_mean(part, names) for part in head.split(",")):
                kept.append(rule)
            at = place + 1
        # a brace that closes what was opened further out stays, with what stands before it
    return "".join(kept) + css[at:]


def _is_odd(rule: str) -> bool:
    """Whether a rule may not end where its brace stands, or means more than it says."""
    return _ODD.search(rule) is not None or rule.count('"') % 2 == 1 or rule.count("'") % 2 == 1


def _may_mean(selector: str, names: frozenset[str]) -> bool:
    text = selector.strip().lower()
    if len(text) > 2000:
        return True
    while "(" in text and ")" in text:
        shorter = _FUNCTION.sub("", text)
        if shorter == text:
            return True
        text = shorter
    subject = _COMBINED.split(text)[-1].partition(":")[0].partition("[")[0]
    words = _WORD.findall(subject)
    named = [word for word in words if word[0] in ".#"]
    # one of several classes is enough: the others may be given by a script
    return all(word in names for word in words if word[0] not in ".#") and (
        not named or any(word in names for word in named)
    )


def media_applies(query: str) -> bool:
    """Whether a media query holds for our reader: a window of 1280 by 800 pixels on a light screen, and a mouse.

    Args:
        query: The list of queries, as in ``@media`` or the attribute ``media``; empty: it holds.

    >>> media_applies("print, (max-width: 600px)"), media_applies("screen and (min-width: 40em)")
    (False, True)
    """
    return not query.strip() or any(_query_holds(part.strip()) for part in query.lower()[:2000].split(","))


def _query_holds(query: str) -> bool:
    negated = query.startswith("not ") or query.startswith("not(")
    query = query[3:] if negated else query
    query = query.strip().removeprefix("only ")
    return any(_all_hold(part) for part in query.split(" or ")) is not negated


def _all_hold(query: str) -> bool:
    for part in re.split(r"\band\b", query):
        part = part.strip()
        if part.startswith("not"):
            if _all_hold(part[3:]):
                return False
        elif part.startswith("("):
            if not _feature_holds(re.sub(r"\s+", "", part).strip("()")):
                return False
        elif part not in ("screen", "all", ""):
            return False
    return True


def _feature_holds(feature: str) -> bool:
    ranged = _RANGE.match(feature)
    if ranged and (ranged[2] or ranged[4]):
        size = SCREEN_WIDTH if ranged[3] == "width" else SCREEN_HEIGHT
        low = ranged[2] is None or _compare(_length(ranged[1]), ranged[2], size)
        return low and (ranged[4] is None or _compare(size, ranged[4], _length(ranged[5])))
    found = _FEATURE.match(feature)
    if found is None:
        return False
    bound, name, value = found[1], found[2], found[3]
    if name in ("width", "height", "device-width", "device-height"):
        size = SCREEN_WIDTH if name.endswith("width") else SCREEN_HEIGHT
        if value is None:
            return True
        return size >= _length(value) if bound == "min" else size <= _length(value) if bound == "max" else False
    if name in _STATES:
        return value is None or value == _STATES[name]
    if name in ("color", "aspect-ratio", "resolution"):
        return bound == "min" and value in (None, "1", "8", "1dppx", "1/1")
    return False


def _compare(left: float, sign: str, right: float) -> bool:
    if "=" in sign and left == right:
        return True
    return left < right if "<" in sign else left > right if ">" in sign else False


def _length(text: str) -> float:
    found = re.fullmatch(r"([\d.]{1,10})([a-z]*)", text)
    try:
        return float(found[1]) * _UNITS.get(found[2], 1.0) if found else float("nan")
    except ValueError:
        return float("nan")
