"""Archives: each table alone, all or nothing."""

from pathlib import Path

import pyarrow as pa
import pytest

from moderator.batch.cluster.archive import Archive, NewArchive
from moderator.errors import QueueError


def test_tables_are_read_alone(tmp_path: Path) -> None:
    tables = {f"site/{n}": pa.table({"at": [float("nan"), n], "id": ["ä", None]}) for n in range(3)}
    with NewArchive(tmp_path / "a.zip") as archive:
        for name, table in tables.items():
            archive.put(name, table)
        archive.tell({"rows": 2})
    with Archive(tmp_path / "a.zip") as archive:
        assert archive.names == tables.keys()
        assert archive.about() == {"rows": 2}
        assert archive.take("site/1").to_pylist()[1] == {"at": 1.0, "id": None}
        with pytest.raises(KeyError):
            archive.take("site/7")


def test_nothing_is_left_of_one_that_failed(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), NewArchive(tmp_path / "a.zip") as archive:
        archive.put("x", pa.table({"a": [1]}))
        raise RuntimeError
    assert not list(tmp_path.iterdir())


def test_a_missing_or_damaged_one_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK")
    for name in ("none.zip", "bad.zip"):
        with pytest.raises(QueueError, match="every worker must see the output folder"):
            Archive(tmp_path / name)
