"""What `moderator doctor` finds, one line each."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Finding", "finding_text"]


class Finding(NamedTuple):
    """What one check found."""

    what: str
    """What was looked at."""
    well: bool | None
    """Whether it is well; None: it could not be told, or it is only worth knowing."""
    says: str
    """What was found."""
    do: str = ""
    """What to do; empty: nothing."""


def finding_text(finding: Finding) -> str:
    """A finding as one line."""
    mark = {True: "ok   ", False: "wrong", None: "note "}[finding.well]
    return f"{mark}  {finding.what}: {finding.says}" + (f". {finding.do}" if finding.do else "")
