"""Labelled cases to a training frame, with the same replay and features as in serving."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.batch.jobs import Advance, Snapshots
from moderator.execution.base import Ask, Executor
from moderator.execution.inline import InlineExecutor
from moderator.features.extractor import Extractor
from moderator.features.row import FeatureRow, Schema
from moderator.history.base import History, Keys, Snapshot
from moderator.history.memory import MemoryHistory
from moderator.model.runs import Runs, hashed_runs
from moderator.records import Case, Label
from moderator.replay import ScoredInput, Timeline, history_event_of, scored_input_of
from moderator.training.frame import Frame
from moderator.training.masks import MASKS, WHOLE
from moderator.urls import is_own_page, parse_url

__all__ = ["CaseWithPast", "FrameRows", "MaskChoice", "build_frame", "family_of", "frame_of", "rows_of", "wanted_masks"]

MaskChoice = Callable[[Case], Sequence[str] | None]
"""Names the masks of one case; None: the case is not in the frame. Workers need one that can be pickled."""
_PIECE = 1000
"""Cases that are made rows of in one go."""


def family_of(case: Case) -> str:
    """The receiving site's registrable domain; the target's where the site is not named."""
    site = case.linkback.site
    host = parse_url(site if "//" in site else f"https://{site}/") if site else parse_url(case.linkback.target_url)
    return host.domain or site or "?"


def build_frame(
    cases: Iterable[Case],
    extractor: Extractor,
    *,
    masks: Sequence[str] | MaskChoice = (),
    history: History | None = None,
    executor: Executor | None = None,
) -> Frame:
    """Replays cases in order and keeps the rows of those that have a label.

    Unlabelled cases are replayed too: they are part of what the history knew. Features are computed only of what is
    in the frame. Only the way past the history needs order; the rest can be shared out, with the same frame.

    Args:
        cases: In order of receipt, equal times by id.
        extractor: The features.
        masks: Names of `MASKS`: each adds a copy of every labelled row with something taken away; or a function that
            names them for a case, or answers None to leave the case out of the frame.
        history: The memory to replay over; None: a fresh one that forgets no standing.
        executor: Where keys and features are computed; None: in this process.
    """
    timeline = Timeline(MemoryHistory(entries=0, keys=None) if history is None else history)
    job = _RowsOf(extractor, masks, whole=history is not None)
    runner = InlineExecutor() if executor is None else executor
    parts = runner.run(
        job, _pieces(cases), lambda asked: Snapshots([timeline.snapshot_and_record(each) for each in asked.events])
    )
    return frame_of([part for part in parts if len(part.origin)], extractor.schema)


class _Piece(NamedTuple):
    first: int
    """Number of the first case."""
    cases: list[Case]


class _Keyed(NamedTuple):
    piece: _Piece
    keys: list[Keys]


class CaseWithPast(NamedTuple):
    """A case and what the history knew before it."""

    number: int
    """Tells it from all others of the frame."""
    case: Case
    keys: Keys
    past: Snapshot


class FrameRows(NamedTuple):
    """Some rows of a frame, column by column; see `Frame`."""

    numbers: NDArray[np.float64]
    wording: list[Runs]
    """One for each channel."""
    spam: list[bool]
    kind: list[str]
    family: list[str]
    at: list[float]
    keys: list[tuple[int, int, int]]
    self_ping: list[bool]
    mask: list[str]
    origin: list[int]
    ids: list[str]


@dataclass(frozen=True, slots=True)
class _RowsOf:
    """Makes rows of cases; a `Job` that asks what the history knew before them."""

    extractor: Extractor
    masks: Sequence[str] | MaskChoice
    whole: bool
    """Whether the history is to know the cases whole."""

    def begin(self, piece: _Piece) -> Ask[Advance]:
        events = [history_event_of(case, whole=self.whole) for case in piece.cases]
        return Ask(Advance(events, []), _Keyed(piece, [event.keys for event in events]))

    def resume(self, state: _Keyed, answer: Snapshots) -> FrameRows:
        cases = zip(state.piece.cases, state.keys, answer.known(), strict=True)
        known = (CaseWithPast(number, *each) for number, each in enumerate(cases, state.piece.first))
        return rows_of(known, self.extractor, self.masks)


def wanted_masks(case: Case, masks: Sequence[str] | MaskChoice) -> Sequence[str] | None:
    """The masks of a case; None: it is not in the frame, because nobody labelled it or it is left out."""
    return None if case.label is None else masks(case) if callable(masks) else masks


def rows_of(known: Iterable[CaseWithPast], extractor: Extractor, masks: Sequence[str] | MaskChoice) -> FrameRows:
    """The rows of cases whose past is known.

    Args:
        known: The cases.
        extractor: The features.
        masks: See `build_frame`.
    """
    rows: list[FeatureRow] = []
    part = FrameRows(np.empty((0, 0)), [], *([] for _ in range(9)))
    for place, case, keys, snapshot in known:
        wanted = wanted_masks(case, masks)
        if wanted is not None:
            reading = scored_input_of(case, keys, snapshot, extractor)
            rows.append(reading.row)
            rows += [extractor.extract(extractor.context(*MASKS[name](case, snapshot))) for name in wanted]
            copies = 1 + len(wanted)
            part.spam.extend([case.label is Label.SPAM] * copies)
            part.kind.extend([case.linkback.kind.value] * copies)
            part.family.extend([family_of(case)] * copies)
            part.at.extend([reading.at] * copies)
            part.keys.extend([_campaign(keys)] * copies)
            part.self_ping.extend([_is_self_ping(reading)] * copies)
            part.mask.extend([WHOLE, *wanted])
            part.origin.extend([place] * copies)
            part.ids.extend([case.linkback.id] * copies)
    schema = extractor.schema
    return part._replace(
        numbers=np.array([row.numbers for row in rows], np.float64).reshape(len(rows), len(schema.numbers)),
        wording=[
            hashed_runs([row.wording[column] for row in rows], shortest=channel.shortest)
            for column, channel in enumerate(schema.channels)
        ],
    )


def _pieces(cases: Iterable[Case]) -> Iterator[_Piece]:
    stream, first = iter(cases), 0
    while part := list(itertools.islice(stream, _PIECE)):
        yield _Piece(first, part)
        first += len(part)


def frame_of(parts: Sequence[FrameRows], schema: Schema) -> Frame:
    """The frame that parts make, one below the other."""
    count = sum(len(part.origin) for part in parts)

    def column(name: str) -> list[Any]:
        return [value for part in parts for value in getattr(part, name)]

    wording = np.empty((count, len(schema.channels)), object)
    for place in range(len(schema.channels)):
        texts = (text for part in parts for text in _split(part.wording[place]))
        for row, text in enumerate(texts):
            wording[row, place] = text
    return Frame(
        schema=schema,
        numbers=np.concatenate([np.empty((0, len(schema.numbers))), *(part.numbers for part in parts)]),
        wording=wording,
        spam=np.array(column("spam"), np.bool_),
        kind=np.array(column("kind"), np.str_),
        family=np.array(column("family"), np.str_),
        at=np.array(column("at"), np.float64),
        keys=np.array(column("keys"), np.int64).reshape(count, 3),
        self_ping=np.array(column("self_ping"), np.bool_),
        mask=np.array(column("mask"), np.str_),
        origin=np.array(column("origin"), np.int64),
        ids=np.array(column("ids"), np.str_),
    )


def _split(runs: Runs) -> list[NDArray[np.int32]]:
    return np.split(runs.buckets, np.cumsum(runs.sizes)[:-1])


def _campaign(keys: Keys) -> tuple[int, int, int]:
    return keys.domain or 0, keys.template or 0, keys.network or 0


def _is_self_ping(reading: ScoredInput) -> bool:
    source, target = reading.context.source, reading.context.target
    return is_own_page(source, target)
