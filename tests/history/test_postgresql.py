from collections.abc import Iterator

import pytest

from moderator.history.postgresql.store import PostgresqlHistory
from tests.batteries.history_battery import HistoryBattery
from tests.postgresql_server import Server

pytestmark = [pytest.mark.postgresql, pytest.mark.loopback]


class TestPostgresqlHistory(HistoryBattery):
    @pytest.fixture
    def history(self, postgresql: Server) -> Iterator[PostgresqlHistory]:
        history = PostgresqlHistory(postgresql.address())
        yield history
        history.close()
