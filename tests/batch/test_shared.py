"""A judge that shares its work out decides as the moderator does alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from moderator.batch.shared import SharedJudge
from moderator.execution.processes import Workers
from moderator.history.sqlite import SqliteHistory
from moderator.records import Case, Label
from moderator.tables.rows import case_of
from moderator.wordpress.apply import LiveSummary, apply, preview
from moderator.wordpress.database import WordPressDatabase
from moderator.wordpress.plan import Plan
from tests.batch.test_parallel import moderator, rows
from tests.wordpress.blog import Blog


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


def cases(count: int) -> list[Case]:
    found = [case_of(row) for row in rows(count)]
    return sorted(found[: -count // 15], key=lambda case: (str(case.linkback.received_at), case.linkback.id))


@pytest.mark.parametrize("chunk", [1, 30, 1000])
def test_decisions_are_equal(workers: Workers, chunk: int) -> None:
    queue = cases(200)
    alone = list(moderator().check_many(queue))
    assert len({decision.verdict for decision in alone}) == 3
    assert any(decision.rule for decision in alone)
    # as text: a value that is missing is not equal to itself
    shared = SharedJudge(workers, moderator(), remember=False).check_many(queue, chunk=chunk)
    assert repr(list(shared)) == repr(alone)
    without = list(SharedJudge(workers, moderator()).check_many(queue, chunk=chunk, reasons=0))
    assert repr(without) == repr(list(moderator().check_many(queue, reasons=0)))


def test_the_history_knows_the_same(workers: Workers, tmp_path: Path) -> None:
    queue, kept = cases(100), []
    for judge in (None, workers):
        history = SqliteHistory(tmp_path / f"{judge is None}.sqlite3")
        one = moderator(history)
        list((one if judge is None else SharedJudge(judge, one)).check_many(queue))
        for case in queue:
            history.label(case.linkback.id, Label.SPAM, 1.0)
        kept.append(list(history.labelled()))
        history.close()
    assert len(kept[0]) == len({case.linkback.id for case in queue})
    assert repr(kept[0]) == repr(kept[1])


def test_a_live_queue_is_changed_alike(workers: Workers, tmp_path: Path) -> None:
    found: list[tuple[LiveSummary, LiveSummary, dict[int, str]]] = []
    for name in ("alone", "shared"):
        blog = Blog(tmp_path / f"{name}.db").make()
        blog.fill(1200)
        queue = WordPressDatabase(blog.url)
        judges = [moderator() if name == "alone" else SharedJudge(workers, moderator()) for _ in range(2)]
        dry = preview(queue, judges[0], Plan())
        wet = apply(queue, judges[1], Plan(), tmp_path / name)
        wet.run = ""
        found.append((dry, wet, blog.statuses()))
        queue.close()
    assert found[0] == found[1]
    assert found[0][0].rows > 1000


def test_looking_at_pages_is_refused(workers: Workers) -> None:
    with pytest.raises(ValueError, match="not shared out"):
        next(SharedJudge(workers, moderator()).check_many([], verify=True))
