"""Shorthand properties of style sheets as the properties that they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from moderator.html.css_values import PICTURE, is_colour, length_of

__all__ = ["FONT_SIZES", "RESETS", "longhands"]

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
