"""Judging a queue where it is: nothing without being told, everything once, and back again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from moderator.errors import QueueError
from moderator.records import Case, Decision, LinkEvidence, LinkStatus, Verdict
from moderator.wordpress.apply import LiveSummary, apply, preview, undo
from moderator.wordpress.database import WordPressDatabase
from moderator.wordpress.live_queue import Change
from moderator.wordpress.plan import Plan, read_plan
from tests.fakes import FakeJudge
from tests.wordpress.blog import Blog

ROWS = 2500


class Stop(Exception):
    """Stands for whatever ends a run."""


class BrokenQueue(WordPressDatabase):
    """Breaks after a number of batches, before or after the batch has arrived."""

    left = 10**9
    late = False

    def change(self, changes: Sequence[Change]) -> dict[int, str]:
        self.left -= 1
        if self.left < 0 and not self.late:
            raise Stop
        now = super().change(changes)
        if self.left < 0:
            raise Stop
        return now


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    blog = Blog(tmp_path / "blog.db").make()
    blog.fill(ROWS)
    return blog


@pytest.fixture
def expected(tmp_path: Path) -> dict[int, str]:
    """The statuses after an uninterrupted run."""
    other = Blog(tmp_path / "other.db").make()
    other.fill(ROWS)
    apply(WordPressDatabase(other.url), FakeJudge(), Plan(), tmp_path / "other")
    assert other.counts() == other.true_counts()
    return other.statuses()


def _apply(blog: Blog, folder: Path, plan: Plan | None = None) -> LiveSummary:
    return apply(WordPressDatabase(blog.url), FakeJudge(), plan or Plan(), folder)


def test_a_dry_run_tells_and_changes_nothing(blog: Blog) -> None:
    before, judge = blog.statuses(), FakeJudge()
    told: list[tuple[int, str]] = []
    summary = preview(
        WordPressDatabase(blog.url),
        judge,
        Plan(),
        on_decision=lambda row, case, decision, after: told.append((row.position, after)),
    )
    assert blog.statuses() == before and blog.notes() == {}
    assert summary.rows == len(told) == len(judge.seen) == ROWS * 9 // 10
    assert set(summary.changes) == {"hold", "approved", "spam", "trash"}
    assert sum(sum(verdicts.values()) for verdicts in summary.changes.values()) == summary.rows
    assert summary.planned == {"approved": summary.changes["hold"]["approve"], "spam": summary.changes["hold"]["spam"]}
    assert sum(1 for _, after in told if after) == sum(summary.planned.values())


def test_the_judge_meets_every_status_in_order_of_receipt(blog: Blog) -> None:
    judge = FakeJudge()
    preview(WordPressDatabase(blog.url), judge, Plan())
    keys = [(case.linkback.received_at, case.linkback.id) for case in judge.seen]
    assert keys == sorted(keys)  # type: ignore[type-var]
    assert {case.label for case in judge.seen} == {None, "ham", "spam"}


def test_a_run_changes_what_is_pending_and_sure(blog: Blog, tmp_path: Path) -> None:
    before = blog.statuses()
    summary = _apply(blog, tmp_path / "j")
    after = blog.statuses()
    changed = {number for number in before if before[number] != after[number]}
    assert len(changed) == summary.changed == sum(summary.planned.values()) > 500
    assert {before[number] for number in changed} == {"0"}
    people = {n for (n,) in blog.run("SELECT comment_ID FROM wp_comments WHERE comment_type = 'comment'")}
    assert not changed & people
    assert blog.counts() == blog.true_counts()
    notes = blog.notes()
    assert notes.keys() == changed
    assert all(note["run"] == summary.run and note["verdict"] in ("approve", "spam") for note in notes.values())


def test_a_second_run_has_nothing_left_to_do(blog: Blog, tmp_path: Path) -> None:
    plan = read_plan(["spam"])
    _apply(blog, tmp_path / "j", plan)
    before = blog.statuses()
    # rows that became history say now more to others, but this judge looks at each row alone
    assert _apply(blog, tmp_path / "j", plan).changed == 0
    assert blog.statuses() == before


def test_decided_rows_change_only_when_told(blog: Blog, tmp_path: Path) -> None:
    before = blog.statuses()
    _apply(blog, tmp_path / "j", read_plan(include_decided=True))
    after = blog.statuses()
    changed = {before[number] for number in before if before[number] != after[number]}
    assert changed == {"0", "1", "spam"}
    assert blog.counts() == blog.true_counts()


def test_undo_puts_everything_back(blog: Blog, tmp_path: Path) -> None:
    before, counts = blog.statuses(), blog.counts()
    summary = _apply(blog, tmp_path / "j", read_plan(["approve", "hold", "spam"], include_decided=True))
    back = undo(WordPressDatabase(blog.url), tmp_path / "j", summary.run)
    assert blog.statuses() == before and blog.counts() == counts
    assert (back.changed, back.overtaken) == (summary.changed, 0)
    assert blog.run("SELECT * FROM wp_commentmeta") == []
    assert undo(WordPressDatabase(blog.url), tmp_path / "j", summary.run).changed == summary.changed


def test_undo_leaves_what_somebody_changed_since(blog: Blog, tmp_path: Path) -> None:
    summary = _apply(blog, tmp_path / "j")
    number = next(iter(blog.notes()))
    blog.set_status(number, "trash")
    back = undo(WordPressDatabase(blog.url), tmp_path / "j", summary.run)
    assert (back.changed, back.overtaken) == (summary.changed - 1, 1)
    assert blog.statuses()[number] == "trash"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("batches", [0, 1, 3])
def test_a_run_that_broke_while_writing_goes_on(
    blog: Blog, expected: dict[int, str], tmp_path: Path, batches: int, late: bool
) -> None:
    queue = BrokenQueue(blog.url)
    queue.left, queue.late = batches, late
    with pytest.raises(Stop):
        apply(queue, FakeJudge(), Plan(), tmp_path / "j")
    assert blog.statuses() != expected
    judge = FakeJudge()
    summary = apply(WordPressDatabase(blog.url), judge, Plan(), tmp_path / "j")
    assert blog.statuses() == expected and blog.counts() == blog.true_counts()
    assert judge.seen == []
    assert summary.resumed and summary.changed == sum(summary.planned.values()) and summary.overtaken == 0
    assert summary.rows == ROWS * 9 // 10


def test_a_run_that_broke_while_judging_goes_on(blog: Blog, expected: dict[int, str], tmp_path: Path) -> None:
    class Stopping(FakeJudge):
        def check_many(self, cases: Iterator[Case], **options: object) -> Iterator[Decision]:  # type: ignore[override]
            for decision in super().check_many(cases):
                if len(self.seen) > 1500:
                    raise Stop
                yield decision

    before = blog.statuses()
    with pytest.raises(Stop):
        apply(WordPressDatabase(blog.url), Stopping(), Plan(), tmp_path / "j")
    assert blog.statuses() == before
    judge = FakeJudge()
    told: list[int] = []
    summary = apply(
        WordPressDatabase(blog.url),
        judge,
        Plan(),
        tmp_path / "j",
        on_decision=lambda row, case, decision, after: told.append(row.position),
    )
    assert blog.statuses() == expected
    # all rows pass the judge, whose memory was lost, and are told; what was noted before stands
    assert len(judge.seen) == len(told) == ROWS * 9 // 10
    assert summary.resumed and summary.rows == ROWS * 9 // 10


def test_an_interrupted_undo_goes_on(blog: Blog, tmp_path: Path) -> None:
    before = blog.statuses()
    run = _apply(blog, tmp_path / "j").run
    queue = BrokenQueue(blog.url)
    queue.left, queue.late = 1, True
    with pytest.raises(Stop):
        undo(queue, tmp_path / "j", run)
    with pytest.raises(QueueError, match="go on with --undo"):
        _apply(blog, tmp_path / "j")
    undo(WordPressDatabase(blog.url), tmp_path / "j", run)
    assert blog.statuses() == before


def test_an_interrupted_run_can_be_undone(blog: Blog, tmp_path: Path) -> None:
    before = blog.statuses()
    queue = BrokenQueue(blog.url)
    queue.left, queue.late = 2, True
    with pytest.raises(Stop):
        apply(queue, FakeJudge(), Plan(), tmp_path / "j")
    with pytest.raises(QueueError, match=r"other options.*--undo") as refused:
        _apply(blog, tmp_path / "j", read_plan(["spam"]))
    run = str(refused.value).partition("--undo ")[2]
    undo(WordPressDatabase(blog.url), tmp_path / "j", run)
    assert blog.statuses() == before
    assert _apply(blog, tmp_path / "j").run != run


def test_a_status_that_a_person_changed_meanwhile_wins(blog: Blog, tmp_path: Path) -> None:
    class Meddling(BrokenQueue):
        def change(self, changes: Sequence[Change]) -> dict[int, str]:
            blog.set_status(changes[0].number, "trash")
            return super().change(changes)

    summary = apply(Meddling(blog.url), FakeJudge(), Plan(), tmp_path / "j")
    assert summary.overtaken == -(-sum(summary.planned.values()) // Meddling.batch)
    assert summary.changed + summary.overtaken == sum(summary.planned.values())


def test_two_runs_at_once(blog: Blog, tmp_path: Path) -> None:
    class Second(BrokenQueue):
        def change(self, changes: Sequence[Change]) -> dict[int, str]:
            with pytest.raises(QueueError, match="another run is at work"):
                _apply(blog, tmp_path / "j")
            with pytest.raises(QueueError, match="another run is at work"):
                undo(WordPressDatabase(blog.url), tmp_path / "j", "x")
            return super().change(changes)

    assert apply(Second(blog.url), FakeJudge(), Plan(), tmp_path / "j").changed


def test_pages_are_not_looked_at_twice(blog: Blog, tmp_path: Path) -> None:
    class Looking(FakeJudge):
        looks = 0

        def check_many(self, cases: Iterator[Case], **options: object) -> Iterator[Decision]:  # type: ignore[override]
            for case in cases:
                seen = case.evidence
                if options["verify"] and seen.status is LinkStatus.NOT_CHECKED:
                    Looking.looks += 1
                    seen = LinkEvidence(status=LinkStatus.FOUND, anchor_text=case.linkback.id)
                if Looking.looks == 1500:
                    Looking.looks += 1
                    raise Stop
                yield Decision(case.linkback.id, Verdict.SPAM, 0.9, evidence=seen)

    with pytest.raises(Stop):
        apply(WordPressDatabase(blog.url), Looking(), Plan(), tmp_path / "j", verify=True)
    apply(WordPressDatabase(blog.url), Looking(), Plan(), tmp_path / "j", verify=True)
    assert Looking.looks == 1501 + ROWS * 9 // 10 - 1000


def test_an_unreadable_row_is_told_and_stays(blog: Blog, tmp_path: Path) -> None:
    blog.run("UPDATE wp_comments SET comment_author_url = '' WHERE comment_ID = 1")
    summary = _apply(blog, tmp_path / "j")
    assert summary.unreadable == 1 and "comment 1: source_url is missing" in summary.problems[0]
    assert blog.statuses()[1] == "0"


@pytest.mark.parametrize("run", ["nonsense", ""])
def test_undoing_nothing(blog: Blog, tmp_path: Path, run: str) -> None:
    with pytest.raises(QueueError, match="there is no run"):
        undo(WordPressDatabase(blog.url), tmp_path / "j", run)
