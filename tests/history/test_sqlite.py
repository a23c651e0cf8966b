import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderator.errors import HistoryError
from moderator.history import sqlite
from moderator.history.schema import APPLICATION, SNAPSHOT, VERSION
from moderator.history.sqlite import SqliteHistory
from tests.batteries.history_battery import KEYS, NOW, SPAM, HistoryBattery, entry


class TestSqliteHistory(HistoryBattery):
    @pytest.fixture
    def history(self, tmp_path: Path) -> Iterator[SqliteHistory]:
        history = SqliteHistory(tmp_path / "history.sqlite3")
        yield history
        history.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sub" / "history.sqlite3"


def test_what_was_written_is_there_when_it_is_opened_again(path: Path) -> None:
    first = SqliteHistory(path)
    first.observe(entry("a", NOW - 5))
    first.label("a", SPAM, NOW - 4)
    expected = repr(first.snapshot(KEYS, NOW, "x"))
    first.close()
    second = SqliteHistory(str(path), synchronous="full")
    assert repr(second.snapshot(KEYS, NOW, "x")) == expected
    second.close()


def test_what_is_forgotten_gives_its_room_back_to_the_disk(path: Path) -> None:
    history = SqliteHistory(path)
    with history.transaction():
        for place in range(2_000):
            history.observe(entry(f"{place:04}", NOW + place))
    before = history.holdings().size
    assert history.prune(NOW + 1_900) == 1_900
    history.close()
    assert path.stat().st_size < before / 4


def test_a_file_of_the_first_version_keeps_its_size(path: Path) -> None:
    SqliteHistory(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA auto_vacuum = NONE")
        connection.execute("VACUUM")
    connection.close()
    history = SqliteHistory(path)
    with history.transaction():
        for place in range(500):
            history.observe(entry(f"{place:04}", NOW + place))
    assert history.prune(NOW + 500) == 500
    assert history.holdings().linkbacks == 0
    history.close()


def test_only_the_owner_may_read_it(path: Path) -> None:
    history = SqliteHistory(path)
    history.observe(entry("a"))
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}
    assert len(list(path.parent.iterdir())) == 3  # with the write-ahead log and its index
    history.close()


def test_a_snapshot_looks_into_one_place_for_each_key(path: Path) -> None:
    SqliteHistory(path).close()
    connection = sqlite3.connect(path)
    plan = connection.execute(f"EXPLAIN QUERY PLAN {SNAPSHOT}", [1] * 15).fetchall()
    connection.close()
    looks = [row[3] for row in plan if row[3].startswith(("SEARCH", "SCAN sightings", "USE TEMP"))]
    assert looks == [
        *["SEARCH sightings USING PRIMARY KEY (key=? AND at>? AND (at,id)<(?,?))"] * 6,
        "SEARCH reputations USING INTEGER PRIMARY KEY (rowid=?)",
        "SEARCH first_seen USING INTEGER PRIMARY KEY (rowid=?)",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "_KNOWN",
        "_REPUTATIONS",
        "_EVIDENCE",
        "_LABELLED_UNDATED",
        "_LABELLED_DATED",
        "_OLD",
        "_DECIDE",
        "_DELETE_SIGHTINGS",
    ],
)
def test_no_question_reads_a_whole_table_or_sorts(path: Path, name: str) -> None:
    statement = getattr(sqlite, name)
    SqliteHistory(path).close()
    connection = sqlite3.connect(path)
    plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", [1] * statement.count("?")).fetchall()
    connection.close()
    assert [row[3][:6] for row in plan] == ["SEARCH"]


def test_a_history_in_use_is_waited_for_and_then_told(path: Path) -> None:
    history = SqliteHistory(path, timeout=0.1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(HistoryError, match=r"history .*sqlite3: database is locked; another process") as told:
        history.observe(entry("a"))
    assert "\n" not in str(told.value)
    with pytest.raises(HistoryError, match="locked"), history.transaction():
        pass
    reader = SqliteHistory(path, timeout=0.1)  # neither opening nor reading waits for a writer
    assert reader.snapshot(KEYS, NOW, "x").sender.count_7d == 0
    reader.close()
    other.execute("ROLLBACK")
    other.close()
    history.observe(entry("a", NOW - 1))
    assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 1
    history.close()


def _text_file(path: Path) -> None:
    path.write_bytes(b"This is no database, and it is long enough to be sure of that. " * 40)


def _foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE wp_comments (id)")
    connection.close()


def _newer(path: Path) -> None:
    SqliteHistory(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_text_file, "history .*: file is not a database; the file is no history; name another one"),
        (_foreign, "is a database of another program: name another file"),
        (_newer, f"newer version .tables {VERSION + 1}, this one knows {VERSION}.: upgrade"),
        (Path.mkdir, "unable to open database file; name a file that may be written"),
    ],
)
def test_what_is_no_history_is_refused(tmp_path: Path, make: object, message: str) -> None:
    path = tmp_path / "h"
    make(path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(HistoryError, match=message) as told:
        SqliteHistory(path)
    assert "\n" not in str(told.value)
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize("path", ["/dev/null/h.sqlite3", "/proc/nowhere/h.sqlite3", "a\0b"])
def test_a_path_that_cannot_be_is_told(path: str) -> None:
    with pytest.raises(HistoryError, match=r"cannot be opened: |unable to open"):
        SqliteHistory(path)


def test_an_interrupt_between_two_steps_leaves_nothing_open(path: Path) -> None:
    history = SqliteHistory(path)
    assert history._file._connection is not None
    history._file._connection.execute("BEGIN IMMEDIATE")  # as if the interrupt came right after it
    history.observe(entry("a", NOW - 1))
    assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 1
    history.close()


def test_a_second_history_on_the_file_leaves_the_first_ones_locks_alone(path: Path) -> None:
    """POSIX ends all of a process's locks on a file when the process closes any descriptor of it."""
    first = SqliteHistory(path)
    first.observe(entry("a", NOW - 1))
    SqliteHistory(path).close()
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM reputations'); c.close()"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert path.with_name(f"{path.name}-wal").exists()  # the other process saw that it was not the last one
    first.observe(entry("b", NOW - 1))
    assert first.snapshot(KEYS, NOW, "x").sender.count_7d == 2
    first.close()


def test_a_wrong_mode_is_refused(path: Path) -> None:
    with pytest.raises(HistoryError, match="synchronous is 'normal' or 'full', not 'off'"):
        SqliteHistory(path, synchronous="off")  # type: ignore[arg-type]


def test_a_file_that_breaks_while_it_is_open_is_told(path: Path) -> None:
    history = SqliteHistory(path)
    other = sqlite3.connect(path)
    other.execute("DROP TABLE sightings")
    other.close()
    with pytest.raises(HistoryError, match="no such table: sightings"):
        history.snapshot(KEYS, NOW, "x")
    with pytest.raises(HistoryError, match="no such table: sightings"):
        history.observe(entry("a"))
    with pytest.raises(HistoryError, match="not remembered"):
        history.label("a", SPAM, NOW)  # half of the step was rolled back
    with pytest.raises(HistoryError, match="transaction has failed"), history.transaction():
        history.judge(KEYS, SPAM, NOW)
        with pytest.raises(HistoryError, match="no such table"):
            history.observe(entry("a"))
    assert history._file._connection is not None
    assert history._file._connection.execute("SELECT count(*) FROM reputations").fetchone() == (0,)
    history.close()


def test_a_damaged_row_is_named(path: Path) -> None:
    history = SqliteHistory(path)
    history.observe(entry("a"))
    history.label("a", SPAM, NOW)
    other = sqlite3.connect(path)
    other.execute("UPDATE linkbacks SET linkback = '{'")
    other.commit()
    other.close()
    with pytest.raises(HistoryError, match="row of linkback 'a' is damaged"):
        list(history.labelled())
    history.close()


@pytest.mark.parametrize("bad", [entry("\ud800"), entry("a", keys=KEYS._replace(sender=2**64))])
def test_what_cannot_be_stored_spoils_no_transaction(path: Path, bad: object) -> None:
    history = SqliteHistory(path)
    with history.transaction():
        with pytest.raises(HistoryError, match="cannot be stored"):
            history.observe(bad)  # type: ignore[arg-type]
        history.observe(entry("b", NOW - 1))
    assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 1
    history.close()


def test_threads_share_one_history(path: Path) -> None:
    history = SqliteHistory(path)

    def work(name: int) -> None:
        for place in range(15):
            with history.transaction():
                history.snapshot(KEYS, NOW, "x")
                history.observe(entry(f"{name}-{place}", NOW - 1))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 60
    history.close()


def test_labelled_reads_page_by_page_while_others_write(path: Path) -> None:
    history = SqliteHistory(path)
    with history.transaction():
        for place in range(1_100):
            history.observe(entry(f"{place:04}", NOW + place // 7))
            history.label(f"{place:04}", SPAM, NOW)
    other = SqliteHistory(path, timeout=0.1)
    found = []
    for each in history.labelled():
        found.append(each.entry.linkback.id)
        if len(found) == 10:
            other.observe(entry("more", NOW))
    assert found == [f"{place:04}" for place in range(1_100)]
    history.close()
    other.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_opens_its_own_connection(path: Path) -> None:
    history = SqliteHistory(path)
    history.observe(entry("parent", NOW - 5))
    child = os.fork()
    if child == 0:
        code = 1
        try:
            history.observe(entry("child", NOW - 4))
            code = 0 if history.snapshot(KEYS, NOW, "x").sender.count_7d == 2 else 2
            history.close()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    history.observe(entry("again", NOW - 3))
    assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 3
    history.close()


def test_our_mark_stands_in_the_file(path: Path) -> None:
    SqliteHistory(path).close()
    assert int.from_bytes(path.read_bytes()[68:72], "big") == APPLICATION
