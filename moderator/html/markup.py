"""Fast counts over a page's markup, so that most pages need not be searched for what few contain."""

from __future__ import annotations

from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["Markup"]

_BRACKET, _DOUBLE, _SINGLE = b"<\"'"
_HYPHEN = ord("-")


class Markup:
    """Where tags begin in a page, and with which letters.

    All answers err to one side: there may be less than they say, because a ``<`` may stand in a comment or a script,
    but not more.

    Args:
        html: The page.
    """

    def __init__(self, html: str) -> None:
        self.html = html
        """The page."""
        # Spaces at the end, so that even a last ``<`` is followed by something.
        self._data = np.frombuffer(html.encode("utf-8", "surrogatepass") + b"   ", dtype=np.uint8)
        data = self._data
        self._marks = np.flatnonzero((data == _BRACKET) | (data == _DOUBLE) | (data == _SINGLE))
        """Where brackets and quotes stand."""
        self._kinds = data[self._marks]
        """Which of the three each of them is."""
        self._starts = self._marks[self._kinds == _BRACKET]
        # Capital letters become small ones; other characters may become each other, which errs to the right side.
        first, second = self._data[self._starts + 1] | 0x20, self._data[self._starts + 2] | 0x20
        self._pairs = first.astype(np.uint16) << 8 | second
        self._has = np.zeros(1 << 16, dtype=np.bool_)
        self._has[self._pairs] = True

    @property
    def brackets(self) -> int:
        """How many ``<`` there are."""
        return len(self._starts)

    def may_have(self, tag: str) -> bool:
        """Whether a tag may begin like this one.

        >>> Markup("<P><Script>").may_have("script"), Markup("<p>script").may_have("script")
        (True, False)
        """
        return bool(self._has[_pair(tag)])

    def may_end(self, tag: str) -> bool:
        """Whether an end tag may begin like this one's.

        >>> Markup("</NAV>").may_end("nav"), Markup("</NAV>").may_end("noscript")
        (True, False)
        """
        ends = self._starts[self._pairs == _pair("/" + tag)]
        return bool(np.any(self._data[ends + 3] | 0x20 == ord(tag[1]) | 0x20))

    def count(self, beginnings: tuple[str, ...]) -> int:
        """How many tags may begin with these pairs of characters.

        >>> Markup("<b><B class=x><br>").count(("b ",))
        1
        """
        return int(np.count_nonzero(_table(beginnings)[self._pairs]))

    def may_name(self, letters: bytes) -> bool:
        """Whether a name in an attribute may begin with one of these small letters and a hyphen.

        >>> Markup("<a class=h-card>").may_name(b"hp"), Markup("<a class='dash-h'>a - b").may_name(b"hp")
        (True, False)
        """
        return bool(self._before_hyphens[list(letters)].any())

    @cached_property
    def _before_hyphens(self) -> NDArray[np.bool_]:
        """Which letters stand alone before a hyphen."""
        data = self._data
        hyphens = np.flatnonzero(data == _HYPHEN)
        before = data[hyphens - 2]
        alone = (before <= ord(" ")) | (before == _DOUBLE) | (before == _SINGLE) | (before == ord("="))
        found = np.zeros(256, dtype=np.bool_)
        found[data[hyphens - 1][alone]] = True
        return found

    def longest_gap(self) -> int:
        """The most bytes between two ``<``, which are no fewer than the characters."""
        return int(np.diff(self._starts, prepend=-1, append=len(self._data)).max()) - 1

    def open_quotes(self) -> int:
        """How many quotes, each after an ``=`` or white space, no other one of their kind parts from the next ``<``.

        >>> Markup("<a title='a < b' rel='x'>c<").open_quotes()
        1
        """
        # In most pages few quotes are followed by anything but their like: then it need not be known by what.
        kinds = self._kinds
        open_ = self._marks[:-1][(kinds[:-1] != _BRACKET) & (kinds[1:] != kinds[:-1])]
        if not self._after_equals(open_):
            return 0
        return self._open_quotes(_DOUBLE, _SINGLE) + self._open_quotes(_SINGLE, _DOUBLE)

    def _open_quotes(self, quote: int, other: int) -> int:
        seen = self._kinds != other
        kinds = self._kinds[seen]
        return self._after_equals(self._marks[seen][:-1][(kinds[:-1] == quote) & (kinds[1:] == _BRACKET)])

    def _after_equals(self, places: NDArray[np.intp]) -> int:
        before = self._data[places - 1]
        return int(np.count_nonzero((before == ord("=")) | (before <= ord(" "))))


@cache
def _table(beginnings: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which pairs are among these."""
    table = np.zeros(1 << 16, dtype=np.bool_)
    table[[_pair(beginning) for beginning in beginnings]] = True
    return table


def _pair(text: str) -> int:
    return (ord(text[0]) | 0x20) << 8 | ord(text[1]) | 0x20
