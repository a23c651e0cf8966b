"""The owner's decisions are taken into the history, once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderator.batch.labels import archive_labels
from moderator.history.memory import MemoryHistory
from moderator.history.sqlite import SqliteHistory
from moderator.records import LABEL_DELAY
from moderator.tables.opening import Table
from moderator.wordpress.database import WordPressDatabase
from tests.wordpress.blog import START, Blog

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_labels_of_a_blog(tmp_path: Path) -> None:
    blog = Blog(tmp_path / "blog.db").make()
    blog.fill(2400)
    history = SqliteHistory(tmp_path / "history.sqlite3")
    queue = WordPressDatabase(blog.url)
    first, second = (archive_labels(queue, history, now=lambda: NOW) for _ in range(2))
    assert first == second
    assert first.rows == 2160 and min(first.labels.values()) > 300
    kept = list(history.labelled())
    assert len(kept) == sum(first.labels.values())
    assert kept[0].labelled_at == pytest.approx(kept[0].entry.at + LABEL_DELAY.total_seconds())
    assert kept[0].entry.at >= START.timestamp()
    history.close()


def test_a_label_without_a_date_counts_from_now(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text(
        "id,source_url,target_url,label,received_at\n"
        "1,https://a.example/,https://b.example/,spam,2026-01-01\n"
        "2,https://a.example/,https://b.example/,,2026-01-01\n"
        "3,,https://b.example/,ham,2026-01-01\n"
    )
    history = MemoryHistory()
    archived = archive_labels(Table(tmp_path / "q.csv"), history, now=lambda: NOW)
    assert (archived.rows, archived.labels, archived.unreadable) == (3, {"ham": 0, "spam": 1}, 1)
    assert [(kept.entry.linkback.id, kept.labelled_at) for kept in history.labelled()] == [("1", NOW.timestamp())]
