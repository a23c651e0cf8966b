"""A database of version 0.1.0 becomes one of today, and nothing is lost."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection

from moderator.errors import StoreError
from moderator.service.records import Filter, Order
from moderator.service.store import Store, migrations
from moderator.service.store.migrations import VERSION

OLD = Path(__file__).parents[1] / "assets" / "service-0.1.0.sqlite3"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copy(OLD, tmp_path / "service.sqlite3"))


def rows(path: Path, columns: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(f"SELECT {columns} FROM mentions ORDER BY number").fetchall()
    finally:
        connection.close()


@pytest.fixture
def columns() -> str:
    connection = sqlite3.connect(OLD)
    try:
        return ", ".join(name for _, name, *_ in connection.execute("PRAGMA table_info(mentions)"))
    finally:
        connection.close()


def test_nothing_is_lost(old: Path, columns: str) -> None:
    store = Store(old)
    found = store.find(Filter(), 1000).mentions
    store.close()
    assert rows(old, columns) == rows(OLD, columns)
    assert len(found) == len(rows(OLD, "number")) > 20


def test_what_came_before_can_be_searched_and_ordered(old: Path) -> None:
    store = Store(old)
    titled = next(each for each in store.find(Filter(), 1000).mentions if each.linkback.title)
    assert titled.linkback.id in store.ids(Filter(text=titled.linkback.title.upper()), 1000)
    chances = [
        each.decision.spam_probability
        for each in store.find(Filter(), 1000, order=Order.SPAM).mentions
        if each.decision
    ]
    assert chances == sorted(chances, reverse=True)
    store.close()


def test_tables_are_those_of_a_new_database(old: Path, tmp_path: Path) -> None:
    def shape(path: Path) -> dict[str, set[tuple[str, str]]]:
        Store(path).close()
        connection = sqlite3.connect(path)
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        indexes = {(name, "") for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
        found = {name: {(c[1], c[2]) for c in connection.execute(f"PRAGMA table_info({name})")} for name in names}
        connection.close()
        return found | {"indexes": indexes}

    assert shape(old) == shape(tmp_path / "new.sqlite3")


def test_a_migration_that_fails_leaves_the_old_database(
    old: Path, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: Connection) -> None:
        migrations._words_titles_and_order(connection)
        raise StoreError("the power went out")

    monkeypatch.setattr(migrations, "MIGRATIONS", (fail,))
    with pytest.raises(StoreError, match="power"):
        Store(old)
    monkeypatch.undo()
    connection = sqlite3.connect(old)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert "words" not in {name for _, name, *_ in connection.execute("PRAGMA table_info(mentions)")}
    connection.close()
    Store(old).close()
    assert rows(old, columns) == rows(OLD, columns)


def test_a_newer_database_is_refused(old: Path) -> None:
    connection = sqlite3.connect(old)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    with pytest.raises(StoreError, match="use the version of moderator that wrote it"):
        Store(old)
