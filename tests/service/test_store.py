"""The service's database: the queue, the words of the owner, what is forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from moderator.errors import StoreError
from moderator.records import Verdict
from moderator.service.records import Filter, Mention, Origin, OwnerLabel, Status
from moderator.service.store import Accepted, Store
from tests.service.service_fakes import POST, START, mention_of

LEASE = timedelta(minutes=10)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "service.sqlite3")
    yield made
    made.close()


def waiting(number: int) -> Mention:
    mention = mention_of(number)
    return replace(mention, status=Status.WAITING, decision=None, due_at=START + timedelta(seconds=number))


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


def test_the_queue_is_bounded_and_in_order(store: Store) -> None:
    assert [store.accept(waiting(n), limit=2) for n in (2, 1, 3)] == [Accepted.NEW, Accepted.NEW, Accepted.FULL]
    assert store.accept(waiting(1), limit=2) is Accepted.AGAIN
    assert store.accept(mention_of(4), limit=2) is Accepted.NEW, "what is judged already does not wait"
    assert store.take(5, START, LEASE) == []
    later = START + timedelta(minutes=1)
    assert {each.linkback.id: each.attempts for each in store.take(5, later, LEASE)} == {"m1": 1, "m2": 1}
    assert store.take(5, later, LEASE) == [], "they are leased"
    assert [each.attempts for each in store.take(5, later + LEASE, LEASE)] == [2, 2]


def test_a_restart_ends_leases_and_leaves_appointments(store: Store) -> None:
    store.accept(waiting(1))
    store.accept(waiting(2))
    now = START + timedelta(minutes=1)
    store.take(1, now, LEASE)
    store.queue("m2", now + timedelta(hours=2))
    store.release(now, LEASE)
    assert [each.linkback.id for each in store.take(5, now, LEASE)] == ["m1"]
    assert [each.linkback.id for each in store.take(5, now + timedelta(hours=2), LEASE)] == ["m1", "m2"]


def test_nobody_takes_the_same_twice(store: Store) -> None:
    for number in range(40):
        store.accept(waiting(number))
    taken: list[str] = []

    def work() -> None:
        while found := store.take(1, START + timedelta(hours=1), LEASE):
            taken.extend(each.linkback.id for each in found)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(f"m{number}" for number in range(40))


def test_the_same_pair_is_kept_once(store: Store) -> None:
    same = [
        replace(waiting(n), linkback=replace(waiting(n).linkback, source_url="https://a.example/1")) for n in (1, 2)
    ]
    barrier, told = Barrier(2), []

    def accept(mention: Mention) -> None:
        barrier.wait()
        told.append(store.accept(mention, 10, once=True))

    threads = [Thread(target=accept, args=(each,)) for each in same]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told, key=lambda each: each.value) == [Accepted.AGAIN, Accepted.NEW]
    asked = replace(same[1], origin=Origin.API, linkback=replace(same[1].linkback, id="asked"))
    assert store.accept(asked) is Accepted.NEW, "other doors may ask as often as they like"
    known = store.known("ours", "http://www.a.example/1", POST, Origin.RECEIVER)
    assert known is not None
    assert known.linkback.id != "asked"
    newest = store.known("ours", "https://a.example/1", POST)
    assert newest is not None
    assert newest.linkback.id == "asked"


def test_what_is_forgotten(store: Store) -> None:
    for number, verdict in enumerate((Verdict.APPROVE, Verdict.HOLD, Verdict.SPAM)):
        store.accept(mention_of(number, verdict))
    store.accept(replace(mention_of(3, Verdict.APPROVE), origin=Origin.AKISMET))
    store.accept(replace(mention_of(4, Verdict.SPAM), due_at=START))
    store.accept(replace(mention_of(5), status=Status.GONE))
    store.accept(mention_of(6, Verdict.SPAM, received_at=START + timedelta(days=9)))
    assert store.forget(START + timedelta(days=1)) == 3
    assert sorted(store.ids(Filter(), 10)) == ["m0", "m1", "m4", "m6"]


def test_words_can_be_taken_back(store: Store) -> None:
    store.accept(mention_of(1))
    store.accept(mention_of(2))
    batch = store.label(["m1", "m2", "nobody"], OwnerLabel.SPAM, "me", START)
    assert store.label(["m1"], OwnerLabel.SPAM, "me", START) == "", "said already"
    assert store.counts(Filter())[Status.SPAM] == 2
    later = store.label(["m2"], OwnerLabel.HAM, "me", START)
    assert [action.mention for action in store.undo(batch, "me", START)] == ["m1"], "m2 was decided anew since"
    assert store.undo(batch, "me", START) == []
    assert store.counts(Filter()) == dict.fromkeys(Status, 0) | {Status.HELD: 1, Status.APPROVED: 1}
    assert [action.after for action in store.undo(later, "me", START)] == [OwnerLabel.HAM]
    assert store.counts(Filter())[Status.SPAM] == 1


@pytest.mark.parametrize(("word", "status"), [(OwnerLabel.HAM, Status.APPROVED), (OwnerLabel.HOLD, Status.HELD)])
def test_a_word_before_the_judging_holds_after_it(store: Store, word: OwnerLabel, status: Status) -> None:
    mention = waiting(1)
    store.accept(mention)
    store.label(["m1"], word, "me", START)
    decision = mention_of(1, Verdict.SPAM).decision
    assert decision is not None
    assert store.settle(mention, decision, START).status is status
    assert store.queued() == 0


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


def test_the_file_is_its_owners(store: Store, tmp_path: Path) -> None:
    assert (tmp_path / "service.sqlite3").stat().st_mode & 0o077 == 0


def test_text_that_cannot_be_written(store: Store) -> None:
    odd = mention_of(1, source="https://a.example/\ud800", title="\ud83d broken", excerpt="nul \x00 here")
    assert store.accept(odd) is Accepted.NEW
    kept = store.get("m1")
    assert kept is not None
    kept.linkback.title.encode()
    assert "\x00" in kept.linkback.excerpt


def test_small_words(store: Store) -> None:
    assert store.remembered("day") == ""
    store.remember("day", "1")
    store.remember("day", "2")
    assert store.remembered("day") == "2"
    assert store.secret("cookie") == store.secret("cookie") != store.secret("other")
