"""From labelled cases to a training frame, by the replay and the features that serve."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from moderator.features.extractor import Extractor
from moderator.features.row import FeatureRow, Schema
from moderator.history.base import History, Keys
from moderator.history.memory import MemoryHistory
from moderator.model.runs import hashed_runs
from moderator.records import Case, Label
from moderator.replay import Reading, Replay
from moderator.training.frame import Frame
from moderator.training.masks import MASKS, WHOLE
from moderator.urls import parse_url

__all__ = ["MasksOf", "build_frame", "family_of"]

MasksOf = Callable[[Case], Sequence[str] | None]
"""Names the masks of one case; None: the case is not in the frame."""


def family_of(case: Case) -> str:
    """The receiving site's registrable domain; the target's where the site is not named."""
    site = case.linkback.site
    host = parse_url(site if "//" in site else f"https://{site}/") if site else parse_url(case.linkback.target_url)
    return host.domain or site or "?"


def build_frame(
    cases: Iterable[Case],
    extractor: Extractor,
    *,
    masks: Sequence[str] | MasksOf = (),
    history: History | None = None,
) -> Frame:
    """Replays cases in order and keeps the rows of those that have a label.

    Unlabelled cases are replayed too: they are part of what the history knew.

    Args:
        cases: In order of receipt, equal times by id.
        extractor: The features.
        masks: Names of `MASKS`: each adds a copy of every labelled row with something taken away; or a function that
            names them for a case, or answers None to leave the case out of the frame.
        history: The memory to replay over; None: a fresh one.
    """
    replay = Replay(history or MemoryHistory(), extractor)
    kept: list[tuple[Reading, str, FeatureRow, int]] = []
    for number, case in enumerate(cases):
        reading = replay.step(case)
        wanted = masks(case) if callable(masks) else masks
        if case.label is None or wanted is None:
            continue
        # the frame needs no texts: letting them go keeps it small
        light = reading._replace(material=reading.material._replace(post=None))
        kept.append((light, WHOLE, reading.row, number))
        kept += [(light, name, _masked(reading, name, extractor), number) for name in wanted]
    return _frame(kept, extractor.schema)


def _masked(reading: Reading, name: str, extractor: Extractor) -> FeatureRow:
    case, snapshot = MASKS[name](reading.case, reading.material.snapshot)
    return extractor.extract(extractor.material(case, snapshot))


def _frame(kept: Sequence[tuple[Reading, str, FeatureRow, int]], schema: Schema) -> Frame:
    wording = np.empty((len(kept), len(schema.channels)), object)
    for column, channel in enumerate(schema.channels):
        runs = hashed_runs([row.wording[column] for _, _, row, _ in kept], shortest=channel.shortest)
        parts = np.split(runs.buckets, np.cumsum(runs.sizes)[:-1]) if kept else []
        for place, part in enumerate(parts):
            wording[place, column] = part
    readings = [reading for reading, _, _, _ in kept]
    cases = [reading.case for reading in readings]
    return Frame(
        schema=schema,
        numbers=np.array([row.numbers for _, _, row, _ in kept], np.float64).reshape(len(kept), len(schema.numbers)),
        wording=wording,
        spam=np.array([case.label is Label.SPAM for case in cases], np.bool_),
        kind=np.array([case.linkback.kind.value for case in cases], np.str_),
        family=np.array([family_of(case) for case in cases], np.str_),
        at=np.array([reading.at for reading in readings], np.float64),
        keys=np.array([_campaign(reading.keys) for reading in readings], np.int64).reshape(len(kept), 3),
        self_ping=np.array([_same_host(reading) for reading in readings], np.bool_),
        mask=np.array([mask for _, mask, _, _ in kept], np.str_),
        origin=np.array([number for _, _, _, number in kept], np.int64),
        ids=np.array([case.linkback.id for case in cases], np.str_),
    )


def _campaign(keys: Keys) -> tuple[int, int, int]:
    return keys.domain or 0, keys.template or 0, keys.network or 0


def _same_host(reading: Reading) -> bool:
    source, target = reading.material.source, reading.material.target
    return bool(source.host) and source.host.removeprefix("www.") == target.host.removeprefix("www.")
