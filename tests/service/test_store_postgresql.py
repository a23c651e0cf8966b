"""The service's tables in PostgreSQL, which several processes share."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from moderator.errors import StoreError
from moderator.history.address import Address, read_address
from moderator.history.postgresql.store import PostgresqlHistory
from moderator.service.records import Filter, OwnerLabel
from moderator.service.store import Accepted, FairTurn, Store
from moderator.service.store.migrations import VERSION
from tests.batteries.store_battery import LEASE, StoreBattery, waiting
from tests.postgresql_server import PASSWORD, Server, running_server
from tests.service.service_fakes import START, mention_of

pytestmark = [pytest.mark.postgresql, pytest.mark.loopback]


@pytest.fixture
def address(postgresql: Server) -> Address:
    return read_address(postgresql.address())


@pytest.fixture
def store(address: Address) -> Iterator[Store]:
    made = Store(address)
    yield made
    made.close()


@pytest.fixture
def other(store: Store, address: Address) -> Iterator[Store]:
    """Another process's, as it were."""
    made = Store(address)
    yield made
    made.close()


class TestPostgresqlStore(StoreBattery):
    @pytest.fixture
    def store(self, address: Address) -> Iterator[Store]:
        made = Store(address)
        yield made
        made.close()


def test_two_processes_take_each_once(store: Store, other: Store) -> None:
    for number in range(60):
        store.accept(waiting(number))
    now = START + timedelta(hours=1)

    def work(mine: Store, name: str) -> list[str]:
        taken = []
        while found := mine.take_next(now, LEASE, FairTurn(), name):
            taken.append(found.linkback.id)
        return taken

    with ThreadPoolExecutor(4) as threads:
        parts = list(threads.map(work, (store, other, store, other), ("a", "b", "a", "b")))
    assert sorted(id for part in parts for id in part) == sorted(f"m{number}" for number in range(60))


def test_two_processes_accept_the_same_once(store: Store, other: Store) -> None:
    mention = waiting(1)
    same = [replace(mention, linkback=replace(mention.linkback, id=id)) for id in ("a", "a", "b", "b")]
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda a, b: a.accept(b, 9, once=True), (store, other, store, other), same))
    assert sorted(each.value for each in told) == ["again", "again", "again", "new"]


def test_one_process_at_a_time_has_a_duty(store: Store, other: Store) -> None:
    with store.exclusive("labels") as mine, other.exclusive("labels") as theirs, other.exclusive("daily") as another:
        assert (mine, theirs, another) == (True, False, True)
    with other.exclusive("labels") as mine:
        assert mine


def test_labels_in_opposite_order_end_both(store: Store, other: Store) -> None:
    ids = [f"m{number}" for number in range(40)]
    for number in range(40):
        store.accept(mention_of(number))
    with ThreadPoolExecutor(2) as threads:
        said = threads.map(
            lambda a, b, c: a.label(b, c, "me", START),
            (store, other),
            (ids, ids[::-1]),
            (OwnerLabel.HAM, OwnerLabel.SPAM),
        )
        assert all(said)
    labels = {each.owner_label for each in store.find(Filter(), 50).mentions}
    assert len(labels) == 1, "one came after the other, whole"


def test_it_is_opened_by_many_at_once(postgresql: Server, address: Address) -> None:
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(Store, [address] * 4))
    assert stores[0].accept(waiting(1)) is Accepted.NEW
    assert stores[3].queue_length() == 1
    assert stores[0].secret("cookie") == stores[1].secret("cookie")
    for each in stores:
        each.close()
    assert postgresql.run("SELECT version FROM moderator_service.about") == [(VERSION,)]


def test_no_message_holds_the_password(postgresql: Server) -> None:
    for wrong in (postgresql.address(password="guessed"), postgresql.address("nowhere")):
        with pytest.raises(StoreError) as told:
            Store(read_address(wrong))
        assert "guessed" not in str(told.value)
        assert PASSWORD not in str(told.value)


def test_a_newer_version_is_refused(postgresql: Server, address: Address, store: Store) -> None:
    postgresql.run(f"UPDATE moderator_service.about SET version = {VERSION + 1}")
    with pytest.raises(StoreError, match="upgrade moderator"):
        Store(address)


def test_one_question_reads_history_and_service(postgresql: Server, store: Store) -> None:
    history = PostgresqlHistory(postgresql.address())
    history.close()
    asked = (
        "SELECT m.label, h.label FROM moderator_service.mentions m LEFT JOIN moderator.linkbacks h USING (id) "
        "ORDER BY m.number"
    )
    store.accept(mention_of(1))
    assert postgresql.run(asked) == [(None, None)]


@pytest.mark.slow
def test_a_server_that_was_away_is_found_again() -> None:
    with running_server() as server:
        store = Store(read_address(server.address()))
        store.accept(waiting(1))
        server.stop()
        with pytest.raises(StoreError, match="see whether the server is well"):
            store.queue_length()
        server.start()
        assert store.queue_length() == 1
        store.close()
