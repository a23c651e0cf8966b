"""Which linkbacks two models would decide differently, each as of its receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from moderator.errors import HistoryError
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.records import Case, Verdict
from moderator.replay import Replay, ScoredInput, scored_input_of
from moderator.scoring import CaseScorer

__all__ = ["Change", "changes"]

_PIECE = 500
"""Linkbacks that are scored in one call."""


class Change(NamedTuple):
    """A linkback that two models would decide differently."""

    id: str
    old: Verdict
    new: Verdict
    probability: float
    """The new model's, of spam."""

    def to_json(self) -> list[Any]:
        """As JSON."""
        return [self.id, self.old.value, self.new.value, round(self.probability, 4)]


def changes(
    cases: Sequence[Case], extractor: Extractor, old: CaseScorer, new: CaseScorer, *, must_see: bool, most: int
) -> list[Change]:
    """Judges linkbacks that nobody labelled with two models.

    Args:
        cases: In order of receipt, labelled ones among them: they are the past of the others.
        extractor: The features.
        old: Decides as it is.
        new: Decides as it would be.
        must_see: Whether nothing is approved unseen.
        most: How many are judged, the newest.

    Returns:
        Those on which the two differ, in order of receipt.

    Raises:
        HistoryError: The replay failed as a whole.
    """
    wanted = [place for place, case in enumerate(cases) if case.label is None][-most:] if most else []
    replay, chosen = Replay(MemoryHistory(keys=None), extractor), set(wanted)
    found: list[Change] = []
    inputs: list[ScoredInput] = []
    for place, case in enumerate(cases):
        try:
            past = replay.snapshot_and_record(case)
            if place in chosen:
                inputs.append(scored_input_of(case, *past, extractor))
        except HistoryError:
            raise
        except Exception:  # noqa: S112 - a case whose features fail is held by either model
            continue
        if len(inputs) >= _PIECE:
            found += _differing(inputs, old, new, must_see)
            inputs = []
    return found + _differing(inputs, old, new, must_see)


def _differing(inputs: Sequence[ScoredInput], old: CaseScorer, new: CaseScorer, must_see: bool) -> list[Change]:
    before = old.decide_each_or_hold(inputs, 0, must_see=must_see)
    after = new.decide_each_or_hold(inputs, 0, must_see=must_see)
    return [
        Change(two.linkback_id, one.verdict, two.verdict, two.spam_probability)
        for one, two in zip(before, after, strict=True)
        if one.verdict is not two.verdict
    ]
