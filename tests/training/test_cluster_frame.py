"""A training frame from a cluster is the frame that one process makes."""

from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datasets.blogosphere import generate
from moderator.errors import TrainingError
from moderator.execution.inline import InlineExecutor
from moderator.features.extractor import Extractor
from moderator.tables.rows import case_of
from moderator.training.build import build_frame
from moderator.training.cluster_frame import build_frame_on_cluster
from moderator.training.frame import Frame
from moderator.training.labels import gather
from moderator.training.sampling import subsample

pytestmark = pytest.mark.slow

EXTRACTOR = Extractor()
MASKS = ("no excerpt", "no history")
ROWS = 700


def labelled_rows() -> list[dict[str, Any]]:
    """Generated rows in order; some labels have no date or one from before receipt, and some rows have none."""
    rows = [{**row, "evidence": ""} for row in generate(12, ROWS, days=15.0, sites=3)]
    for place, row in enumerate(rows):
        if place % 11 == 0:
            row["labelled_at"] = ""
        if place % 50 == 0:
            row["labelled_at"] = "2001-01-01T00:00:00+00:00"
        if place % 70 == 0:
            row["received_at"] = ""
    rows.sort(key=lambda row: row["received_at"])  # undated ones first, as in training
    return rows


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "export"
    folder.mkdir()
    table = pa.Table.from_pylist(labelled_rows())
    for number in range(4):
        pq.write_table(table.slice(200 * number, 200), folder / f"{number}.parquet")
    return folder


def same(one: Frame, other: Frame) -> None:
    assert len(one) == len(other) > 0
    for name in (entry.name for entry in fields(Frame) if entry.name not in ("schema", "wording")):
        a, b = getattr(one, name), getattr(other, name)
        assert (name, a.tolist()) == (name, b.tolist()) or (name, a.tobytes()) == (name, b.tobytes())
    for a, b in zip(one.wording.ravel(), other.wording.ravel(), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize(("partition_rows", "bucket_rows"), [(1000, 1000), (64, 100)])
@pytest.mark.parametrize("rows", [100_000, 300])
def test_the_frame_is_that_of_one_process(
    export: Path, tmp_path: Path, rows: int, partition_rows: int, bucket_rows: int
) -> None:
    delay = timedelta(hours=30)
    alone = gather({"export": map(case_of, labelled_rows())}, delay=delay)
    assert alone.counts.repeated == 0, "nothing that a cluster does not look for"
    labelled = alone.counts.ham + alone.counts.spam
    expected = build_frame(alone.cases, EXTRACTOR, masks=subsample(MASKS, labelled, rows))
    found = build_frame_on_cluster(
        InlineExecutor(),
        export,
        tmp_path / "work",
        EXTRACTOR,
        MASKS,
        delay=delay,
        rows=rows,
        partition_rows=partition_rows,
        bucket_rows=bucket_rows,
    )
    same(found.frame, expected)
    assert len(expected) <= rows * 1.3
    assert found.labelled.counts == alone.counts
    assert found.labelled.delay == delay
    assert not (tmp_path / "work").exists(), "what lay between the steps is gone"


def test_unreadable_rows_are_counted(tmp_path: Path) -> None:
    rows = [{**row, "source_url": "" if place < 5 else row["source_url"]} for place, row in enumerate(labelled_rows())]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "export.parquet")
    found = build_frame_on_cluster(InlineExecutor(), tmp_path / "export.parquet", tmp_path / "work", EXTRACTOR, ())
    assert found.unreadable == 5
    assert sum(found.labelled.counts.rows.values()) == ROWS


def test_labels_from_which_nothing_can_be_learned_are_refused(tmp_path: Path) -> None:
    rows = [{**row, "label": "spam"} for row in labelled_rows()]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "export.parquet")
    with pytest.raises(TrainingError, match="no ham"):
        build_frame_on_cluster(InlineExecutor(), tmp_path / "export.parquet", tmp_path / "work", EXTRACTOR, ())
