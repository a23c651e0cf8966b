"""The service's SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from moderator.errors import StoreError
from moderator.service.store import Accepted, Store
from tests.batteries.store_battery import StoreBattery, waiting


class TestSqliteStore(StoreBattery):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        made = Store(tmp_path / "service.sqlite3")
        yield made
        made.close()


def test_what_was_accepted_survives(tmp_path: Path) -> None:
    first = Store(tmp_path / "s.sqlite3")
    assert first.accept(waiting(1)) is Accepted.NEW
    # no close: the process is gone
    with_new_eyes = Store(tmp_path / "s.sqlite3")
    kept = with_new_eyes.get("m1")
    assert kept is not None
    assert replace(kept, number=0) == waiting(1)
    first.close()
    with_new_eyes.close()


@pytest.mark.parametrize("damage", ["not a database", "another program's", "a later version's", "a folder"])
def test_files_that_are_none(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "s.sqlite3"
    if damage == "not a database":
        path.write_bytes(b"x" * 5000)
    elif damage == "a folder":
        path.mkdir()
    else:
        if damage == "a later version's":
            Store(path).close()
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE theirs (x)")
            connection.execute("PRAGMA user_version = 99")
        connection.close()
    with pytest.raises(StoreError, match=r"s\.sqlite3"):
        Store(path)


def test_the_file_is_its_owners(tmp_path: Path) -> None:
    Store(tmp_path / "service.sqlite3").close()
    assert (tmp_path / "service.sqlite3").stat().st_mode & 0o077 == 0
