"""Reading domain lists in the forms in which they are published; pure, and made for files nobody checked.

Four forms are known, and told apart by what most of a file's first lines look like:

* plain: one name a line, ``#`` comments; also ``||name^`` (ad blockers), ``*.name`` and ``.name``;
* hosts: ``0.0.0.0 name``;
* rank: ``1,name``, or a CSV file with a header that names a rank and a domain column (Majestic);
* urls: one URL a line (feeds); its host counts.

A line that names no host (a regular expression, a page, a keyword) is skipped and counted.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from moderator.errors import ListError, shown
from moderator.urls import parse_url

__all__ = [
    "LINE_LIMIT",
    "SIZE_LIMIT",
    "Format",
    "ListReading",
    "Listed",
    "clean_author",
    "clean_host",
    "read_lines",
    "read_list",
]

LINE_LIMIT = 4096
"""Bytes of one line that are looked at; a longer line names no host."""
SIZE_LIMIT = 256 * 2**20
"""Bytes of one list, unpacked; the Majestic Million has 80 MB."""
SAMPLE = 200
"""Lines from which the form is told."""

_HOST = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@\s]*@)?(\[[0-9a-f:.]+\]|[^/?#@:\s]+)", re.IGNORECASE)
_HOSTS_LINE = re.compile(r"(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]*::?[0-9a-f:]*)\s+(\S+)", re.IGNORECASE)
_RANK_LINE = re.compile(r'"?(\d{1,9})"?(?:\s*+[,;]|[^\S\t]*+\t)\s*+"?([^\s",;]+)')
_LOCAL = frozenset({"localhost.localdomain", "ip6-localhost", "0.0.0.0", "broadcasthost"})  # noqa: S104 - names, no socket


class Format(StrEnum):
    """The form of a list."""

    AUTO = "auto"
    """Told from the list's first lines."""
    PLAIN = "plain"
    HOSTS = "hosts"
    RANK = "rank"
    URLS = "urls"


class Listed(NamedTuple):
    """One entry of a list."""

    host: str
    """The name as listed: lower case, IDNA, or an IP literal without brackets; in an owner's list with the folder of
    one author behind it, as ``example.edu/~user``, where the line names one."""
    rank: int
    """Its stated rank, from 1; its place in the list where the list states none."""


@dataclass(frozen=True, slots=True)
class ListReading:
    """What a list holds."""

    entries: tuple[Listed, ...]
    """Its entries, in the list's order, repeated names included."""
    skipped: int
    """Lines that name no host; comments and empty lines are not counted."""
    format: Format
    """The form in which it was read, never AUTO."""


def clean_host(text: str) -> str:
    r"""A name as the index holds it: lower case, IDNA, no trailing dot; empty: not a host name.

    Single labels (``com``, ``localhost``) are no hosts here: listed, they would name half of the web.

    >>> clean_host("Example.COM."), clean_host("bücher.example"), clean_host("com"), clean_host(r"casino[0-9]+\.ru")
    ('example.com', 'xn--bcher-kva.example', '', '')
    """
    name = text.strip().lower().rstrip(".")
    if _HOST.fullmatch(name):
        return "" if name in _LOCAL or (name[-1].isdigit() and _IPV4.fullmatch(name) and not _is_ip(name)) else name
    if name.startswith("[") or name.count(":") > 1:
        inner = name.strip("[]")
        return str(ip_address(inner)) if _is_ip(inner) else ""
    if name.isascii() or len(name) > 253 or any(char in name for char in "/\\[](){}*+?^$|,;:@ \t"):
        return ""
    host = parse_url(f"http://{name}/").host
    return host if _HOST.fullmatch(host) else ""


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def clean_author(text: str) -> str:
    """An author as the index holds it: a host, and the folder in which one person writes; empty: neither.

    >>> clean_author("https://WWW.example.edu/~Ann/"), clean_author("example.com"), clean_author("example.com/page")
    ('www.example.edu/~ann', 'example.com', '')
    """
    if "/" not in text:
        return clean_host(text)
    url = parse_url(text.strip())
    named = url.folder or not url.path.strip("/")
    return url.host + url.folder if named and clean_host(url.host) else ""


def read_list(path: Path, format: Format = Format.AUTO, *, authors: bool = False) -> ListReading:
    """Reads one list; a name that ends in ``.gz`` is unpacked.

    Args:
        path: The file.
        format: Its form.
        authors: Whether a line may name one author of a host that several share, as ``example.edu/~user``.

    Returns:
        What it holds; an empty file holds nothing.

    Raises:
        ListError: It cannot be opened, is no text, is larger than `SIZE_LIMIT`, or has lines but no host in them.
    """
    try:
        with path.open("rb") as file:
            plain = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if path.suffix == ".gz" else file
            reading = read_lines(_lines(plain, path), format, authors=authors)
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ListError(f"domain list {shown(path)}: cannot be read ({why}); correct its path or remove it") from error
    if reading.skipped and not reading.entries:
        raise ListError(
            f"domain list {shown(path)}: none of its {reading.skipped} lines names a host when read as "
            f"{reading.format.value}; state another format (plain, hosts, rank, urls) or remove it"
        )
    return reading


def _lines(file: BinaryIO, path: Path) -> Iterator[str]:
    """The file's lines as text; a line over `LINE_LIMIT` comes as a marker that names no host."""
    size = 0
    number = 0
    whole = True
    while raw := file.readline(LINE_LIMIT):
        size += len(raw)
        if size > SIZE_LIMIT:
            raise ListError(f"domain list {shown(path)}: larger than {SIZE_LIMIT >> 20} MB; use a shorter one")
        if b"\0" in raw:
            raise ListError(
                f"domain list {shown(path)}, line {number + whole}: not a text file in UTF-8; convert it or remove it"
            )
        ends = raw.endswith(b"\n")
        if whole:
            number += 1
            yield raw.decode("utf-8", "replace") if ends or len(raw) < LINE_LIMIT else "<too long>"
        whole = ends


def read_lines(lines: Iterable[str], format: Format = Format.AUTO, *, authors: bool = False) -> ListReading:
    """Reads a list's lines.

    Args:
        lines: The lines, with or without their ends.
        format: Their form.
        authors: See `read_list`.

    >>> read_lines(["# mine", "Spam.example", "0.*casino", "*.pills.example"])
    ListReading(entries=(Listed(host='spam.example', rank=1), Listed(host='pills.example', rank=2)), skipped=1, \
format=<Format.PLAIN: 'plain'>)
    """
    used: Iterator[str] = (line for line in map(_bare, lines) if line)
    if format is Format.AUTO:
        first = list(islice(used, SAMPLE))
        format = _format_of(first)
        used = chain(first, used)
    entries: list[Listed] = []
    skipped = 0
    columns: tuple[int, int] | None = None
    for place, line in enumerate(used):
        if format is Format.RANK and place == 0 and (columns := _header(line)) is not None:
            continue
        rank, name = _split(line, format, columns)
        if authors and "/" in line and format in (Format.PLAIN, Format.URLS):
            host = clean_author(line)
        else:
            host = clean_host(name) if name else ""
        if host:
            entries.append(Listed(host, rank or len(entries) + 1))
        else:
            skipped += 1
    return ListReading(tuple(entries), skipped, format)


def _bare(line: str) -> str:
    """The line without comment and blanks; a ``#`` inside a word (a URL's fragment) is no comment."""
    line = line.strip().removeprefix("\ufeff")
    if line[:1] in {"#", "!", ";"} or line.startswith("//"):
        return ""
    for mark in (" #", "\t#"):
        if mark in line:
            line = line.split(mark, 1)[0].rstrip()
    return line


def _format_of(lines: list[str]) -> Format:
    """The form that most of the lines have; plain where none prevails."""
    if lines and _header(lines[0]) is not None:
        return Format.RANK
    counts = {
        Format.HOSTS: sum(bool(_HOSTS_LINE.match(line)) for line in lines),
        Format.RANK: sum(bool(_RANK_LINE.match(line)) for line in lines),
        Format.URLS: sum(bool(_URL.match(line)) for line in lines),
    }
    best = max(counts, key=lambda form: counts[form])
    return best if counts[best] * 2 > len(lines) else Format.PLAIN


def _header(line: str) -> tuple[int, int] | None:
    """Where a CSV header has its rank and its domain column; None: no header."""
    names = [name.strip(' "').lower() for name in line.split(",")]
    ranks = [at for at, name in enumerate(names) if name in {"rank", "globalrank", "global_rank", "position"}]
    domains = [at for at, name in enumerate(names) if name in {"domain", "host", "hostname", "site", "root domain"}]
    return (ranks[0], domains[0]) if ranks and domains else None


def _split(line: str, format: Format, columns: tuple[int, int] | None) -> tuple[int, str]:
    """A line's rank (0: not stated) and name (empty: none)."""
    if columns is not None:
        cells = [cell.strip(' "') for cell in line.split(",")]
        if len(cells) <= max(columns) or not cells[columns[0]].isdecimal() or len(cells[columns[0]]) > 9:
            return 0, ""
        return int(cells[columns[0]]), cells[columns[1]]
    if format is Format.RANK:
        found = _RANK_LINE.match(line)
        return (int(found[1]), found[2]) if found else (0, "")
    if format is Format.HOSTS:
        found = _HOSTS_LINE.match(line)
        return 0, found[1] if found else ""
    if format is Format.URLS:
        found = _URL.match(line)
        return 0, found[1] if found else ""
    return 0, line.removeprefix("||").removesuffix("^").removeprefix("*").removeprefix(".")
