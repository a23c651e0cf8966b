"""Column types and functions that SQLite and PostgreSQL write differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Dialect, Float, String, Text, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["LongText", "ShortText", "clock", "day_of"]


def _writable(text: str | None) -> str | None:
    """Text without lone surrogates, which no database can write, and without NUL, which PostgreSQL cannot."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


class ShortText(TypeDecorator[str]):
    """A short text; compared by its bytes, so that order and search are the same in every database."""

    impl = String().with_variant(String(collation="C"), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """See `_writable`."""
        return _writable(value)


class LongText(TypeDecorator[str]):
    """A long text, likewise."""

    impl = Text().with_variant(Text(collation="C"), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """See `_writable`."""
        return _writable(value)


class day_of(FunctionElement[str]):
    """The day, in UTC, of a moment in seconds since 1970; ISO 8601."""

    type = String()
    inherit_cache = True


class clock(FunctionElement[float]):
    """The database's own clock, in seconds since 1970: one clock for the processes of all hosts."""

    type = Float()
    inherit_cache = True


def _argument(element: Any, compiler: Any, named: dict[str, Any]) -> str:
    [column] = element.clauses
    assert isinstance(column, ColumnElement)  # noqa: S101 - `day_of` takes one
    return str(compiler.process(column, **named))


@compiles(day_of, "sqlite")
def _day_in_sqlite(element: Any, compiler: Any, **named: Any) -> str:
    return f"date({_argument(element, compiler, named)}, 'unixepoch')"


@compiles(day_of, "postgresql")
def _day_in_postgresql(element: Any, compiler: Any, **named: Any) -> str:
    return f"to_char(to_timestamp({_argument(element, compiler, named)}) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"


@compiles(clock, "sqlite")
def _clock_in_sqlite(element: Any, compiler: Any, **named: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(clock, "postgresql")
def _clock_in_postgresql(element: Any, compiler: Any, **named: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"
