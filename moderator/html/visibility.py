"""Whether a reader can see a link, as far as the page itself tells.

Read are the ``hidden`` and ``aria-hidden`` attributes, inline styles, and those rules of the page's own ``<style>``
elements that name a single class, id or tag. Outside style sheets are not fetched: what only they hide, looks visible.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

__all__ = ["Element", "Sheet", "hides", "is_hidden", "read_sheet", "style_hides"]

MAX_SHEET = 200_000
"""Characters of ``<style>`` that are read."""
OFF_SCREEN = 900
"""Pixels by which something must be moved aside to count as off-screen; narrower moves are layout."""
TINY = 1.0
"""Pixels of size at or below which nobody sees anything."""

_NUMBER = re.compile(r"(-?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))\s*(px|em|rem|ex|pt|%|vw|vh)?", re.ASCII)
_SIMPLE_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]{0,20})?(?:[.#][\w-]{1,80})?", re.ASCII | re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_COLOURS = {"white": "#ffffff", "black": "#000000"}
_GAP = r"(?:\s*+,|[^\S ]*+ )\s*+"
_RGB = re.compile(rf"rgba?\(\s*+(\d{{1,3}}){_GAP}(\d{{1,3}}){_GAP}(\d{{1,3}})\s*+(?:[,/]\s*+([\d.]{{1,6}})\s*+)?\)")
_SCALE = {"px": 1.0, "pt": 1.33, "em": 16.0, "rem": 16.0, "ex": 8.0, "%": 10.0, "vw": 10.0, "vh": 10.0}
"""Pixels for one unit, roughly: it is only asked whether a length is nearly nothing or absurdly large."""


class Element(Protocol):
    """What is needed of a node of a parsed page."""

    @property
    def tag(self) -> str | None:
        """Its name, lower case."""
        ...

    @property
    def attributes(self) -> dict[str, str | None]:
        """Its attributes."""
        ...


class Sheet(dict[str, dict[str, str]]):
    """The declarations of simple selectors (``.class``, ``#id``, ``tag.class``), lower case."""


def read_sheet(css: str) -> Sheet:
    """Reads the rules whose selectors are simple; everything else is passed over.

    Args:
        css: The text of the page's ``<style>`` elements; the first 200,000 characters are read.

    >>> read_sheet(".x, p > a { display: none }")
    {'.x': {'display': 'none'}}
    """
    sheet = Sheet()
    css = css[:MAX_SHEET]
    if "*/" in css:
        css = _CSS_COMMENT.sub(" ", css[: css.rindex("*/") + 2]) + css[css.rindex("*/") + 2 :]
    for rule in css.split("}"):
        head, brace, body = rule.rpartition("{")
        if not brace or "@" in head:  # what stands in a media query holds for some readers only
            continue
        declarations = _declarations(body)
        if not declarations:
            continue
        for selector in head.split(","):
            selector = selector.strip()
            if selector and _SIMPLE_SELECTOR.fullmatch(selector):
                sheet.setdefault(selector.lower(), {}).update(declarations)
    return sheet


def _declarations(text: str) -> dict[str, str]:
    found = {}
    for part in text.lower().split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def is_hidden(chain: list[Element], text: str, has_picture: bool, sheet: Sheet, plain_page: bool) -> bool:
    """Whether a link is hidden from readers.

    Args:
        chain: The link's node and those around it, from the inside out.
        text: The link's text.
        has_picture: Whether a picture or another visible thing stands inside it.
        sheet: The page's own rules.
        plain_page: Whether the page has no outside style sheet, so that unstyled ground is white.

    Returns:
        True: nobody who looks at the page sees it.
    """
    if not has_picture and not _visible_text(text):
        return True
    ink: str | None = None
    ground: str | None = None
    for node in chain:
        attributes = node.attributes
        tag = node.tag or ""
        style = _style_of(tag, attributes, sheet)
        if hides(tag, attributes, style):
            return True
        if ink is None:
            ink = _colour(style.get("color") or attributes.get("color") or "")
            if ink == "none":
                return not has_picture
        if ground is None:
            behind = style.get("background-color") or style.get("background") or attributes.get("bgcolor") or ""
            ground = _colour(behind)
            if ground == "none":
                ground = None
    if has_picture or ink is None:
        return False
    return ink == (ground or ("#ffffff" if plain_page else ""))


def hides(tag: str, attributes: Mapping[str, str | None], style: Mapping[str, str] | None = None) -> bool:
    """Whether an element hides itself and what it holds.

    Args:
        tag: Its name, lower case.
        attributes: Its attributes.
        style: Its declarations; None: those of its own ``style`` attribute.

    >>> hides("div", {"hidden": ""}), hides("p", {"style": "display: none"}), hides("p", {})
    (True, True, False)
    """
    if "hidden" in attributes or (attributes.get("aria-hidden") or "").strip().lower() == "true":
        return True
    if tag == "dialog" and "open" not in attributes:
        return True
    declared = _style_of(tag, attributes, Sheet()) if style is None else style
    return bool(declared) and style_hides(declared)


def _visible_text(text: str) -> bool:
    return any(character.isprintable() and not character.isspace() for character in text[:2000])


def _style_of(tag: str, attributes: Mapping[str, str | None], sheet: Sheet) -> dict[str, str]:
    style: dict[str, str] = {}
    if sheet:
        classes = [name.lower() for name in (attributes.get("class") or "")[:500].split()]
        identity = (attributes.get("id") or "").lower()
        for selector in (
            tag,
            *(f".{name}" for name in classes),
            *(f"{tag}.{name}" for name in classes),
            f"#{identity}",
            f"{tag}#{identity}",
        ):
            style.update(sheet.get(selector, {}))
    inline = attributes.get("style")
    if inline:
        style.update(_declarations(inline[:2000]))
    return style


def style_hides(style: Mapping[str, str]) -> bool:
    """Whether declarations hide an element and what it holds.

    >>> style_hides({"position": "absolute", "left": "-9999px"}), style_hides({"opacity": "0.9"})
    (True, False)
    """
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if _at_most(style.get("opacity"), 0.05) or _at_most(style.get("font-size"), TINY):
        return True
    if style.get("content-visibility") == "hidden":
        return True
    clipped = style.get("overflow", "").startswith(("hidden", "clip")) or "overflow-y" in style or "overflow-x" in style
    positioned = style.get("position") in ("absolute", "fixed")
    if clipped or positioned:
        names = ("width", "height", "max-width", "max-height")
        if clipped and any(_at_most(style.get(name), TINY) for name in names):
            return True
        if "rect(0" in style.get("clip", "") or "rect(1px" in style.get("clip", ""):
            return True
    if positioned or style.get("position") == "relative":
        if any((_pixels(style.get(side)) or 0.0) <= -OFF_SCREEN for side in ("left", "top", "right", "bottom")):
            return True
        if any((_pixels(style.get(side)) or 0.0) >= 5 * OFF_SCREEN for side in ("left", "top")):
            return True
    moved = ("text-indent", "margin-left", "margin-top")
    if any((_pixels(style.get(name)) or 0.0) <= -OFF_SCREEN for name in moved):
        return True
    if style.get("clip-path", "").startswith(("inset(50%", "inset(100%", "circle(0")):
        return True
    transform = style.get("transform", "").replace(" ", "")
    return (
        "scale(0)" in transform
        or "scale(0," in transform
        or re.search(r"translate[xy]?\(-\d{4}", transform) is not None
    )


def _pixels(value: str | None) -> float | None:
    found = _NUMBER.match(value) if value else None
    return float(found[1]) * _SCALE.get(found[2] or "px", 1.0) if found else None


def _at_most(value: str | None, limit: float) -> bool:
    if not value:
        return False
    pixels = _pixels(value)
    return pixels is not None and 0.0 <= pixels <= limit


def _colour(value: str) -> str | None:
    """A colour as ``#rrggbb``; ``none``: transparent; None: not understood."""
    value = value.strip().lower()
    if not value:
        return None
    if value == "transparent":
        return "none"
    first = value.split()[0] if not value.startswith("rgb") else value
    if first in _COLOURS:
        return _COLOURS[first]
    if re.fullmatch(r"#?[0-9a-f]{6}", first):
        return "#" + first.removeprefix("#")
    if re.fullmatch(r"#[0-9a-f]{3}", first):
        return "#" + "".join(character * 2 for character in first[1:])
    parts = _RGB.match(value)
    if parts:
        if parts[4] is not None and parts[4].strip("0.") == "":
            return "none"
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in parts.groups()[:3])
    return (
        first
        if first.isalpha() and first not in ("inherit", "initial", "unset", "currentcolor", "url", "none")
        else None
    )
