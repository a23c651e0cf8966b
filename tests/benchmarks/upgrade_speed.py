"""The upgrade of a history and a service's database of version 0.1.0: ``python -m tests.benchmarks.upgrade_speed``.

Both are the small files of tests/assets, multiplied. Each is upgraded, and a copy is upgraded by a process that is
killed when it has written half of what the first one wrote, and then once more. Prints the time and the size, and what
was lost: nothing must be.
"""

import argparse
import gzip
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parents[1]
STORE = TESTS / "assets" / "service-0.1.0.sqlite3"
HISTORY = TESTS / "history" / "assets" / "history-0.1.0.sqlite3.gz"
_OPEN_STORE = "from moderator.service.store import Store; from pathlib import Path; Store(Path(sys.argv[1])).close()"
_OPEN_HISTORY = "from moderator.history.sqlite import SqliteHistory; SqliteHistory(sys.argv[1]).close()"


def _multiply(path: Path, table: str, other: dict[str, str], rows: int, key: str) -> int:
    """Writes copies of a table's rows, until there are so many; `other` tells what differs in copy ``?1``."""
    with sqlite3.connect(path) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        values = ", ".join(other.get(name, name) for name in columns)
        [(had,)] = connection.execute(f"SELECT count(*) FROM {table}")
        connection.execute(f"CREATE TEMP TABLE copied AS SELECT * FROM {table}")
        for copy in range(1, -(-rows // had)):
            connection.execute(f"INSERT INTO {table} SELECT {values} FROM copied", (copy,))
        connection.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} LIMIT -1 OFFSET ?)", (rows,))
        connection.execute("DROP TABLE copied")
    connection.close()
    return rows


def old_store(path: Path, rows: int) -> None:
    shutil.copy(STORE, path)
    other = {"number": "NULL", "id": "id || '-' || ?1", "pair": "pair + ?1", "received_at": "received_at - 60.0 * ?1"}
    _multiply(path, "mentions", other, rows, "number")


def old_history(path: Path, rows: int) -> None:
    path.write_bytes(gzip.decompress(HISTORY.read_bytes()))
    names = ("sender", "network", "domain", "template", "target", "neighbour")
    other = {name: f"{name} / 2 + ?1" for name in names} | {"at": "at - 60.0 * ?1", "id": "id || '-' || ?1"}
    with sqlite3.connect(path) as connection:
        [(had,)] = connection.execute("SELECT count(*) FROM linkbacks")
        [(seen,)] = connection.execute("SELECT count(*) FROM sightings")
        columns = [row[1] for row in connection.execute("PRAGMA table_info(sightings)")]
        values = ", ".join({"id": "id || '-' || ?1", "key": "key / 2 + ?1"}.get(name, name) for name in columns)
        connection.execute("CREATE TEMP TABLE copied AS SELECT * FROM sightings")
        for copy in range(1, -(-rows // had)):
            connection.execute(f"INSERT OR IGNORE INTO sightings SELECT {values} FROM copied", (copy,))
        connection.execute("DROP TABLE copied")
    connection.close()
    assert seen
    _multiply(path, "linkbacks", {"number": "NULL"} | other, rows, "number")


def contents(path: Path, table: str, columns: list[str]) -> str:
    """A digest of what older versions knew, in an order that does not change."""
    import hashlib

    digest = hashlib.blake2b(digest_size=8)
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id"):
        digest.update(repr(row).encode())
    connection.close()
    return digest.hexdigest()


class Upgrade(NamedTuple):
    """How a process that opens a file of 0.1.0 ended."""

    seconds: float
    code: int
    """What it exited with; negative: the signal that ended it."""
    written: int
    """Bytes of the largest journal or write-ahead log seen beside the file."""


def upgrade(path: Path, code: str, kill_at: int | None = None) -> Upgrade:
    """Opens the file in a process of its own, which is killed once it has written so many bytes; None: never."""
    begun = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", f"import sys; {code}", str(path)])
    written = 0
    while child.poll() is None:
        for ending in ("-wal", "-journal"):
            with suppress(FileNotFoundError):
                written = max(written, path.with_name(path.name + ending).stat().st_size)
        if kill_at is not None and written >= kill_at:
            child.kill()
        time.sleep(0.002)
    return Upgrade(time.perf_counter() - begun, child.returncode, written)


def measure(name: str, path: Path, make: Callable[[Path, int], None], rows: int, table: str, code: str) -> int:
    make(path, rows)
    connection = sqlite3.connect(path)
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    [(version,)] = connection.execute("PRAGMA user_version")
    connection.close()
    now = [{"neighbour": "site_author"}.get(column, column) for column in columns]
    before, size = contents(path, table, columns), path.stat().st_size / 1e6
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    empty = upgrade(path.with_suffix(".new"), code).seconds  # what starting and an empty file take
    whole = upgrade(path, code)
    lost = whole.code != 0 or contents(path, table, now) != before
    print(
        f"{name}: {rows:,} rows, {size:.0f} MB; upgraded in {whole.seconds - empty:.1f} s ({empty:.1f} s more to start)"
    )
    print(f"  now {path.stat().st_size / 1e6:.0f} MB; what 0.1.0 knew is {'NOT ' if lost else ''}the same")
    killed = upgrade(copy, code, kill_at=whole.written // 2)
    connection = sqlite3.connect(copy)
    [(still,)] = connection.execute("PRAGMA user_version")
    connection.close()
    half_done = killed.code == 0 or still != version
    again = upgrade(copy, code)
    lost_again = again.code != 0 or contents(copy, table, now) != before
    print(
        f"  killed half-way after {killed.seconds:.1f} s ({killed.code}): {'NOT ' if half_done else ''}as it was; "
        f"repeated in {again.seconds - empty:.1f} s, {'NOT ' if lost_again else ''}the same"
    )
    return int(lost or half_done or lost_again)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        lost = measure("history", folder / "history.sqlite3", old_history, rows, "linkbacks", _OPEN_HISTORY)
        lost += measure("store", folder / "service.sqlite3", old_store, rows, "mentions", _OPEN_STORE)
    return lost


if __name__ == "__main__":
    raise SystemExit(main())
