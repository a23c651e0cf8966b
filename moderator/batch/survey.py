"""The first reading of a queue: when its rows were received, and where it can be cut into pieces."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

from moderator.batch.jobs import Piece, RawRow
from moderator.batch.order import TimeOrder, time_and_id
from moderator.batch.summary import Progress
from moderator.execution.base import Executor
from moderator.tables.base import QueueRow, Source
from moderator.tables.jsonl import raw_jsonl
from moderator.tables.opening import Table
from moderator.tables.rows import id_of, received_at

__all__ = ["Limits", "Partitioner", "Survey", "raw_rows", "survey"]


class Limits(NamedTuple):
    """How much a piece holds."""

    rows: int
    """Rows after which a piece ends."""
    bytes: int
    """Bytes of rows after which a piece ends all the same, so that long rows do not fill the memory."""


class Partitioner:
    """Says where pieces end: after so many rows or bytes, but never between rows of one time.

    Args:
        limits: How much a piece holds.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lengths: list[int] = []
        self._rows = self._bytes = 0
        self._last = inf

    def put(self, time: float, size: int) -> None:
        """Takes the next row.

        Args:
            time: When it was received; inf: it has no time that it could share.
            size: Its bytes.
        """
        full = self._rows >= self._limits.rows or self._bytes >= self._limits.bytes
        if full and (time == inf or time != self._last):
            self._lengths.append(self._rows)
            self._rows = self._bytes = 0
        self._rows += 1
        self._bytes += size
        self._last = time

    def lengths(self) -> list[int]:
        """The lengths of the pieces, the last one included."""
        return [*self._lengths, *([self._rows] if self._rows else [])]


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first reading of a queue tells."""

    order: TimeOrder
    lengths: list[int]
    """How many rows each piece has, where rows are taken as they stand."""
    columns: list[str]
    raw: bool
    """Whether there are rows that could not be taken apart."""
    size: int
    """Bytes that the rows take, roughly."""


def survey(source: Source, executor: Executor, limits: Limits, progress: Progress) -> Survey:
    """Reads a queue for its times.

    Args:
        source: The queue.
        executor: Takes lines apart.
        limits: How much a piece holds.
        progress: Is told how far it is.

    Raises:
        QueueError: The queue cannot be read.
    """
    order, columns, raw, size = TimeOrder(), dict[str, None](), False, 0
    partitioner = Partitioner(limits)
    pieces = _by_size(raw_rows(source), limits)
    # whole rows cost more to send than their times cost to read
    found = executor.map(_times, pieces) if _has_lines(source) else map(_times, pieces)
    for part in found:
        columns |= dict.fromkeys(part.columns)
        raw = raw or part.raw
        for time, prefix, bytes_ in zip(part.times, part.ids, part.sizes, strict=True):
            order.put(time, prefix, bytes_)
            partitioner.put(time, bytes_)
            size += bytes_
        progress("reading", len(order), 0)
    return Survey(order, partitioner.lengths(), list(columns), raw, size)


def raw_rows(source: Source) -> Iterator[RawRow]:
    """The rows of a source; lines that are still to be taken apart, where it has some."""
    if isinstance(source, Table) and source.format == ".jsonl":
        return raw_jsonl(source.path)
    return source.read()


def _has_lines(source: Source) -> bool:
    return isinstance(source, Table) and source.format == ".jsonl"


def _by_size(rows: Iterable[RawRow], limits: Limits) -> Iterator[Piece]:
    piece: list[RawRow] = []
    size = 0
    for raw in rows:
        piece.append(raw)
        size += size_of(raw)
        if len(piece) >= limits.rows or size >= limits.bytes:
            yield Piece(piece)
            piece, size = [], 0
    if piece:
        yield Piece(piece)


def size_of(raw: RawRow) -> int:
    """Bytes that a row takes, roughly."""
    return raw.size if isinstance(raw, QueueRow) else len(raw[2])


class _Times(NamedTuple):
    """What the first reading of a piece tells."""

    times: array[float]
    """When each row was received, in seconds since 1970; inf: not known."""
    ids: array[int]
    """The beginnings of their ids."""
    sizes: array[int]
    columns: list[str]
    raw: bool
    """Whether some could not be taken apart."""


def _times(piece: Piece) -> _Times:
    times, ids, sizes = array("d"), array("Q"), array("Q")
    columns, known, raw = dict[str, None](), dict[str, Any]().keys(), False
    for row in piece.read():
        if row.values.keys() != known:
            known = row.values.keys()
            columns |= dict.fromkeys(known)
        at = received_at(row.values)
        time, prefix = time_and_id(at, "" if at is None else id_of(row.values))
        times.append(time)
        ids.append(prefix)
        sizes.append(row.size)
        raw = raw or bool(row.error)
    return _Times(times, ids, sizes, list(columns), raw)
