"""Values of style sheets: lengths in pixels, colours with their transparency, and shorthand properties."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tinycss2 import color4

from moderator.html.stylesheet import SCREEN_HEIGHT, SCREEN_WIDTH

__all__ = [
    "BLACK",
    "CLEAR",
    "FONT_SIZES",
    "LINK_BLUE",
    "PICTURE",
    "RESETS",
    "UNKNOWN",
    "Colour",
    "colour_of",
    "is_colour",
    "length_of",
    "longhands",
]

Colour = tuple[float, float, float, float]
"""Red, green, blue and alpha, 0 to 1."""
CLEAR: Colour = (0.0, 0.0, 0.0, 0.0)
UNKNOWN: Colour = (-1.0, -1.0, -1.0, 1.0)
"""A colour, or a picture, that cannot be known from the page alone."""
BLACK: Colour = (0.0, 0.0, 0.0, 1.0)
LINK_BLUE: Colour = (0.0, 0.0, 238 / 255, 1.0)
_LENGTH = re.compile(r"([+-]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})(?:e[+-]?\d{1,2})?)([a-z]{0,6}|%)$", re.ASCII)
_ABSOLUTE = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "q": 2.4 / 2.54}
_VIEWPORT = {"w": SCREEN_WIDTH / 100, "h": SCREEN_HEIGHT / 100, "min": SCREEN_HEIGHT / 100, "max": SCREEN_WIDTH / 100}
PICTURE = re.compile(r"url\(|gradient\(|image\(|image-set\(|paint\(|element\(|cross-fade\(")
FONT_SIZES = {
    **{"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0},
    **{"xx-large": 32.0, "xxx-large": 48.0},
}
_TOP = re.compile(r"[^\s()]+(?:\((?:[^()]|\([^()]*\))*\))?|\((?:[^()]|\([^()]*\))*\)")
RESETS = frozenset({"initial", "unset", "revert", "revert-layer"})
_DISPLAYS = frozenset(
    {"none", "block", "inline", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "contents", "flow-root"}
    | {"list-item", "table", "inline-table", "table-row", "table-cell", "table-caption", "table-row-group", "ruby"}
    | {"table-header-group", "table-footer-group", "table-column", "table-column-group", "run-in", "-webkit-box"}
)
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


def is_colour(text: str) -> bool:
    """Whether a value is a colour and no picture."""
    return colour_of(text, BLACK) is not None and not PICTURE.search(text)


def longhands(name: str, value: str) -> Iterable[tuple[str, str]]:
    """The properties that a declaration sets, with their values."""
    """What a declaration says of single properties; ``*`` forgets everything before it."""
    if name == "all":
        return [("*", value)] if value in RESETS else []
    if name == "display":
        return [(name, value)] if value in _DISPLAYS or value in RESETS or " " in value else []
    if name == "background":
        if "var(" in value:
            return [("background-color", "?"), ("background-image", "?")]
        shade = next((part for part in reversed(_TOP.findall(value)) if is_colour(part)), "transparent")
        return [("background-color", shade), ("background-image", value if PICTURE.search(value) else "none")]
    if name in ("color", "background-color", "-webkit-text-fill-color"):
        known = is_colour(value) or value in RESETS or value == "inherit" or "var(" in value
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
        value in RESETS
        or value == "inherit"
        or "(" in value
        or re.match(r"[+.\d-]", value)
        or value.isalpha()
        or value in FONT_SIZES
    ):
        return []
    return [(name.removeprefix("-webkit-") if name in _PREFIXED else name, value)]


_PREFIXED = frozenset(
    {"-webkit-transform", "-webkit-filter", "-webkit-clip-path", "-webkit-background-clip", "-webkit-animation"}
    | {"-webkit-animation-name", "-webkit-animation-fill-mode", "-webkit-mask", "-webkit-mask-image"}
)


def _is_size(text: str) -> bool:
    return text in FONT_SIZES or text in ("larger", "smaller") or length_of(text, whole=16.0) is not None
