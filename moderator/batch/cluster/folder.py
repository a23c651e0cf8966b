"""The output folder of a run: where each step's files lie, and what the run is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from moderator.batch.cluster.key_families import FAMILIES
from moderator.errors import QueueError, shown
from moderator.tables.files import NewFile

__all__ = ["IDS", "Bucket", "Buckets", "RunFolder"]

IDS = "ids"
"""What the buckets of ids are called, beside those of the families."""
_WORK = "_moderator"
"""Readers of Parquet folders pass over names that begin so."""
_MOST = 1000
"""Buckets of a family; with more, finding them in the partitions' archives costs more than smaller ones save."""
_STEPS = ("dealt", "repeats", "replayed", "judged")


class Bucket(NamedTuple):
    """A part of what one family of keys knows."""

    family: str
    """Its name; `IDS`: the ids."""
    number: int

    @property
    def name(self) -> str:
        """What its tables are called."""
        return f"{self.family}/{self.number}"


@dataclass(frozen=True, slots=True)
class Buckets:
    """Into how many buckets a run deals."""

    count: int
    """Buckets of each family, and of ids."""

    @classmethod
    def for_rows(cls, rows: int, bucket_rows: int) -> Buckets:
        """So many that each has about `bucket_rows` of so many rows; at least one, and `_MOST` at most."""
        return cls(min(_MOST, max(1, -(-rows // bucket_rows))))

    def of_families(self) -> Iterator[Bucket]:
        """All buckets of all families; number by number, so that heavy families are spread over the whole step."""
        return (Bucket(family.name, number) for number in range(self.count) for family in FAMILIES)

    def of_ids(self) -> Iterator[Bucket]:
        """All buckets of ids."""
        return (Bucket(IDS, number) for number in range(self.count))


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The output folder; every worker must see it under the same name."""

    path: Path

    def begin(self, about: dict[str, Any]) -> dict[str, Any] | None:
        """Makes the folder ready for a run, or for going on with it.

        Args:
            about: What the run is; a run that was cut off is gone on with only if it was the same.

        Returns:
            What the run came to, if it was finished before; None: there is work to do.

        Raises:
            QueueError: The folder holds something else, or cannot be written.
        """
        about = json.loads(json.dumps(about))
        try:
            known = json.loads(self._run.read_text("utf-8")) if self._run.exists() else None
            if known is None:
                if self.path.exists() and any(self.path.iterdir()):
                    raise QueueError(f"the folder {shown(self.path)} is not empty; name a new one for the verdicts")
                for step in _STEPS:
                    (self._work / step).mkdir(parents=True, exist_ok=True)
                self._write(about)
                return None
        except (OSError, ValueError) as error:
            raise QueueError(f"the folder {shown(self.path)} cannot be used for the verdicts: {error}") from error
        summary: dict[str, Any] | None = known.pop("summary", None)
        if known != about:
            changed = ", ".join(sorted(name for name in {*known, *about} if known.get(name) != about.get(name)))
            raise QueueError(
                f"the folder {shown(self.path)} holds a run with another {changed}; name a new one, or take that away"
            )
        return summary

    def end(self, about: dict[str, Any], summary: dict[str, Any]) -> None:
        """Notes that the run is finished, and takes away what lay between its steps."""
        self._write({**about, "summary": summary})
        for step in _STEPS:
            shutil.rmtree(self._work / step, ignore_errors=True)

    def remove(self) -> None:
        """Takes the whole folder away."""
        shutil.rmtree(self.path, ignore_errors=True)

    def dealt(self, partition: int) -> Path:
        """What was dealt of a partition."""
        return self._work / "dealt" / f"{partition:06}.zip"

    def repeats(self, bucket: Bucket) -> Path:
        """What was found in a bucket of ids."""
        return self._work / "repeats" / f"{bucket.number:06}.zip"

    def replayed(self, bucket: Bucket) -> Path:
        """What a bucket's keys knew before each linkback."""
        return self._work / "replayed" / f"{bucket.family}-{bucket.number:06}.zip"

    def counts(self, partition: int) -> Path:
        """The counts of a judged partition; written last."""
        return self._work / "judged" / f"{partition:06}.json"

    def output(self, partition: int) -> Path:
        """The rows of a partition with their verdicts."""
        return self.path / f"part-{partition:06}.parquet"

    def write_counts(self, partition: int, counts: dict[str, Any]) -> None:
        """Writes the counts of a partition whose output is whole."""
        with NewFile(self.counts(partition)) as file:
            file.write(json.dumps(counts).encode())

    def read_counts(self, partitions: Iterable[int]) -> Iterator[dict[str, Any]]:
        """The counts of partitions, in their order."""
        return (json.loads(self.counts(number).read_text("utf-8")) for number in partitions)

    @property
    def _work(self) -> Path:
        return self.path / _WORK

    @property
    def _run(self) -> Path:
        return self._work / "run.json"

    def _write(self, about: dict[str, Any]) -> None:
        with NewFile(self._run) as file:
            file.write(json.dumps(about, indent=1).encode())
