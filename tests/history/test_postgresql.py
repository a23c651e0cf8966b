import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderator.config.settings import read_settings
from moderator.errors import HistoryError
from moderator.history.address import Address
from moderator.history.base import DAY, RECENT, Entry
from moderator.history.memory import MemoryHistory
from moderator.history.postgresql import tables
from moderator.history.postgresql.store import PostgresqlHistory
from moderator.records import Label
from moderator.wiring import open_history
from tests.batteries.history_battery import KEYS, NOW, SPAM, HistoryBattery, decided, entry, same
from tests.batteries.history_streams import assert_alike, questions, steps
from tests.postgresql_server import PASSWORD, Server, running_server

pytestmark = [pytest.mark.postgresql, pytest.mark.loopback]


class TestPostgresqlHistory(HistoryBattery):
    @pytest.fixture
    def history(self, postgresql: Server) -> Iterator[PostgresqlHistory]:
        history = PostgresqlHistory(postgresql.address())
        yield history
        history.close()


@pytest.fixture
def history(postgresql: Server) -> Iterator[PostgresqlHistory]:
    history = PostgresqlHistory(postgresql.address(), timeout=2)
    yield history
    history.close()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(taken=steps, asked=st.lists(questions, min_size=1, max_size=4))
def test_it_answers_as_the_others_do(postgresql_server: Server, taken: list[object], asked: list[object]) -> None:
    postgresql_server.run("DROP SCHEMA IF EXISTS moderator CASCADE")
    stores = MemoryHistory(), PostgresqlHistory(postgresql_server.address())
    assert_alike(stores, taken, asked)
    for store in stores:
        store.close()


def test_one_line_of_settings_chooses_it(postgresql: Server) -> None:
    chosen = read_settings(environment={"MODERATOR_HISTORY": postgresql.address()})
    assert PASSWORD not in repr(chosen)
    store = open_history(chosen)
    assert isinstance(store, PostgresqlHistory)
    assert PASSWORD not in repr(store)
    store.close()


def test_what_was_written_is_there_when_it_is_opened_again(postgresql: Server, history: PostgresqlHistory) -> None:
    history.observe(entry("a", NOW - 5))
    history.label("a", SPAM, NOW - 4)
    other = PostgresqlHistory(Address(postgresql.address()))
    assert same(other.snapshot(KEYS, NOW, "x"), history.snapshot(KEYS, NOW, "x"))
    other.close()


def test_a_live_check_is_two_statements(history: PostgresqlHistory, postgresql: Server) -> None:
    history.observe(entry("a", NOW - 5))
    postgresql.run("ALTER ROLE moderator SET log_statement = 'all'")
    try:
        watched = PostgresqlHistory(postgresql.address())
        before = len(_log(postgresql))
        watched.snapshot(KEYS, NOW, "b")
        watched.observe(entry("b", NOW, decision=decided("b")))
        assert len(_log(postgresql)) - before == 2
        watched.close()
    finally:
        postgresql.run("ALTER ROLE moderator RESET log_statement")


def _log(server: Server) -> list[str]:
    lines = (server.folder / "log").read_text().splitlines()
    return [line for line in lines if "LOG:  statement:" in line or "LOG:  execute" in line]


def test_windows_are_read_from_the_index(history: PostgresqlHistory, postgresql: Server) -> None:
    with history.transaction():
        for place in range(300):
            history.observe(entry(f"{place:03}", NOW + place, KEYS._replace(sender=1000 + place)))
    with psycopg.connect(postgresql.address().replace("+psycopg", "")) as connection:
        connection.execute("ANALYZE")
        connection.execute("SET enable_seqscan = off")
        query = str(tables.SNAPSHOT).replace(":judged", "'{1,2}'").replace(":id", "'x'").replace(":met", "'{7}'")
        for name in ("sender", "network", "domain", "template", "target", "site", "at", "since"):
            query = query.replace(f":{name}", "5")
        plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {query}"))  # type: ignore[call-overload]
    assert "Backward using sightings_pkey" in plan
    assert "Sort" not in plan
    assert '((key = "*VALUES*".column2) AND (ROW(at, id) < ROW(' in plan


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ({"password": "wrong-secret"}, "authentication failed .*put the right password into"),
        ({"name": "nowhere"}, "database .nowhere. does not exist"),
        ({"user": "nobody"}, "authentication failed"),
    ],
)
def test_what_keeps_it_shut_is_told_without_the_password(
    postgresql: Server, address: dict[str, str], says: str
) -> None:
    with pytest.raises(HistoryError) as told:
        PostgresqlHistory(postgresql.address(**address), timeout=2)
    text = str(told.value).replace("\\", "").replace('"', ".")
    assert re.search(says, text)
    assert "\n" not in text
    assert f"@127.0.0.1:{postgresql.port}/" in text
    for error in (told.value, told.value.__cause__, told.value.__context__):
        assert "secret" not in repr(error) + str(error)


@pytest.mark.parametrize("address", ["mysql://u:hidden@h/n", "postgresql://u:hid@den@h/n", "history.sqlite3"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(HistoryError, match=r"must be .*postgresql\+psycopg://") as told:
        PostgresqlHistory(address)
    assert "hid" not in str(told.value)


def test_nobody_listens(postgresql: Server) -> None:
    with pytest.raises(HistoryError, match="refused"):
        PostgresqlHistory(f"postgresql+psycopg://u:{PASSWORD}@127.0.0.1:9/n", timeout=2)


def test_the_password_comes_from_a_file(postgresql: Server, tmp_path: Path) -> None:
    secret = tmp_path / "pgpass"
    secret.write_text(f"127.0.0.1:{postgresql.port}:*:moderator:{PASSWORD}\n")
    secret.chmod(0o600)
    store = PostgresqlHistory(postgresql.address(password="") + f"?passfile={secret}")
    store.observe(entry("a", NOW - 1))
    assert store.snapshot(KEYS, NOW, "x").sender.count_7d == 1
    store.close()


def test_a_missing_package_is_one_clear_line() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from moderator.config.settings import read_settings\nfrom moderator.wiring import open_history\n"
        "try: open_history(read_settings(environment={}, history='postgresql://u@127.0.0.1:9/n'))\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == (
        "MissingExtraError SQLAlchemy with psycopg is not installed; "
        "in a checkout of moderator, run: pip install '.[postgresql]'\n"
    )


def test_a_newer_version_and_another_encoding_are_refused(postgresql: Server, history: PostgresqlHistory) -> None:
    postgresql.run(f"UPDATE moderator.about SET version = {tables.VERSION + 1}")
    with pytest.raises(HistoryError, match=rf"newer version \(tables {tables.VERSION + 1}"):
        PostgresqlHistory(postgresql.address())
    postgresql.run("DROP DATABASE IF EXISTS latin")
    postgresql.run("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(HistoryError, match="encoding is LATIN1"):
        PostgresqlHistory(postgresql.address("latin"))


def test_a_user_without_rights_is_told_and_an_administrator_can_prepare(postgresql: Server) -> None:
    postgresql.run("DROP ROLE IF EXISTS guest")
    postgresql.run("CREATE ROLE guest LOGIN PASSWORD 'guest-secret'")
    address = postgresql.address(user="guest", password="guest-secret")
    with pytest.raises(HistoryError, match=r"permission denied .*make one named moderator for it"):
        PostgresqlHistory(address)
    postgresql.run("CREATE SCHEMA moderator AUTHORIZATION guest")
    store = PostgresqlHistory(address)
    store.observe(entry("a"))
    store.close()
    postgresql.run("DROP SCHEMA moderator CASCADE")
    postgresql.run("DROP ROLE guest")


def test_a_history_in_use_is_waited_for_and_then_told(postgresql: Server) -> None:
    busy, late = PostgresqlHistory(postgresql.address()), PostgresqlHistory(postgresql.address(), timeout=0.2)
    busy.observe(entry("z", NOW - 8 * DAY))
    with busy.transaction():
        busy.observe(entry("a", NOW - 1))
        with pytest.raises(HistoryError, match="lock timeout'; another process keeps it busy"), late.transaction():
            pass
        late.observe(entry("b", NOW - 1))  # a live check does not wait
        assert late.snapshot(KEYS, NOW, "x").sender.count_7d == 1
        with pytest.raises(HistoryError, match="lock timeout"):
            late.judge(KEYS, SPAM, NOW)
    late.judge(KEYS, SPAM, NOW)
    assert late.snapshot(KEYS, NOW, "x").sender.count_7d == 2
    busy.close()
    late.close()


@pytest.mark.parametrize("bad", [entry("\ud800"), entry("a\0")])
def test_what_cannot_be_stored_spoils_no_transaction(history: PostgresqlHistory, bad: Entry) -> None:
    with history.transaction():
        with pytest.raises(HistoryError):
            history.observe(bad)
        history.observe(entry("b", NOW - 1))
    assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 1


def test_what_the_server_refuses_spoils_the_transaction(history: PostgresqlHistory) -> None:
    bad = entry("a", keys=KEYS._replace(sender=2**64))
    with pytest.raises(HistoryError, match="out of range"):
        history.observe(bad)
    with pytest.raises(HistoryError, match="has failed, nothing of it is kept"), history.transaction():
        history.observe(entry("b", NOW - 1))
        with pytest.raises(HistoryError):
            history.observe(bad)
    assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 0
    history.observe(entry("b", NOW - 1))
    assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 1


def test_threads_do_not_wait_for_each_other(history: PostgresqlHistory) -> None:
    def work(name: int) -> None:
        for place in range(15):
            history.observe(entry(f"{name}-{place}", NOW - 1))
            history.judge(KEYS, SPAM, NOW)

    history.observe(entry("first", NOW - 1))
    with history.transaction():
        history.observe(entry("mine", NOW - 1))
        other = threading.Thread(target=lambda: history.observe(entry("other", NOW - 1)))
        other.start()
        other.join(timeout=5)
        assert not other.is_alive()
    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = history.snapshot(KEYS, NOW, "x")
    assert (seen.sender.count_7d, seen.sender_reputation.spam) == (min(63, RECENT), 60)


def test_locks_that_cross_are_undone_and_tried_again(history: PostgresqlHistory, postgresql: Server) -> None:
    """A group holds one linkback and wants another; a live word holds that one and wants the first."""
    for id in "ab":
        history.observe(entry(id, NOW - 1))
    other = PostgresqlHistory(postgresql.address())
    held = psycopg.connect(postgresql.address().replace("+psycopg", ""))
    held.execute("UPDATE moderator.linkbacks SET rule = '' WHERE id = 'b'")
    told: list[BaseException | None] = []

    def work() -> None:
        try:
            other.decide([decided("a"), decided("b")])
            told.append(None)
        except BaseException as error:
            told.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.3)  # it has a, and waits for b
    try:
        held.execute("UPDATE moderator.linkbacks SET rule = '' WHERE id = 'a'")
        held.commit()
    except psycopg.errors.DeadlockDetected:
        held.rollback()
    held.close()
    thread.join(timeout=10)
    assert told == [None]
    history.label("a", Label.HAM, NOW)
    history.label("b", Label.HAM, NOW)
    assert {each.entry.decision for each in history.labelled()} == {decided("a"), decided("b")}
    other.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_opens_its_own_connections(history: PostgresqlHistory) -> None:
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


def test_it_finds_the_server_again_after_a_restart() -> None:
    with running_server() as server:
        history = PostgresqlHistory(server.address(), timeout=2)
        history.observe(entry("a", NOW - 3))
        history.judge(KEYS, SPAM, NOW)
        server.stop()
        with pytest.raises(HistoryError, match=r"refused|closed") as told:
            history.snapshot(KEYS, NOW, "x")
        assert "\n" not in str(told.value)
        server.start()
        history.judge(KEYS, SPAM, NOW)
        assert history.snapshot(KEYS, NOW, "x").sender_reputation.spam == 2.0  # what was committed survived, once
        with pytest.raises(HistoryError), history.transaction():
            history.observe(entry("b", NOW - 2))
            server.stop()
            server.start()
            history.observe(entry("c", NOW - 2))
        history.observe(entry("d", NOW - 1))
        assert history.snapshot(KEYS, NOW, "x").sender.count_7d == 2
        history.close()
