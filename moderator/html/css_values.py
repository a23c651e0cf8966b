"""Values of style sheets as numbers: lengths in pixels and colours with their transparency."""

from __future__ import annotations

import re

from tinycss2 import color4

from moderator.html.stylesheet import SCREEN_HEIGHT, SCREEN_WIDTH

__all__ = ["BLACK", "CLEAR", "LINK_BLUE", "PICTURE", "UNKNOWN", "Colour", "colour_of", "is_colour", "length_of"]

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
PICTURE = re.compile(r"url\(|gradient\(|image\(|image-set\(|paint\(|element\(|cross-fade\(")


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
