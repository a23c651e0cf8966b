"""Where a history lies that is no file: an address that never shows its password.

>>> str(read_address("postgresql+psycopg://me:secret@db.example/moderator?sslmode=require"))
'postgresql+psycopg://me:***@db.example/moderator'
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["Address", "is_address", "masked", "read_address"]

_SCHEMES = ("postgresql+psycopg", "postgresql", "postgres")
_MEANT = re.compile(r"[a-zA-Z][\w+.-]+:/")
_FORM = re.compile(
    r"(?P<scheme>[\w+.-]+)://"
    r"(?:(?P<user>[^:/?#@]*)(?P<password>:[^@]*)?@)?"
    r"(?P<place>(?:\[[0-9a-fA-F:.]+\]|[^:/?#@\[\]]*)(?::\d*)?)"
    r"(?P<name>/[^?#@]*)?"
    r"(?P<further>\?.*)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Address:
    """A database's address; what is printed of it holds no password."""

    text: str = field(repr=False)
    """The whole address, as ``postgresql+psycopg://user@host/name``, with a password if it was given one."""

    def __str__(self) -> str:
        return masked(self.text)

    def __repr__(self) -> str:
        return f"Address({masked(self.text)!r})"


def is_address(text: str) -> bool:
    """Whether a text is meant as an address, and not as a file.

    >>> is_address("postgresql://db.example/moderator"), is_address("C:/history.sqlite3")
    (True, False)
    """
    return _MEANT.match(text) is not None


def read_address(text: str) -> Address:
    """The address that a text names.

    Args:
        text: ``postgresql+psycopg://user@host/name``, with a port and parameters of libpq behind it if need be.

    Raises:
        ValueError: It is none of ours; the message shows nothing of it.
    """
    form = _FORM.fullmatch(text)
    scheme, _, rest = text.partition("://")
    if form is None or scheme not in _SCHEMES:
        raise ValueError("must be a file, or postgresql+psycopg://user@host/name (special signs in it as %40)")
    return Address(f"{_SCHEMES[0]}://{rest}")


def masked(text: str) -> str:
    """An address without its password and its parameters, for messages; what is no address stays as it is.

    >>> masked("mysql://me:a@b@c/d")
    'mysql://...'
    >>> masked("history.sqlite3")
    'history.sqlite3'
    """
    if not is_address(text):
        return text
    form = _FORM.fullmatch(text)
    if form is None:
        return text.partition(":/")[0] + "://..."
    user = form["user"] or ""
    secret = ":***" if form["password"] else ""
    return f"{form['scheme']}://{user}{secret}{'@' if user or secret else ''}{form['place']}{form['name'] or ''}"
