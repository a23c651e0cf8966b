"""How a value of a settings file or of the environment is read: by the type of the field that it is for.

A field says what it takes by its annotation alone: ``bool``, ``str``, ``Path``, ``Verdict``, tuples of text or of
networks, a record (a table) or a tuple of records (tables). Where the type does not say enough, the annotation brings a
reader along, as ``Annotated[int, whole(1, 64)]``. A reader returns the value or raises ValueError with what it must be.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from moderator.errors import shown
from moderator.history.address import Address, is_address, masked, read_address
from moderator.records import Verdict
from moderator.urls import parse_url

__all__ = [
    "DatabasePlace",
    "Network",
    "Probability",
    "Reader",
    "WebAddress",
    "one_of",
    "readers_of",
    "texts",
    "web_address",
    "whole",
]

Network = IPv4Network | IPv6Network
Reader = Callable[[Any], Any]
_FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {shown(value)}")
    return value


def _path(value: Any) -> Path:
    if not isinstance(value, str | os.PathLike) or not str(value):
        raise ValueError(f"must be a path, not {shown(value)}")
    return Path(value).expanduser()


def _flag(value: Any) -> bool:
    found = value if isinstance(value, bool) else _FLAGS.get(str(value).lower())
    if found is None:
        raise ValueError(f"must be true or false, not {shown(value)}")
    return found


def _verdict(value: Any) -> Verdict:
    if value not in set(Verdict):
        raise ValueError(f"must be approve, hold or spam, not {shown(value)}")
    return Verdict(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a list, not {shown(value)}")
    return tuple(_text(part) for part in value)


def _place(value: Any) -> Path | Address:
    if isinstance(value, Address | Path):
        return value
    if not isinstance(value, str) or not value:
        raise ValueError("must be a path, or an address such as postgresql+psycopg://user@host/name")
    return read_address(value) if is_address(value) else Path(value).expanduser()


def _networks(value: Any) -> tuple[Network, ...]:
    if isinstance(value, tuple) and all(isinstance(part, Network) for part in value):
        return value
    return tuple(ip_network(part) for part in texts(value))


def whole(least: int, most: int) -> Reader:
    """A reader of whole numbers from `least` to `most`."""

    def read(value: Any) -> int:
        try:
            number = least - 1 if isinstance(value, bool | float) else int(value)
        except (TypeError, ValueError):
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"must be a whole number from {least} to {most}, not {shown(value)}")
        return number

    return read


def one_of(*words: str) -> Reader:
    """A reader of one of a few words."""

    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"must be {' or '.join(words)}, not {shown(value)}")
        return str(value)

    return read


def _probability(value: Any) -> float:
    try:
        number = -1.0 if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= 1:
        raise ValueError(f"must be a probability from 0 to 1, not {shown(value)}")
    return number


def web_address(value: Any) -> str:
    """An ``http`` or ``https`` address, or the empty text.

    Raises:
        ValueError: It is none.
    """
    text = _text(value)
    if text and (parse_url(text).scheme not in ("http", "https") or not parse_url(text).host):
        raise ValueError(f"must be an address such as https://blog.example/, not {shown(masked(text))}")
    return text


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts; in the environment they are divided by commas.

    Raises:
        ValueError: It is something else.
    """
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part.strip() for part in _texts(parts) if part.strip())


DatabasePlace = Annotated[Path | Address, _place]
"""Where a database lies: a file, or the address of one on a server."""
Probability = Annotated[float, _probability]
"""A number from 0 to 1."""
WebAddress = Annotated[str, web_address]
"""An ``http`` or ``https`` address; empty: none."""
_BY_TYPE: dict[Any, Reader] = {
    str: _text,
    bool: _flag,
    Path: _path,
    Verdict: _verdict,
    tuple[str, ...]: _texts,
    tuple[Network, ...]: _networks,
}


def readers_of(kind: type[Any]) -> dict[str, Reader]:
    """The reader of each field of a record.

    Raises:
        TypeError: A field's annotation does not say how its value is read.
    """
    hints = get_type_hints(kind, include_extras=True)
    return {entry.name: _reader(hints[entry.name], f"{kind.__name__}.{entry.name}") for entry in fields(kind)}


def _reader(hint: Any, name: str) -> Reader:
    if get_origin(hint) is Annotated:
        reader: Reader = get_args(hint)[1]
        return reader
    if hint in _BY_TYPE:
        return _BY_TYPE[hint]
    if get_origin(hint) in (Union, UnionType):
        [inner] = [part for part in get_args(hint) if part is not NoneType]
        return _reader(inner, name)
    if is_dataclass(hint):
        return _record(hint)
    if get_origin(hint) is tuple and is_dataclass(item := get_args(hint)[0]):
        return _records(_record(item), name)
    raise TypeError(f"{name}: nothing reads {hint}; annotate it with a reader")


def _record(kind: Any) -> Reader:
    needed = [entry.name for entry in fields(kind) if entry.default is MISSING and entry.default_factory is MISSING]

    def read(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if not isinstance(value, dict):
            raise ValueError(f"must be a table, not {shown(value)}")
        readers = readers_of(kind)
        values = {}
        for name, part in value.items():
            if name not in readers:
                raise ValueError(f"there is no {shown(name)}; known are {', '.join(sorted(readers))}")
            try:
                values[name] = readers[name](part)
            except ValueError as error:
                raise ValueError(f"{name} {error}") from None
        missing = sorted(name for name in needed if not values.get(name))
        if missing:
            raise ValueError(f"lacks {' and '.join(missing)}")
        return kind(**values)

    return read


def _records(one: Reader, name: str) -> Reader:
    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(f"must be tables, [[{name.rpartition('.')[2]}]], not {shown(value)}")
        return tuple(one(part) for part in value)

    return read
