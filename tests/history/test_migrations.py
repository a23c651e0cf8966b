"""Files of older versions: upgraded whole, or not at all."""

import gzip
import os
import signal
import sqlite3
import subprocess
import sys
from math import isnan
from pathlib import Path

import pytest

from moderator.errors import HistoryError
from moderator.history import migrations
from moderator.history.base import DAY, Keys
from moderator.history.migrations import STEPS
from moderator.history.sqlite import SqliteHistory
from moderator.records import Label

OLD = Path(__file__).parent / "assets" / "history-0.1.0.sqlite3.gz"
"""Sixty linkbacks, made by version 0.1.0; every fourth is labelled, every eleventh has no date."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "history.sqlite3"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    return path


def tables(path: Path) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT type, name, tbl_name FROM sqlite_master ORDER BY 1, 2").fetchall()
    columns = [
        (name, *row[1:])
        for _, name, _ in found
        for row in connection.execute(f"SELECT * FROM pragma_table_info('{name}')")
    ]
    connection.close()
    return found + columns


def test_nothing_of_a_file_of_0_1_0_is_lost(path: Path, tmp_path: Path) -> None:
    before = sqlite3.connect(path)
    counts = {name: before.execute(f"SELECT count(*) FROM {name}").fetchone() for name in ("linkbacks", "sightings")}
    judged = before.execute("SELECT * FROM standings ORDER BY key").fetchall()
    met = before.execute("SELECT * FROM acquaintances ORDER BY key").fetchall()
    domain, author = before.execute("SELECT domain, neighbour FROM linkbacks WHERE id = 'old000012'").fetchone()
    before.close()

    history = SqliteHistory(path)
    labelled = list(history.labelled())
    assert len(labelled) == 15
    assert {each.label for each in labelled} == {Label.HAM, Label.SPAM}
    assert labelled[-1].entry.linkback.title.startswith("Growing old garden roses")
    assert labelled[-1].entry.decision is not None
    keys = Keys(None, None, domain, None, None, None, author)
    seen = history.snapshot(keys, labelled[-1].entry.at + DAY, "x")
    assert seen.domain_reputation.ham + seen.domain_reputation.spam > 0
    assert not isnan(seen.site_author_reputation.age)
    history.label("old000012", None, 0.0)  # what was counted for the author is taken back from the author
    assert history.snapshot(keys, labelled[-1].entry.at + DAY, "x").domain_reputation < seen.domain_reputation
    history.label("old000012", labelled[3].label, labelled[3].labelled_at)
    history.close()

    after = sqlite3.connect(path)
    assert counts == {name: after.execute(f"SELECT count(*) FROM {name}").fetchone() for name in counts}
    assert after.execute("SELECT key FROM reputations ORDER BY key").fetchall() == [row[:1] for row in judged]
    assert after.execute("SELECT key, first_at FROM first_seen ORDER BY key").fetchall() == met
    after.close()
    SqliteHistory(tmp_path / "new.sqlite3").close()
    assert tables(path) == tables(tmp_path / "new.sqlite3")


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "STEPS", (*STEPS, ("DELETE FROM linkbacks", "INSERT INTO nowhere VALUES (1)")))
    monkeypatch.setattr("moderator.history.schema.VERSION", len(STEPS) + 1)
    monkeypatch.setattr("moderator.history.connection.VERSION", len(STEPS) + 1)
    with pytest.raises(HistoryError, match="no such table: nowhere"):
        SqliteHistory(path)
    monkeypatch.undo()
    history = SqliteHistory(path)
    assert len(list(history.labelled())) == 15
    history.close()


def test_an_upgrade_that_is_killed_begins_anew(path: Path) -> None:
    """The process dies within the transaction, when all but the last statement is done."""
    code = (
        "import os, signal, sys; from moderator.history import migrations; "
        "from moderator.history.sqlite import SqliteHistory; steps = migrations.STEPS\n"
        "class Killing(tuple):\n"
        "    def __iter__(self):\n"
        "        yield from list(tuple.__iter__(self))[:-1]\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "migrations.STEPS = (*steps[:-1], Killing(steps[-1])); SqliteHistory(sys.argv[1])"
    )
    child = subprocess.run([sys.executable, "-c", code, str(path)], env=os.environ, check=False)
    assert child.returncode == -signal.SIGKILL
    history = SqliteHistory(path)
    assert len(list(history.labelled())) == 15
    history.close()
