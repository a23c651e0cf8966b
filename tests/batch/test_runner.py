"""Cases that are decided through a runner are decided as the moderator does alone, with any executor."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderator.batch.runner import QueueRunner
from moderator.engine import Moderator
from moderator.execution.base import Executor
from moderator.execution.inline import InlineExecutor
from moderator.execution.processes import ProcessExecutor
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.history.sqlite import SqliteHistory
from moderator.model.policy import Cutoffs, Policy
from moderator.records import Case, Label, Linkback, LinkEvidence, LinkStatus, Post
from moderator.tables.rows import case_of
from moderator.text import stable_hash
from moderator.wordpress.apply import LiveSummary, apply, preview
from moderator.wordpress.database import WordPressDatabase
from moderator.wordpress.plan import Plan
from tests.batch.test_many_processes import SPLITS, moderator, rows
from tests.small_model import small_model
from tests.wordpress.blog import Blog


@pytest.fixture(scope="module", params=["inline", "processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    with InlineExecutor() if request.param == "inline" else ProcessExecutor(2) as executor:
        yield executor


def cases(count: int) -> list[Case]:
    found = [case_of(row) for row in rows(count)]
    return sorted(found[: -count // 15], key=lambda case: (str(case.linkback.received_at), case.linkback.id))


@pytest.mark.parametrize("chunk", [1, 30, 1000])
def test_decisions_are_equal(executor: Executor, chunk: int) -> None:
    queue = cases(200)
    alone = list(moderator().check_many(queue))
    assert len({decision.verdict for decision in alone}) == 3
    assert any(decision.rule for decision in alone)
    # as text: a value that is missing is not equal to itself
    shared = QueueRunner(moderator(), executor, remember=False).check_many(queue, chunk=chunk)
    assert repr(list(shared)) == repr(alone)
    without = list(QueueRunner(moderator(), executor).check_many(queue, chunk=chunk, reasons=0))
    assert repr(without) == repr(list(moderator().check_many(queue, reasons=0)))


def test_the_history_knows_the_same(executor: Executor, tmp_path: Path) -> None:
    queue, kept = cases(100), []
    for judge in (None, executor):
        history = SqliteHistory(tmp_path / f"{judge is None}.sqlite3")
        one = moderator(history)
        list((one if judge is None else QueueRunner(one, judge)).check_many(queue))
        for case in queue:
            history.label(case.linkback.id, Label.SPAM, 1.0)
        kept.append(list(history.labelled()))
        history.close()
    assert len(kept[0]) == len({case.linkback.id for case in queue})
    assert repr(kept[0]) == repr(kept[1])


def test_a_live_queue_is_changed_alike(executor: Executor, tmp_path: Path) -> None:
    found: list[tuple[LiveSummary, LiveSummary, dict[int, str]]] = []
    for name in ("alone", "shared"):
        blog = Blog(tmp_path / f"{name}.db").make()
        blog.fill(1200)
        queue = WordPressDatabase(blog.url)
        judges = [moderator() if name == "alone" else QueueRunner(moderator(), executor) for _ in range(2)]
        dry = preview(queue, judges[0], Plan())
        wet = apply(queue, judges[1], Plan(), tmp_path / name)
        wet.run = ""
        found.append((dry, wet, blog.statuses()))
        queue.close()
    assert found[0] == found[1]
    assert found[0][0].rows > 1000


class Pages:
    """A verifier by whose word every third source links, and some cannot be asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        self.asked.append(linkback.id)
        kind = stable_hash(linkback.source_url) % 4
        if kind == 3:
            return LinkEvidence()
        status = LinkStatus.FOUND if kind == 0 else LinkStatus.GONE
        at = datetime(2024, 1, 1, tzinfo=UTC)
        return LinkEvidence(status, checked_at=at, final_url=f"https://final{kind}.example/", page_title="A page")


def looking(pages: Pages) -> Moderator:
    extractor = Extractor(None)
    return Moderator(
        model=small_model(extractor.schema, {**SPLITS, "link.found": (0.5, 0.3, -2.0)}),
        policy=Policy(Cutoffs(0.3, 0.7)),
        history=MemoryHistory(keys=None),
        extractor=extractor,
        verifier=pages,
    )


@pytest.mark.parametrize("chunk", [20, 1000])
def test_pages_are_looked_at_as_alone(executor: Executor, chunk: int) -> None:
    queue, pages, others = cases(120), Pages(), Pages()
    alone = list(looking(pages).check_many(queue, verify=True, chunk=chunk))
    assert len(pages.asked) > 30
    assert {decision.evidence.status for decision in alone} >= {LinkStatus.FOUND, LinkStatus.GONE}
    runner = QueueRunner(looking(others), executor, remember=False)
    assert repr(list(runner.check_many(queue, verify=True, chunk=chunk))) == repr(alone)
    assert sorted(others.asked) == sorted(pages.asked)
    unlooked = [decision for decision in alone if decision.evidence.status is LinkStatus.NOT_CHECKED]
    assert 0 < runner.unlooked <= len(unlooked)
