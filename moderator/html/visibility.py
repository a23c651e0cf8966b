"""Whether a reader with a screen sees a link, as a browser would draw the page, as far as the page itself tells.

Read are the browser's own rules (a closed dialog, ``hidden``, a data list), old attributes, ``style`` attributes and
the page's ``<style>`` elements. Style sheets elsewhere are not fetched: what only they hide looks visible, and where
there are any, ground that the page itself does not colour is unknown. What is unknown hides nothing.

A page that is parked as a whole until its own script shows it (a fade-in, a guard against clickjacking or against a
flash of unstyled text) is not hidden, and what a reader can open (``<details>``) is not hidden either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from math import inf

from selectolax.lexbor import LexborHTMLParser, LexborNode

from moderator.html.computed import (
    CLEAR,
    NEVER_DRAWN,
    UNKNOWN,
    Colour,
    Style,
    Styles,
    element_style,
    length_of,
    names_of,
)
from moderator.html.markup import Markup
from moderator.html.stylesheet import SCREEN_HEIGHT, SCREEN_WIDTH, Sheet, media_applies
from moderator.html.work import Work

__all__ = ["PageView", "hides", "style_hides"]

OFF_SCREEN = 900.0
"""Pixels by which something must be moved aside to count as off-screen; narrower moves are layout."""
TINY = 1.0
"""Pixels of size at or below which nobody sees anything."""
FAINT = 0.05
"""Opacity at or below which nobody sees anything."""
ALIKE = 16 / 255
"""Difference in each of red, green and blue up to which letters cannot be told from their ground."""
INSIDE = 400
"""Elements inside a link that are looked at."""

_SHEETS = 60
"""``<style>`` elements that are read."""
_PICTURES = frozenset({"img", "svg", "video", "picture", "object", "canvas", "embed", "iframe"})
_FALLBACK = frozenset({"audio", "video", "canvas", "iframe", "progress", "meter", "textarea", "select"})
"""Elements whose content is only drawn by browsers that do not know them."""
_NOTHING = 0.02
"""Scale below which nothing is left of letters."""
_BLANKS = frozenset("\u2800\u3164\u115f\u1160\uffa0\u00ad")
"""Printable characters that have no ink."""
_AXES = (("width", "padding-left", "padding-right"), ("height", "padding-top", "padding-bottom"))
_CALL = re.compile(r"(?<![a-z0-9-])([a-z0-9-]{1,20})\(([^()]*+(?:\([^()]*+\)[^()]*+)*+)\)")
_REVEALED = ("opacity", "visibility", "transform")
_WHOLE_PAGE = 0.5
"""Share of a page's text that ``<main>`` must hold to be the page."""
_ALL_BUT_ALL = 0.9
"""The same for other elements, which must be hidden by a page with scripts."""


class PageView:
    """A page as it is drawn.

    Args:
        tree: The page.
        markup: Its markup, counted.
        links: The links that may be asked about.
        work: Is charged.

    Raises:
        TooComplicatedError: The page's work is spent; so do all methods.
    """

    def __init__(self, tree: LexborHTMLParser, markup: Markup, links: Iterable[LexborNode], work: Work) -> None:
        self._tree = tree
        self._work = work
        self._scripted = markup.may_have("script")
        self._any_case = "<!doctype" not in markup.html[:2000].lower()
        styles = [node for node in tree.css("style")[:_SHEETS] if _is_css(node)] if markup.may_have("style") else []
        texts = [node.text() for node in styles]
        names = frozenset(self._names(links)) if texts else frozenset()
        self._styles = Styles(Sheet.read(texts, names, work), work, self._any_case, self._parks)
        linked = tree.css("link[rel]")[:50] if markup.may_have("link") else []
        self._foreign = any("stylesheet" in (node.attributes.get("rel") or "").lower() for node in linked) or any(
            "@import" in text for text in texts
        )
        """Whether there are style sheets that are not read."""
        self._lengths: tuple[int, int] | None = None

    def shows(self, link: LexborNode) -> bool:
        """Whether a reader sees a link, or something inside it."""
        chain = list(_upwards(link))
        opacity = 1.0
        for place, node in enumerate(chain):
            style = self._styles.of(node)
            self._work.spend()
            tag = node.tag or ""
            if tag in _FALLBACK and place:
                return False
            faint = opacity * _opacity(style)
            cut = style_hides(style, link=place == 0 and tag == "area")
            if not cut and faint > FAINT:
                opacity = faint
            elif not self._is_revealed(node, style):
                return False
        if link.tag == "area":
            return not self._styles.of(chain[-1]).hidden
        if link.tag in _PICTURES or link.tag in ("audio", "source"):
            return not self._styles.of(link).hidden
        return any(self._draws(node) for node in self._inside(link))

    def _names(self, links: Iterable[LexborNode]) -> Iterator[str]:
        """What a rule can call the links and what stands around and in them."""
        seen: set[int] = set()
        for link in links:
            for node in _upwards(link):
                if node.mem_id in seen:
                    break
                seen.add(node.mem_id)
                self._work.spend()
                yield from names_of(node)
            for node in self._inside(link):
                if node.is_element_node:
                    yield from names_of(node)

    def _inside(self, link: LexborNode) -> Iterator[LexborNode]:
        """The link and what stands in it, without what is cut away there."""
        waiting = [link]
        count = 0
        while waiting and count < INSIDE:
            node = waiting.pop()
            count += 1
            self._work.spend()
            yield node
            if node.is_element_node and node.tag not in _PICTURES:
                child = node.child
                inner: list[LexborNode] = []
                while child is not None and len(inner) < INSIDE:
                    inner.append(child)
                    child = child.next
                waiting += reversed(inner)

    def _draws(self, node: LexborNode) -> bool:
        """Whether an element or text inside a link leaves something to be seen."""
        if node.is_element_node:
            style = self._styles.of(node)
            if style.hidden or self._is_cut(node):
                return False
            if node.tag in _PICTURES:
                return _has_size(node, style)
            if style.picture and style.boxed and not _has_no_box(style):
                return True
            return self._styles.generates(node) and style.font > TINY
        parent = node.parent
        if not node.is_text_node or parent is None or not _has_ink(node.text_content or ""):
            return False
        return not self._is_cut(parent) and self._is_legible(parent)

    def _is_cut(self, node: LexborNode) -> bool:
        """Whether something between a link and what stands in it hides it; the link itself has been asked."""
        for element in _upwards(node):
            if element.tag in ("a", "area"):
                return False
            style = self._styles.of(element)
            self._work.spend()
            if style_hides(style) or _opacity(style) <= FAINT:
                return True
        return False

    def _is_legible(self, node: LexborNode) -> bool:
        """Whether letters that stand directly in an element can be read."""
        style = self._styles.of(node)
        if style.hidden or style.font <= TINY or style.get("font-size-adjust") == "0":
            return False
        if style.indent <= -OFF_SCREEN or (style.length("letter-spacing") or 0.0) <= -100:
            return False
        if self._is_behind(node):
            return False
        ink = style.ink if style.fill is None else style.fill
        if style.shadow or any("text" in at.get("background-clip") for at in self._around(node)):
            return True
        if ink[3] <= FAINT:
            return False
        ground = self._ground(node)
        if UNKNOWN in (ink, ground) or ink[3] < 1.0 - FAINT:
            return True
        return any(abs(one - other) > ALIKE for one, other in zip(ink[:3], ground[:3], strict=True))

    def _around(self, node: LexborNode) -> Iterator[Style]:
        for element in _upwards(node):
            self._work.spend()
            yield self._styles.of(element)

    def _ground(self, node: LexborNode) -> Colour:
        """The colour behind an element's letters."""
        floating: LexborNode | None = None
        found: Colour = CLEAR
        for element in _upwards(node):
            style = self._styles.of(element)
            self._work.spend()
            if style.picture:
                return UNKNOWN
            if style.ground[3] > FAINT:
                if style.ground[3] < 1.0 - FAINT:
                    return UNKNOWN
                found = style.ground
                break
            if floating is None and style.positioned:
                floating = element
        if floating is not None and self._lies_over_pictures(floating):
            return UNKNOWN
        if found != CLEAR:
            return found
        return self._canvas()

    def _canvas(self) -> Colour:
        """The window's own colour, on which a page without any is drawn."""
        root = self._tree.css_first("html")
        scheme = self._styles.of(root).get("color-scheme") if root is not None else ""
        meta = self._tree.css_first("meta[name=color-scheme]")
        scheme = scheme or (meta.attributes.get("content") or "" if meta is not None else "")
        dark = "dark" in scheme and "light" not in scheme
        return UNKNOWN if self._foreign or dark else (1.0, 1.0, 1.0, 1.0)

    def _lies_over_pictures(self, node: LexborNode) -> bool:
        """Whether what an element out of the flow may lie upon holds anything but plain text."""
        around = node.parent
        while around is not None and around.tag not in ("body", "html"):
            if self._styles.of(around).get("position") not in ("", "static"):
                break
            around = around.parent
        self._work.spend(100)
        if around is None:
            return False
        return around.css_first("img, video, picture, canvas, svg, iframe, [style*=background]") is not None

    def _is_behind(self, node: LexborNode) -> bool:
        """Whether an element lies behind the ground of what it stands in."""
        behind = False
        for element in _upwards(node):
            if element.tag in ("body", "html"):
                return False
            style = self._styles.of(element)
            self._work.spend()
            level = style.get("z-index")
            placed = style.get("position") not in ("", "static")
            if behind:
                if style.ground[3] >= 1.0 - FAINT or style.picture:
                    return not (placed and level not in ("", "auto"))
                if placed and level not in ("", "auto"):
                    return False
            behind = behind or (placed and level.startswith("-"))
        return False

    def _parks(self, node: LexborNode, style: Style) -> bool:
        """Whether an element is the whole page, put aside until its script shows it."""
        tag = node.tag
        if not (
            style.display == "none" or style.get("visibility") in ("hidden", "collapse") or _opacity(style) <= FAINT
        ):
            return False
        if tag in ("html", "body"):
            return True
        if "hidden" in node.attributes or tag in ("a", "dialog", "template", "noscript", "option", "datalist"):
            return False
        if tag == "main":
            return self._share(node) >= _WHOLE_PAGE
        return self._scripted and style.display != "none" and self._share(node) >= _ALL_BUT_ALL

    def _share(self, node: LexborNode) -> float:
        """Of the page's text, the share that stands in an element."""
        body = self._tree.body
        if body is None:
            return 0.0
        whole, unseen = self._lengths or (_text_length(body), _unseen_length(body))
        self._lengths = whole, unseen
        self._work.spend(whole // 100)
        return (_text_length(node) - _unseen_length(node)) / max(whole - unseen, 1)

    def _is_revealed(self, node: LexborNode, style: Style) -> bool:
        """Whether a script is to show an element: the sheet has a rule for it that only wants one more class."""
        if not self._scripted or not _parked_alone(style):
            return False
        hidden_by = [name for name in _REVEALED if name in style.declared]
        for rule in self._styles.rules_about(node):
            said = {one.name: one.value for one in rule.declarations}
            shown = [name for name in hidden_by if name in said and _shows(name, said[name])]
            subject = rule.selector.subject
            known = names_of(node)
            mine = [f".{name}".lower() for name in subject.classes] + ([subject.tag] if subject.tag else [])
            waits = subject.classes and any(name not in known for name in mine)
            about = shown and not subject.never and not rule.selector.generated and any(name in known for name in mine)
            if about and (waits or len(rule.selector.steps) > 1) and not self._styles.holds(rule, node):
                return True
        return False


def hides(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Whether an element hides what it holds, by its name and attributes alone.

    >>> hides("div", {"hidden": ""}), hides("p", {"style": "display: none"}), hides("p", {})
    (True, True, False)
    """
    if tag in _FALLBACK:
        return True
    if tag != "dialog" and not ("style" in attributes or "hidden" in attributes or "popover" in attributes):
        return tag in NEVER_DRAWN
    style = element_style(tag, attributes)
    return style_hides(style) or style.hidden or _opacity(style) <= FAINT


def style_hides(style: Style, *, link: bool = False) -> bool:
    """Whether an element hides itself and all that it holds, whatever that says of itself.

    Args:
        style: Its computed style.
        link: Whether it is a link without a box of its own (``<area>``), whose display means nothing.
    """
    if style.display == "none":
        return not link
    if _opacity(style) <= FAINT or "opacity(0" in style.get("filter").replace(" ", ""):
        return True
    if style.boxed and (style.get("content-visibility") == "hidden" or _is_empty_box(style) or _is_turned(style)):
        return True
    if _is_clipped(style) or _is_moved_away(style):
        return True
    mask = (style.get("mask") or style.get("mask-image")).replace(" ", "")
    return mask.startswith("linear-gradient(transparent,transparent") or mask.startswith("linear-gradient(#0000,#0000")


def _has_no_box(style: Style) -> bool:
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
    if style.boxed:
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


def _opacity(style: Style) -> float:
    value = style.get("opacity")
    number = _number(value)
    if number is None:
        return 1.0
    return min(max(number / (100 if value.endswith("%") else 1), 0.0), 1.0)


def _parked_alone(style: Style) -> bool:
    """Whether nothing hides an element but what scripts commonly take away."""
    if style.display == "none":
        return False
    return _opacity(style) <= FAINT or "transform" in style.declared


def _shows(name: str, value: str) -> bool:
    if name == "opacity":
        return (_number(value) or 0.0) > FAINT
    return value in ("visible", "none") or (name == "transform" and "scale(0" not in value and "-" not in value)


def _has_size(picture: LexborNode, style: Style) -> bool:
    attributes = picture.attributes
    for name in ("width", "height"):
        told = (attributes.get(name) or "").strip().removesuffix("px")
        declared = style.length(name)
        if (told in ("0", "1") and declared is None) or (declared is not None and declared <= TINY):
            return False
    return True


def _has_ink(text: str) -> bool:
    return any(
        character.isprintable() and not character.isspace() and character not in _BLANKS for character in text[:2000]
    )


def _is_css(node: LexborNode) -> bool:
    attributes = node.attributes
    kind = (attributes.get("type") or "").strip().lower()
    if kind not in ("", "text/css") or not media_applies(attributes.get("media") or ""):
        return False
    return not any(at.tag in ("noscript", "noframes", "template") for at in _upwards(node))


def _text_length(node: LexborNode) -> int:
    return sum(len(word) for word in node.text(separator=" ").split())


def _unseen_length(node: LexborNode) -> int:
    return sum(_text_length(inner) for inner in node.css("script, style, noscript, noframes, template"))


def _upwards(node: LexborNode) -> Iterator[LexborNode]:
    at: LexborNode | None = node
    while at is not None and at.tag != "-document":
        yield at
        at = at.parent
