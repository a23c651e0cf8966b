"""A queue judged on many machines, with the same verdicts as on one.

A queue of Parquet files goes through four steps; each is done by partition or by bucket, in any order, on any machine
that sees the output folder, and begun again at will:

    deal       each partition: its rows' keys, into the buckets of every family (`dealing`)
    repeats    each bucket of ids: linkbacks that take the place of an earlier one (`repeats`)
    replay     each bucket of a family: in order of time past the very history that live calls use (`replaying`)
    judge      each partition: features, scores, reasons, and the rows with their verdicts (`judging`)

What lies between two steps stands in the output folder's `_moderator` until the end, so a run that was cut off goes on
where it stood. `run` leads; `scheduler` sends the pieces to Dask.
"""

from __future__ import annotations

from importlib.util import find_spec

from moderator.errors import MissingExtraError

for _package in ("pyarrow", "distributed"):
    if find_spec(_package) is None:
        raise MissingExtraError(_package, extra="dask")
