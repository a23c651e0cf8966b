from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderator.history.base import Keys
from moderator.history.memory import MemoryHistory
from moderator.history.sqlite import SqliteHistory
from tests.batteries.history_streams import assert_alike, questions, steps


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(taken=steps, asked=st.lists(questions, min_size=1, max_size=8))
def test_all_histories_answer_alike(taken: list[Any], asked: list[tuple[Keys, float, str]]) -> None:
    with TemporaryDirectory() as folder:
        stores = MemoryHistory(), MemoryHistory(keys=None), SqliteHistory(Path(folder) / "h.sqlite3")
        assert_alike(stores, taken, asked)
        for store in stores:
            store.close()
