"""HTML and SVG as values: text is escaped when it is put into markup.

>>> str(tag("p", "a < b", tag("br")))
'<p>a &lt; b<br></p>'
"""

from __future__ import annotations

import html
from collections.abc import Iterable

__all__ = ["Markup", "cleaned", "joined", "tag"]

_VOID = frozenset({"br", "meta", "hr"})
_LONGEST = 300
"""Characters of a stranger's text that are shown."""


class Markup(str):
    """Text that is markup; every other text is a stranger's."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: object) -> Markup:
    """An element.

    Args:
        name: Its name.
        children: Markup, or text that is escaped.
        attributes: By name; a trailing ``_`` is dropped and others become ``-``; floats get two decimals, and None
            leaves the attribute out.
    """
    rendered = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{rendered}>")
    return Markup(f"<{name}{rendered}>{joined(children)}</{name}>")


def joined(parts: Iterable[str]) -> Markup:
    """Several pieces, one behind the other."""
    return Markup("".join(part if isinstance(part, Markup) else html.escape(part) for part in parts))


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def cleaned(text: str, limit: int = _LONGEST) -> str:
    """A stranger's text on one line, without invisible characters that could turn it around, and not too long.

    >>> cleaned("shoes\u202e  now")
    'shoes now'
    """
    visible = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * limit]).split())
    return visible if len(visible) <= limit else visible[: limit - 1] + "…"
