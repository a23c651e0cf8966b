"""Which computed styles hide an element: no box, clipped, off screen, rotated away, invisible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import inf

from moderator.html.computed import (
    NEVER_DRAWN,
    Style,
    element_style,
)
from moderator.html.css_values import length_of
from moderator.html.stylesheet import SCREEN_HEIGHT, SCREEN_WIDTH
from moderator.html.work import Work

__all__ = [
    "FAINT",
    "FALLBACK",
    "INSIDE",
    "OFF_SCREEN",
    "REVEALED",
    "TINY",
    "has_no_box",
    "hides",
    "only_parked",
    "opacity_of",
    "shows",
    "style_hides",
]

OFF_SCREEN = 900.0
"""Pixels by which something must be moved aside to count as off-screen; narrower moves are layout."""
TINY = 1.0
"""Pixels of size at or below which nobody sees anything."""
FAINT = 0.05
"""Opacity at or below which nobody sees anything."""
INSIDE = 400
"""Elements inside a link that are looked at."""
FALLBACK = frozenset({"audio", "video", "canvas", "iframe", "progress", "meter", "textarea", "select"})
"""Elements whose content is only drawn by browsers that do not know them."""
_NOTHING = 0.02
"""Scale below which nothing is left of letters."""
_AXES = (("width", "padding-left", "padding-right"), ("height", "padding-top", "padding-bottom"))
_CALL = re.compile(r"(?<![a-z0-9-])([a-z0-9-]{1,20})\(([^()]*+(?:\([^()]*+\)[^()]*+)*+)\)")
REVEALED = ("opacity", "visibility", "transform")


def hides(tag: str, attributes: Mapping[str, str | None], work: Work) -> bool:
    """Whether an element hides what it holds, by its name and attributes alone.

    >>> hides("div", {"hidden": ""}, Work()), hides("p", {"style": "display: none"}, Work()), hides("p", {}, Work())
    (True, True, False)
    """
    if tag in FALLBACK:
        return True
    if tag != "dialog" and not ("style" in attributes or "hidden" in attributes or "popover" in attributes):
        return tag in NEVER_DRAWN
    style = element_style(tag, attributes, work)
    return style_hides(style) or style.hidden or opacity_of(style) <= FAINT


def style_hides(style: Style, *, link: bool = False) -> bool:
    """Whether an element hides itself and all that it holds, whatever that says of itself.

    Args:
        style: Its computed style.
        link: Whether it is a link without a box of its own (``<area>``), whose display means nothing.
    """
    if style.display == "none":
        return not link
    if opacity_of(style) <= FAINT or "opacity(0" in style.get("filter").replace(" ", ""):
        return True
    if style.has_box and (style.get("content-visibility") == "hidden" or _is_empty_box(style) or _is_turned(style)):
        return True
    if _is_clipped(style) or _is_moved_away(style):
        return True
    mask = (style.get("mask") or style.get("mask-image")).replace(" ", "")
    return mask.startswith("linear-gradient(transparent,transparent") or mask.startswith("linear-gradient(#0000,#0000")


def has_no_box(style: Style) -> bool:
    """Whether an element is laid out without width or height."""
    sizes = (style.length("width"), style.length("height"))
    return any(size is not None and size <= TINY for size in sizes)


def _is_empty_box(style: Style) -> bool:
    """Whether it has no size and lets nothing stand out."""
    if all(style.get(name) in ("", "visible", "initial") for name in ("overflow-x", "overflow-y")):
        return False
    for name, before, behind in _AXES:
        sizes = (style.length(name), style.length(f"max-{name}"))
        padding = [style.get(before), style.get(behind)]
        narrow = all("%" not in value and (length_of(value, style.font) or 0.0) <= TINY for value in padding)
        if narrow and any(size is not None and size <= TINY for size in sizes):
            return True
    flat = style.line is not None and style.line <= TINY
    return flat and not style.get("height") and not style.get("min-height")


def _is_clipped(style: Style) -> bool:
    clip = style.get("clip")
    if style.positioned and clip.startswith("rect("):
        sides = [length_of(side, style.font) for side in re.split(r"[\s,]+", clip[5:].rstrip(") ").strip())][:4]
        if len(sides) == 4:
            top, right, bottom, left = sides
            if right is not None and right - (left or 0.0) <= TINY:
                return True
            if bottom is not None and bottom - (top or 0.0) <= TINY:
                return True
    return any(_clips_all(name, inside) for name, inside in _CALL.findall(style.get("clip-path")))


def _clips_all(shape: str, inside: str) -> bool:
    """Whether a clip-path leaves nothing."""
    numbers = [_number(word) for word in re.split(r"[\s,]+", inside.partition(" at ")[0].partition("round")[0])]
    sizes = [number for number in numbers if number is not None]
    if shape == "polygon":
        return _area(inside) <= TINY
    if not sizes:
        return False
    if shape == "inset":
        top, right, bottom, left = [*sizes, sizes[1]] if len(sizes) == 3 else (sizes * 4)[:4]
        return "%" in inside and (top + bottom >= 99.5 or left + right >= 99.5)
    return shape in ("circle", "ellipse") and min(sizes) <= TINY


def _area(polygon: str) -> float:
    """The area of a polygon's corners, whatever the unit; inf: not known."""
    corners = []
    for corner in polygon.split(",")[:100]:
        numbers = [_number(word) for word in corner.split()]
        if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
            return inf
        corners.append((numbers[0], numbers[1]))
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(corners, corners[1:] + corners[:1], strict=True))) / 2


def _number(word: str) -> float | None:
    found = re.match(r"[+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})", word)
    return float(found[0]) if found else None


def _is_moved_away(style: Style) -> bool:
    position = style.get("position")
    if position in ("absolute", "fixed", "relative"):
        across = [style.length(side, SCREEN_WIDTH) for side in ("left", "right")]
        along = [style.length(side, SCREEN_HEIGHT) for side in ("top", "bottom")]
        if any(side is not None and side <= -OFF_SCREEN for side in (*across, *along)):
            return True
        if any(side is not None and side >= 5 * OFF_SCREEN for side in across):
            return True
        if position == "fixed":
            width, height = style.length("width", SCREEN_WIDTH), style.length("height", SCREEN_HEIGHT)
            for sides, size in ((across, width), (along, height)):
                if size is not None and any(side is not None and side < 0 and side + size <= 0 for side in sides):
                    return True
            if any(side is not None and side >= SCREEN_WIDTH for side in across):
                return True
    if style.has_box:
        if any((style.length(f"margin-{side}") or 0.0) <= -OFF_SCREEN for side in ("left", "top")):
            return True
    elif (style.length("margin-left") or 0.0) <= -OFF_SCREEN:
        return True
    return False


def _is_turned(style: Style) -> bool:
    """Whether a transform makes it nothing or takes it away."""
    calls = [(name, re.split(r"[\s,]+", inside.strip())) for name, inside in _CALL.findall(style.get("transform"))]
    calls += [(name, style.get(name).split()) for name in ("scale", "translate") if style.get(name)]
    return any(_turns_away(name, parts, style) for name, parts in calls)


def _turns_away(name: str, parts: list[str], style: Style) -> bool:
    numbers = [_number(part) for part in parts]
    if name.startswith("scale") and name != "scalez":
        return any(number is not None and abs(number) < _NOTHING for number in numbers[:2])
    if name in ("translate", "translate3d", "translatex"):
        return _moves(parts[: 1 if name == "translatex" else 2], style)
    if name == "translatey":
        return _moves(["0", *parts[:1]], style)
    if name == "matrix" and len(numbers) == 6 and None not in numbers:
        a, b, c, d, across, along = (number or 0.0 for number in numbers)
        return abs(a * d - b * c) < _NOTHING**2 or across <= -OFF_SCREEN or along <= -OFF_SCREEN
    if name in ("rotatex", "rotatey") and numbers and numbers[0] is not None and parts[0].endswith(("deg", "turn")):
        degrees = numbers[0] * (360 if parts[0].endswith("turn") else 1)
        return abs(abs(degrees) % 180 - 90) < 0.5
    return False


def _moves(parts: list[str], style: Style) -> bool:
    for part, side, size in zip(parts, ("left", "top"), (SCREEN_WIDTH, SCREEN_HEIGHT), strict=False):
        length = length_of(part, style.font)
        if length is not None and length <= -OFF_SCREEN:
            return True
        share = _number(part)
        if part.endswith("%") and share is not None and share <= -100 and style.positioned:
            start = style.length(side, size)
            if share <= -1000 or (start is not None and start <= 0):
                return True
    return False


def opacity_of(style: Style) -> float:
    """An element's own opacity, 0 to 1."""
    value = style.get("opacity")
    number = _number(value)
    if number is None:
        return 1.0
    return min(max(number / (100 if value.endswith("%") else 1), 0.0), 1.0)


def only_parked(style: Style) -> bool:
    """Whether nothing hides an element but what scripts commonly take away."""
    if style.display == "none":
        return False
    return opacity_of(style) <= FAINT or "transform" in style.declared


def shows(name: str, value: str) -> bool:
    """Whether a declared value, as the last frame of an animation, brings an element into sight."""
    if name == "opacity":
        return (_number(value) or 0.0) > FAINT
    return value in ("visible", "none") or (name == "transform" and "scale(0" not in value and "-" not in value)
