"""What a browser makes of the rules about an element: the cascade, inheritance and the shorthands that matter here.

Only properties by which something can be hidden or shown are computed. There is no layout: lengths are pixels where
they can be known without one, and None otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborNode
from tinycss2 import color4

from moderator.html.selectors import matches
from moderator.html.stylesheet import SCREEN_HEIGHT, SCREEN_WIDTH, Declaration, Rule, Sheet, read_declarations
from moderator.html.work import Work

__all__ = ["CLEAR", "NEVER_DRAWN", "UNKNOWN", "Colour", "Style", "Styles", "element_style", "length_of", "names_of"]

Colour = tuple[float, float, float, float]
"""Red, green, blue and alpha, 0 to 1."""
CLEAR: Colour = (0.0, 0.0, 0.0, 0.0)
UNKNOWN: Colour = (-1.0, -1.0, -1.0, 1.0)
"""A colour, or a picture, that cannot be told from the page alone."""
BLACK: Colour = (0.0, 0.0, 0.0, 1.0)
LINK_BLUE: Colour = (0.0, 0.0, 238 / 255, 1.0)

_LENGTH = re.compile(r"([+-]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})(?:e[+-]?\d{1,2})?)([a-z]{0,6}|%)$", re.ASCII)
_ABSOLUTE = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "q": 2.4 / 2.54}
_VIEWPORT = {"w": SCREEN_WIDTH / 100, "h": SCREEN_HEIGHT / 100, "min": SCREEN_HEIGHT / 100, "max": SCREEN_WIDTH / 100}
_FONT_SIZES = {
    **{"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0},
    **{"xx-large": 32.0, "xxx-large": 48.0},
}
_VAR = re.compile(r"var\(\s*(--[\w-]{1,80})\s*(?:,([^()]*(?:\([^()]*\)[^()]*)*))?\)")
_PICTURE = re.compile(r"url\(|gradient\(|image\(|image-set\(|paint\(|element\(|cross-fade\(")
_TOP = re.compile(r"[^\s()]+(?:\((?:[^()]|\([^()]*\))*\))?|\((?:[^()]|\([^()]*\))*\)")
_RESETS = frozenset({"initial", "unset", "revert", "revert-layer"})
_INHERITED = frozenset(
    {"color", "visibility", "font-size", "text-indent", "-webkit-text-fill-color", "line-height", "letter-spacing"}
    | {"text-shadow", "font-size-adjust"}
)
_DISPLAYS = frozenset(
    {"none", "block", "inline", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "contents", "flow-root"}
    | {"list-item", "table", "inline-table", "table-row", "table-cell", "table-caption", "table-row-group", "ruby"}
    | {"table-header-group", "table-footer-group", "table-column", "table-column-group", "run-in", "-webkit-box"}
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
_SIDES = ("top", "right", "bottom", "left")


def length_of(value: str, font: float = 16.0, whole: float | None = None) -> float | None:
    """A length in pixels; None: it is none, or not known without a layout.

    Args:
        value: As declared, lower case.
        font: Pixels of an ``em``.
        whole: What 100 % are; None: not known.

    >>> length_of("-50vw"), length_of("1.5em"), length_of("auto"), length_of("calc(0px - 10px)")
    (-640.0, 24.0, None, -10.0)
    """
    value = value.strip()
    found = _LENGTH.match(value)
    if found is None:
        if value.startswith("calc(") and value.endswith(")"):
            return _sum(value[5:-1], font, whole)
        return None
    number, unit = float(found[1]), found[2]
    if unit == "":
        return number if number == 0 else None
    if unit in _ABSOLUTE:
        return number * _ABSOLUTE[unit]
    if unit in ("em", "rem", "lh", "rlh"):
        return number * (font if unit == "em" else 16.0)
    if unit in ("ex", "ch"):
        return number * font / 2
    if unit == "%":
        return None if whole is None else number * whole / 100
    if unit[0] in "sdl" and len(unit) > 2:
        unit = unit[1:]
    scale = _VIEWPORT.get(unit.removeprefix("v"))
    return None if scale is None else number * scale


def _sum(text: str, font: float, whole: float | None) -> float | None:
    total, sign = 0.0, 1.0
    for part in text.split()[:50]:
        if part in "+-":
            sign = 1.0 if part == "+" else -1.0
            continue
        length = length_of(part, font, whole)
        if length is None:
            return None
        total += sign * length
    return total


def colour_of(value: str, ink: Colour) -> Colour | None:
    """A colour; None: the value is no colour.

    Args:
        value: As declared, lower case.
        ink: What ``currentcolor`` is.
    """
    value = value.strip()
    if value == "currentcolor":
        return ink
    try:
        colour = color4.parse_color(value)
        if colour is None:
            return UNKNOWN if "(" in value else None
        red, green, blue = (min(max(float(part), 0.0), 1.0) for part in colour.to("srgb").coordinates)
        alpha = float(colour.alpha)
    except Exception:  # what the parser cannot read, we cannot either
        return UNKNOWN
    return red, green, blue, alpha


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
    def boxed(self) -> bool:
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
                for name, longhand in _longhands(one.name, value):
                    if name == "*":
                        said.clear()
                    else:
                        said[name] = longhand
        animated = _last_frame(said, self._sheet)
        for one in animated:
            said.update(_longhands(one.name, _resolved(one.value, own)))
        return _computed(node.tag or "", attributes, said, own, parent)


def element_style(tag: str, attributes: Mapping[str, str | None]) -> Style:
    """The style that an element has by its name and attributes alone."""
    said = _hints(tag, attributes)
    for one in read_declarations((attributes.get("style") or "")[:4000], Work()):
        said.update(_longhands(one.name, one.value))
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


def _longhands(name: str, value: str) -> Iterable[tuple[str, str]]:
    """What a declaration says of single properties; ``*`` forgets everything before it."""
    if name == "all":
        return [("*", value)] if value in _RESETS else []
    if name == "display":
        return [(name, value)] if value in _DISPLAYS or value in _RESETS or " " in value else []
    if name == "background":
        if "var(" in value:
            return [("background-color", "?"), ("background-image", "?")]
        shade = next((part for part in reversed(_TOP.findall(value)) if _is_colour(part)), "transparent")
        return [("background-color", shade), ("background-image", value if _PICTURE.search(value) else "none")]
    if name in ("color", "background-color", "-webkit-text-fill-color"):
        known = _is_colour(value) or value in _RESETS or value == "inherit" or "var(" in value
        return [(name, value)] if known else []
    if name == "font":
        size = next((part.partition("/")[0] for part in value.split() if _is_size(part.partition("/")[0])), "")
        return [("font-size", size)] if size else []
    if name == "overflow":
        parts = value.split() or [""]
        return [("overflow-x", parts[0]), ("overflow-y", parts[-1])]
    if name in ("inset", "margin", "padding"):
        parts = value.split()[:4]
        if not parts:
            return []
        sides = {1: parts * 4, 2: parts * 2, 3: [*parts, *parts[1:2]], 4: parts}[len(parts)]
        prefix = "" if name == "inset" else f"{name}-"
        return [(prefix + side, each) for side, each in zip(_SIDES, sides, strict=True)]
    if name in ("opacity", "font-size", "text-indent") and not (
        value in _RESETS
        or value == "inherit"
        or "(" in value
        or re.match(r"[+.\d-]", value)
        or value.isalpha()
        or value in _FONT_SIZES
    ):
        return []
    return [(name.removeprefix("-webkit-") if name in _PREFIXED else name, value)]


_PREFIXED = frozenset(
    {"-webkit-transform", "-webkit-filter", "-webkit-clip-path", "-webkit-background-clip", "-webkit-animation"}
    | {"-webkit-animation-name", "-webkit-animation-fill-mode", "-webkit-mask", "-webkit-mask-image"}
)


def _is_colour(text: str) -> bool:
    return colour_of(text, BLACK) is not None and not _PICTURE.search(text)


def _is_size(text: str) -> bool:
    return text in _FONT_SIZES or text in ("larger", "smaller") or length_of(text, whole=16.0) is not None


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
    for name in [name for name, value in said.items() if value in _RESETS or value == "inherit"]:
        if said[name] != "inherit" and name not in ("display", "color", "visibility", "font-size"):
            said.pop(name)
    display = said.get("display", "inline")
    if display in _RESETS:
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
        fill = None if colour in _RESETS else _ink(colour, fill or ink, fill or ink)
    ground = CLEAR
    if (colour := said.get("background-color")) is not None:
        ground = parent.ground if colour == "inherit" else colour_of(colour, ink) or UNKNOWN
        ground = CLEAR if colour in _RESETS else ground
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
        shadow=parent.shadow if shadow is None else shadow not in ("none", *_RESETS),
        indent=parent.indent if indent is None else length_of(indent, font, SCREEN_WIDTH) or 0.0,
        line=line,
        ground=ground,
        picture=image not in ("none", "") and image not in _RESETS,
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
    if value in _FONT_SIZES:
        return _FONT_SIZES[value]
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
