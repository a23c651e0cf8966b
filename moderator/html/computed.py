"""Computed styles of an element: cascade, inheritance and shorthands, as far as visibility needs them.

Only properties by which something can be hidden or shown are computed. There is no layout: lengths are pixels where
they can be known without one, and None otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborNode

from moderator.html.css_values import (
    BLACK,
    CLEAR,
    FONT_SIZES,
    LINK_BLUE,
    RESETS,
    UNKNOWN,
    Colour,
    colour_of,
    length_of,
    longhands,
)
from moderator.html.selectors import matches
from moderator.html.stylesheet import SCREEN_WIDTH, Declaration, Rule, Sheet, read_declarations
from moderator.html.work import Work

__all__ = ["NEVER_DRAWN", "Style", "Styles", "element_style", "names_of"]

_VAR = re.compile(r"var\(\s*(--[\w-]{1,80})\s*(?:,([^()]*(?:\([^()]*\)[^()]*)*))?\)")
_INHERITED = frozenset(
    {"color", "visibility", "font-size", "text-indent", "-webkit-text-fill-color", "line-height", "letter-spacing"}
    | {"text-shadow", "font-size-adjust"}
)
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl"}
    | {"dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"}
    | {"hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section"}
    | {"summary", "table", "ul", "caption", "marquee", "td", "th", "tr", "tbody", "thead", "tfoot"}
)
NEVER_DRAWN = frozenset(
    {"area", "base", "col", "colgroup", "datalist", "head", "link", "meta", "noembed", "noframes", "noscript", "param"}
    | {"rp", "script", "style", "template", "title", "option", "optgroup", "defs", "symbol", "clippath", "mask"}
    | {"pattern", "lineargradient", "desc"}
)
"""Elements that a browser does not draw."""
_OF_LINKS = "link"
"""Where ``<body link>`` is kept among the custom properties; theirs begin with two hyphens."""


@dataclass(frozen=True, slots=True)
class Style:
    """Computed values of one element."""

    declared: Mapping[str, str]
    """What was declared of the element itself, longhands, the winners only."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Custom properties, inherited ones included."""
    display: str = "inline"
    hidden: bool = False
    """``visibility``: hidden or collapse; inner elements may differ."""
    font: float = 16.0
    """Pixels of letters."""
    ink: Colour = BLACK
    fill: Colour | None = None
    """``-webkit-text-fill-color``; None: the ink."""
    shadow: bool = False
    """Whether letters have a shadow, by which they can be seen without ink."""
    indent: float = 0.0
    """Pixels by which the first line is moved."""
    line: float | None = None
    """Pixels of a line; None: as usual."""
    ground: Colour = CLEAR
    """Of the element itself."""
    picture: bool = False
    """Whether its ground is a picture or gradient."""

    def get(self, name: str) -> str:
        """What was declared; empty: nothing."""
        return self.declared.get(name, "")

    def length(self, name: str, whole: float | None = None) -> float | None:
        """A declared length in pixels; None: none, or not known."""
        return length_of(self.get(name), self.font, whole)

    @property
    def positioned(self) -> bool:
        """Whether it is taken out of the flow."""
        return self.get("position") in ("absolute", "fixed")

    @property
    def has_box(self) -> bool:
        """Whether width, height and overflow mean anything to it."""
        return self.display not in ("inline", "contents") or self.positioned


_ROOT = Style({})


class Styles:
    """The computed styles of a page's elements, each computed once.

    Args:
        sheet: The page's own rules.
        work: Is charged.
        any_case: Whether the page has no doctype, so that the case of classes does not count.
        parks: Whether an element that is hidden will be shown by the page's own script.
    """

    def __init__(
        self, sheet: Sheet, work: Work, any_case: bool, parks: Callable[[LexborNode, Style], bool] = lambda *_: False
    ) -> None:
        self._sheet = sheet
        self._work = work
        self._any_case = any_case
        self._parks = parks
        self._known: dict[int, Style] = {}

    def of(self, node: LexborNode) -> Style:
        """The computed style of an element."""
        chain = []
        at: LexborNode | None = node
        style = _ROOT
        while at is not None and at.tag != "-document":
            known = self._known.get(at.mem_id)
            if known is not None:
                style = known
                break
            chain.append(at)
            at = at.parent
        for element in reversed(chain):
            style = self._compute(element, style)
            if self._parks(element, style):
                style = _parked(style)
            self._known[element.mem_id] = style
        return style

    def rules_about(self, node: LexborNode) -> Iterable[Rule]:
        """Rules that may be about an element, whether they hold now or not."""
        return self._sheet.about(names_of(node))

    def holds(self, rule: Rule, node: LexborNode) -> bool:
        """Whether a rule is about an element now."""
        self._work.spend()
        return matches(rule.selector, node, self._work, any_case=self._any_case)

    def generates(self, node: LexborNode) -> bool:
        """Whether the style sheet puts something before or behind the element's content."""
        for rule in self.rules_about(node):
            if rule.selector.generated in ("before", "after"):
                said = {one.name: one.value for one in rule.declarations}
                content = said.get("content", "none")
                drawn = content not in ("none", "normal", '""', "''") or "background" in " ".join(said)
                if drawn and said.get("display") != "none" and self.holds(rule, node):
                    return True
        return False

    def _compute(self, node: LexborNode, parent: Style) -> Style:
        self._work.spend(20)
        attributes = node.attributes
        weighed: list[tuple[tuple[bool, int, tuple[int, int, int], int], Declaration]] = []
        for rule in self.rules_about(node):
            if not rule.selector.generated and self.holds(rule, node):
                layered, order = rule.order
                weighed += [
                    ((one.important, layered, rule.selector.specificity, order), one) for one in rule.declarations
                ]
        inline = attributes.get("style")
        if inline:
            # behind all of the sheet, as if it were one rule of infinite weight
            weighed += [
                ((one.important, 2, (0, 0, 0), place), one)
                for place, one in enumerate(read_declarations(inline[:4000], self._work))
            ]
        weighed.sort(key=lambda pair: pair[0])
        self._work.spend(5 * len(weighed))
        own = {one.name: one.value for _, one in weighed if one.name.startswith("--")}
        own = {**parent.own, **own} if own else dict(parent.own) if parent.own else {}
        said = _hints(node.tag or "", attributes)
        for _, one in weighed:
            if not one.name.startswith("--"):
                value = _resolved(one.value, own)
                for name, longhand in longhands(one.name, value):
                    if name == "*":
                        said.clear()
                    else:
                        said[name] = longhand
        animated = _last_frame(said, self._sheet)
        for one in animated:
            said.update(longhands(one.name, _resolved(one.value, own)))
        return _computed(node.tag or "", attributes, said, own, parent)


def element_style(tag: str, attributes: Mapping[str, str | None], work: Work) -> Style:
    """The style that an element has by its name and attributes alone."""
    work.spend(50)
    said = _hints(tag, attributes)
    for one in read_declarations((attributes.get("style") or "")[:4000], work):
        said.update(longhands(one.name, one.value))
    return _computed(tag, attributes, said, {}, _ROOT)


def names_of(node: LexborNode) -> list[str]:
    """What a rule can call an element: its tag, ``.classes`` and ``#id``, lower case.

    >>> from selectolax.lexbor import LexborHTMLParser
    >>> names_of(LexborHTMLParser("<p class='A b' id=c>").css_first("p"))
    ['p', '.a', '.b', '#c']
    """
    attributes = node.attributes
    classes = dict.fromkeys((attributes.get("class") or "")[:2000].lower().split())
    identity = (attributes.get("id") or "").lower()
    return [node.tag or "", *(f".{name}" for name in classes), *([f"#{identity}"] if identity else [])]


def _hints(tag: str, attributes: Mapping[str, str | None]) -> dict[str, str]:
    """What the browser itself and old attributes say of an element."""
    said: dict[str, str] = {}
    if tag in _BLOCKS:
        said["display"] = "block"
    elif tag in ("img", "button", "input", "select", "svg", "object", "embed"):
        said["display"] = "inline-block"
    elif tag in NEVER_DRAWN:
        said["display"] = "none"
    if "hidden" in attributes and tag != "embed":
        if (attributes["hidden"] or "").strip().lower() == "until-found":
            said["content-visibility"] = "hidden"
        else:
            said["display"] = "none"
    if (tag == "dialog" and "open" not in attributes) or "popover" in attributes:
        said["display"] = "none"
    if tag == "input" and (attributes.get("type") or "").lower() == "hidden":
        said["display"] = "none"
    if tag in ("body", "table", "tr", "td", "th", "tbody", "thead", "tfoot", "marquee"):
        if attributes.get("bgcolor"):
            said["background-color"] = _old_colour(attributes["bgcolor"] or "")
        if attributes.get("background"):
            said["background-image"] = "url()"
    if tag == "font" and attributes.get("color"):
        said["color"] = _old_colour(attributes["color"] or "")
    if tag == "body" and attributes.get("text"):
        said["color"] = _old_colour(attributes["text"] or "")
    return said


def _old_colour(value: str) -> str:
    value = value.strip().lower()
    return f"#{value}" if re.fullmatch(r"[0-9a-f]{6}|[0-9a-f]{3}", value) else value


def _resolved(value: str, own: Mapping[str, str]) -> str:
    """A value with its variables filled in; one that is unknown stays as it is."""
    for _ in range(8):
        if "var(" not in value or len(value) > 4000:
            break
        filled = _VAR.sub(lambda found: own.get(found[1], found[2] if found[2] is not None else found[0]), value)
        if filled == value:
            break
        value = filled
    return value.strip()[:4000]


def _last_frame(said: Mapping[str, str], sheet: Sheet) -> Iterable[Declaration]:
    """What an animation leaves behind when it has run; nothing where it puts things back as they were."""
    words = f"{said.get('animation', '')} {said.get('animation-fill-mode', '')}".replace(",", " ").split()
    named = f"{said.get('animation', '')} {said.get('animation-name', '')}".replace(",", " ").split()
    name = next((word.strip("\"'") for word in named if word.strip("\"'") in sheet.frames), None)
    if name is None or not sheet.frames[name]:
        return ()
    frames = sheet.frames[name]
    if "infinite" in (*words, *said.get("animation-iteration-count", "").split()):
        # comes and goes: the moment at which most is seen
        seen = [(_seen_in(declarations), place, declarations) for place, (_, declarations) in enumerate(frames)]
        most, _, declarations = max(seen, key=lambda frame: frame[:2])
        return declarations if most > 0 or _opacity(said.get("opacity", "")) <= 0 else ()
    return frames[-1][1] if "forwards" in words or "both" in words else ()


def _seen_in(frame: Iterable[Declaration]) -> float:
    return max((_opacity(one.value) for one in frame if one.name == "opacity"), default=0.0)


def _opacity(value: str) -> float:
    found = re.fullmatch(r"([+-]?[\d.]{1,12})(%?)", value)
    try:
        return float(found[1]) / (100 if found[2] else 1) if found else 1.0
    except ValueError:
        return 1.0


def _computed(
    tag: str, attributes: Mapping[str, str | None], said: dict[str, str], own: dict[str, str], parent: Style
) -> Style:
    for name in [name for name, value in said.items() if value in RESETS or value == "inherit"]:
        if said[name] != "inherit" and name not in ("display", "color", "visibility", "font-size"):
            said.pop(name)
    display = said.get("display", "inline")
    if display in RESETS:
        display = "block" if display.startswith("revert") and tag in _BLOCKS else "inline"
    elif display == "inherit":
        display = parent.display
    floats = said.get("float") in ("left", "right") or said.get("position") in ("absolute", "fixed")
    if display == "inline" and (floats or parent.display.endswith(("flex", "grid"))):
        display = "block"
    hidden = parent.hidden
    if (seen := said.get("visibility")) is not None:
        hidden = hidden if seen in ("inherit", "unset", "revert") else seen in ("hidden", "collapse")
    font = _font(said.get("font-size"), parent.font)
    ink = parent.ink
    if tag == "body" and attributes.get("link"):
        own = {**own, _OF_LINKS: _old_colour(attributes["link"] or "")}
    if tag == "a" and "href" in attributes:
        ink = colour_of(own.get(_OF_LINKS, ""), ink) or LINK_BLUE
    if (colour := said.get("color")) is not None:
        ink = _ink(colour, parent.ink, ink)
    fill = parent.fill
    if (colour := said.get("-webkit-text-fill-color")) is not None:
        fill = None if colour in RESETS else _ink(colour, fill or ink, fill or ink)
    ground = CLEAR
    if (colour := said.get("background-color")) is not None:
        ground = parent.ground if colour == "inherit" else colour_of(colour, ink) or UNKNOWN
        ground = CLEAR if colour in RESETS else ground
    image = said.get("background-image", "none")
    indent = said.get("text-indent")
    line = parent.line
    if (height := said.get("line-height")) is not None:
        line = 0.0 if height == "0" else length_of(height, font, font)
    shadow = said.get("text-shadow")
    return Style(
        declared=said,
        own=own,
        display=display,
        hidden=hidden,
        font=font,
        ink=ink,
        fill=fill,
        shadow=parent.shadow if shadow is None else shadow not in ("none", *RESETS),
        indent=parent.indent if indent is None else length_of(indent, font, SCREEN_WIDTH) or 0.0,
        line=line,
        ground=ground,
        picture=image not in ("none", "") and image not in RESETS,
    )


def _ink(colour: str, inherited: Colour, default: Colour) -> Colour:
    if colour in ("inherit", "currentcolor", "unset"):
        return inherited
    if colour == "initial":
        return BLACK
    if colour.startswith("revert"):
        return default
    return colour_of(colour, inherited) or UNKNOWN


def _font(value: str | None, parent: float) -> float:
    if value is None or value in ("inherit", "unset", "revert"):
        return parent
    if value in FONT_SIZES:
        return FONT_SIZES[value]
    if value in ("larger", "smaller"):
        return parent * (1.2 if value == "larger" else 1 / 1.2)
    length = length_of(value, parent, parent)
    return 16.0 if length is None else max(length, 0.0)


def _parked(style: Style) -> Style:
    """The style of an element that the page's own script will show: what hides it is taken away."""
    rest = {name: value for name, value in style.declared.items() if name not in ("opacity", "filter", "visibility")}
    if rest.get("display") == "none":
        rest["display"] = "block"
    return replace(style, declared=rest, display="block" if style.display == "none" else style.display, hidden=False)
