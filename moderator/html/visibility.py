"""Whether a link is visible, as a browser would draw the page, as far as its own markup and style sheets say.

Read are the browser's own rules (a closed dialog, ``hidden``, a data list), old attributes, ``style`` attributes and
the page's ``<style>`` elements. Style sheets elsewhere are not fetched: what only they hide looks visible, and where
there are any, ground that the page itself does not colour is unknown. What is unknown hides nothing.

A page that is parked as a whole until its own script shows it (a fade-in, a guard against clickjacking or against a
flash of unstyled text) is not hidden, and what a reader can open (``<details>``) is not hidden either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from moderator.html.computed import (
    Style,
    Styles,
    names_of,
)
from moderator.html.css_values import CLEAR, UNKNOWN, Colour
from moderator.html.hiding import (
    FAINT,
    FALLBACK,
    INSIDE,
    OFF_SCREEN,
    REVEALED,
    TINY,
    has_no_box,
    only_parked,
    opacity_of,
    shows,
    style_hides,
)
from moderator.html.markup import Markup
from moderator.html.stylesheet import Sheet, media_applies
from moderator.html.work import Work

__all__ = ["PageView"]

ALIKE = 16 / 255
"""Difference in each of red, green and blue up to which letters cannot be distinguished from their background."""
_SHEETS = 60
"""``<style>`` elements that are read."""
_PICTURES = frozenset({"img", "svg", "video", "picture", "object", "canvas", "embed", "iframe"})
_BLANKS = frozenset("\u2800\u3164\u115f\u1160\uffa0\u00ad")
"""Printable characters that have no ink."""
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
        parking = _Parking(tree, self._scripted, work)
        self._styles = Styles(Sheet.read(texts, names, work), work, self._any_case, parking.parks)
        linked = tree.css("link[rel]")[:50] if markup.may_have("link") else []
        self._foreign = any("stylesheet" in (node.attributes.get("rel") or "").lower() for node in linked) or any(
            "@import" in text for text in texts
        )
        """Whether there are style sheets that are not read."""

    def shows(self, link: LexborNode) -> bool:
        """Whether a reader sees a link, or something inside it."""
        chain = list(_upwards(link))
        opacity = 1.0
        for place, node in enumerate(chain):
            style = self._styles.of(node)
            self._work.spend()
            tag = node.tag or ""
            if tag in FALLBACK and place:
                return False
            faint = opacity * opacity_of(style)
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
            if style.picture and style.has_box and not has_no_box(style):
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
            if style_hides(style) or opacity_of(style) <= FAINT:
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

    def _is_revealed(self, node: LexborNode, style: Style) -> bool:
        """Whether a script is to show an element: the sheet has a rule for it that only wants one more class."""
        if not self._scripted or not only_parked(style):
            return False
        hidden_by = [name for name in REVEALED if name in style.declared]
        for rule in self._styles.rules_about(node):
            said = {one.name: one.value for one in rule.declarations}
            shown = [name for name in hidden_by if name in said and shows(name, said[name])]
            subject = rule.selector.subject
            known = names_of(node)
            mine = [f".{name}".lower() for name in subject.classes] + ([subject.tag] if subject.tag else [])
            waits = subject.classes and any(name not in known for name in mine)
            about = shown and not subject.never and not rule.selector.generated and any(name in known for name in mine)
            if about and (waits or len(rule.selector.steps) > 1) and not self._styles.holds(rule, node):
                return True
        return False


class _Parking:
    """Which elements are the whole page, put aside until its script shows it.

    It knows nothing of the view that asks it, so that a page's tree is freed with the view, not by a later collection
    of cycles.
    """

    def __init__(self, tree: LexborHTMLParser, scripted: bool, work: Work) -> None:
        self._tree = tree
        self._scripted = scripted
        self._work = work
        self._lengths: tuple[int, int] | None = None

    def parks(self, node: LexborNode, style: Style) -> bool:
        """Whether an element is the whole page, put aside until its script shows it."""
        tag = node.tag
        if not (
            style.display == "none" or style.get("visibility") in ("hidden", "collapse") or opacity_of(style) <= FAINT
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


def _has_size(picture: LexborNode, style: Style) -> bool:
    attributes = picture.attributes
    for name in ("width", "height"):
        size = (attributes.get(name) or "").strip().removesuffix("px")
        declared = style.length(name)
        if (size in ("0", "1") and declared is None) or (declared is not None and declared <= TINY):
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
