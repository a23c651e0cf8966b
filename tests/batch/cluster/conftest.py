"""A queue with everything that could tell a cluster's history from one process's."""

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datasets.blogosphere import generate
from moderator.batch.rescore import rescore
from moderator.engine import Moderator
from moderator.history.memory import MemoryHistory
from moderator.wiring import load_moderator

ROWS = 1500


def odd_rows(seed: int, count: int = ROWS) -> list[dict[str, Any]]:
    """Generated rows, some with another's id, without a date or a source, or with a label from before they came."""
    rows = [{**row, "evidence": ""} for row in generate(seed, count, days=20.0, sites=3)]
    dice = random.Random(seed)
    for place, row in enumerate(rows):
        odd = dice.random()
        other = rows[dice.randrange(count)]
        if odd < 0.03:
            row["id"] = other["id"]
        elif odd < 0.05:
            row["received_at"] = ""
        elif odd < 0.06:
            row["source_url"] = ""
        elif odd < 0.08:
            row["labelled_at"] = other["labelled_at"]
        elif odd < 0.10 and place:
            row["received_at"], row["id"] = rows[place - 1]["received_at"], rows[place - 1]["id"]
    return rows


@pytest.fixture(scope="session")
def moderator() -> Moderator:
    return load_moderator(history=MemoryHistory(keys=None))


def alone(table: pa.Table, folder: Path) -> pa.Table:
    """What one process makes of a queue."""
    queue, output = folder / "alone.parquet", folder / "alone-judged.parquet"
    pq.write_table(table, queue)
    rescore(queue, output, load_moderator(history=MemoryHistory(keys=None)), reasons=3)
    return pq.read_table(output)


def together(folder: Path) -> pa.Table:
    """The rows of an output folder."""
    return pa.concat_tables([pq.read_table(file) for file in sorted(folder.glob("*.parquet"))])


Queue = tuple[Path, pa.Table]


@pytest.fixture(scope="session", params=["in order", "shuffled"])
def queue(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Queue:
    """A folder with a queue in three files, and what one process makes of it (line numbers are a file's own)."""
    rows = odd_rows(5)
    if request.param == "shuffled":
        random.Random(1).shuffle(rows)
    table = pa.Table.from_pylist(rows)
    folder = tmp_path_factory.mktemp("queue")
    for number, start in enumerate((0, 400, 1100)):
        end = (400, 1100, ROWS)[number]
        pq.write_table(table.slice(start, end - start), folder / f"{number}.parquet", row_group_size=170)
    return folder, alone(table, tmp_path_factory.mktemp("alone"))


def without_lines(table: pa.Table) -> list[dict[str, Any]]:
    """Rows to compare; an error names the line of its own file."""
    return [{**row, "error": bool(row["error"])} for row in table.to_pylist()]
