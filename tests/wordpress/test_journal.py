"""The journal: noted once, never lost, one run at a time."""

import multiprocessing
import multiprocessing.synchronize
import sqlite3
from pathlib import Path

import pytest

from moderator.errors import QueueError
from moderator.wordpress.journal import Entry, Journal, Phase, State


def _entry(number: int, state: State = State.PLANNED) -> Entry:
    return Entry(number, "hold", "spam", state, "spam", 0.9, "{}")


def _open(folder: Path) -> Journal:
    return Journal(folder / "j.sqlite3", "the queue")


def test_a_run_is_gone_on_with_until_it_is_done(tmp_path: Path) -> None:
    journal = _open(tmp_path)
    run = journal.begin("{}")
    journal.record(run.id, [_entry(1)])
    journal.close()
    journal = _open(tmp_path)
    assert journal.begin("{}") == run
    journal.set_phase(run.id, Phase.WRITING)
    assert journal.begin("{}").id == run.id
    journal.set_phase(run.id, Phase.DONE)
    assert journal.begin("{}").id != run.id
    assert [other.phase for other in journal.runs()][-1] is Phase.DONE
    journal.close()


def test_other_wishes_do_not_take_over_an_interrupted_run(tmp_path: Path) -> None:
    journal = _open(tmp_path)
    run = journal.begin('{"a": 1}')
    with pytest.raises(QueueError, match=f"--undo {run.id}"):
        journal.begin('{"a": 2}')
    journal.set_phase(run.id, Phase.UNDOING)
    with pytest.raises(QueueError, match="go on with --undo"):
        journal.begin('{"a": 1}')
    journal.close()


def test_what_was_noted_stays(tmp_path: Path) -> None:
    journal = _open(tmp_path)
    run = journal.begin("{}").id
    assert journal.record(run, [_entry(1), _entry(2)]) == 2
    assert journal.record(run, [_entry(2)._replace(after="approved"), _entry(3)]) == 1
    assert [entry.after for entry in journal.entries(run, State.PLANNED, 10)] == ["spam"] * 3
    assert journal.recorded(run, [1, 3, 4]) == {1, 3}
    journal.set_states(run, {1: State.DONE, 3: State.OVERTAKEN})
    assert journal.counts(run) == {State.PLANNED: 1, State.DONE: 1, State.OVERTAKEN: 1}
    assert journal.verdicts(run) == ({"hold": {"spam": 3}}, {"spam": 3})
    journal.close()


def test_all_of_a_chunk_or_none(tmp_path: Path) -> None:
    journal = _open(tmp_path)
    run = journal.begin("{}").id

    def broken() -> list[Entry]:
        yield _entry(1)  # type: ignore[misc]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journal.record(run, broken())
    assert journal.counts(run) == {}
    assert journal.record(run, [_entry(1)]) == 1
    journal.close()


def test_an_unknown_run_is_named_with_the_known_ones(tmp_path: Path) -> None:
    journal = _open(tmp_path)
    run = journal.begin("{}").id
    with pytest.raises(QueueError, match=f"no run 'x'.*{run}"):
        journal.run("x")
    journal.close()


def test_a_second_run_is_refused_and_a_dead_one_is_not_waited_for(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "key", "the queue"):
        with (
            pytest.raises(QueueError, match="another run is at work on the queue"),
            Journal.open(tmp_path, "key", "the queue"),
        ):
            pass
        with Journal.open(tmp_path, "other key", "another queue"):
            pass
    ready = multiprocessing.Event()
    holder = multiprocessing.Process(target=_hold, args=(tmp_path, ready))
    holder.start()
    assert ready.wait(30)
    with pytest.raises(QueueError, match="another run"), Journal.open(tmp_path, "key", "the queue"):
        pass
    holder.kill()
    holder.join()
    with Journal.open(tmp_path, "key", "the queue") as journal:
        assert journal.runs() == []


def _hold(folder: Path, ready: multiprocessing.synchronize.Event) -> None:
    with Journal.open(folder, "key", "the queue"):
        ready.set()
        multiprocessing.Event().wait(60)


def test_a_journal_that_cannot_be_written_says_so_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(QueueError, match="cannot be"), Journal.open(tmp_path / "file" / "x", "key", "the queue"):
        pass
    (tmp_path / "j.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(QueueError, match="cannot be read or written") as refused:
        _open(tmp_path)
    assert "\n" not in str(refused.value)


def test_another_version_is_refused(tmp_path: Path) -> None:
    _open(tmp_path).close()
    store = sqlite3.connect(tmp_path / "j.sqlite3")
    store.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(QueueError, match="another version"):
        _open(tmp_path)


def test_a_full_disk_stops_the_run_and_loses_nothing(tmp_path: Path) -> None:
    journal = _open(tmp_path)
    run = journal.begin("{}").id
    journal.record(run, [_entry(1)])
    journal._store.execute("PRAGMA max_page_count = 1")
    with pytest.raises(QueueError, match="full"):
        journal.record(run, [_entry(number)._replace(note="x" * 4000) for number in range(2, 100)])
    journal._store.execute("PRAGMA max_page_count = 100000")
    assert journal.counts(run) == {State.PLANNED: 1}
    assert journal.record(run, [_entry(2)]) == 1
    journal.close()
