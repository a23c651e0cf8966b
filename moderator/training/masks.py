"""Masked copies of training rows, so that a field which an export lacks does not become a sign of spam or ham.

Archived pages have no sender's address, webmentions no title, some exports no dates. Without masks a missing field
would give away the data source, and the source the class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from moderator.history.base import UNKNOWN_ACTIVITY, UNKNOWN_REPUTATION, UNKNOWN_SNAPSHOT, Snapshot
from moderator.records import Case, LinkEvidence

__all__ = ["MASKS", "WHOLE", "Mask"]

Mask = Callable[[Case, Snapshot], tuple[Case, Snapshot]]
"""Takes something away from a case and from what the history knew."""
WHOLE = "whole"
"""Name of the row as it is."""


def _without(**fields: str) -> Callable[[Case], Case]:
    return lambda case: replace(case, linkback=replace(case.linkback, **fields))  # type: ignore[arg-type]  # texts only


_no_excerpt = _without(excerpt="")
_no_title = _without(title="", blog_name="")


def _no_post(case: Case) -> Case:
    return replace(case, post=None)


def _no_sender(case: Case, snapshot: Snapshot) -> tuple[Case, Snapshot]:
    known = snapshot._replace(
        sender=UNKNOWN_ACTIVITY,
        network=UNKNOWN_ACTIVITY,
        sender_reputation=UNKNOWN_REPUTATION,
        network_reputation=UNKNOWN_REPUTATION,
    )
    return replace(case, linkback=replace(case.linkback, sender_ip="")), known


def _of_case(change: Callable[[Case], Case]) -> Mask:
    return lambda case, snapshot: (change(case), snapshot)


MASKS: dict[str, Mask] = {
    "no excerpt": _of_case(_no_excerpt),
    "no title": _of_case(_no_title),
    "no post": _of_case(_no_post),
    "no title, no post": _of_case(lambda case: _no_post(_no_title(case))),
    "only the address": _of_case(lambda case: _no_post(_no_title(_no_excerpt(case)))),
    "no sender": _no_sender,
    "no history": lambda case, snapshot: (case, UNKNOWN_SNAPSHOT),
    "no evidence": lambda case, snapshot: (replace(case, evidence=LinkEvidence()), snapshot),
}
"""The masks by name."""
