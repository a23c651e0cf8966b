"""One row alone is scored to the last bit as among others: live checks and queues cannot differ."""

from pathlib import Path

import numpy as np
import pytest

from datasets.blogosphere import generate
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.model.folder import load_model
from moderator.replay import Replay
from moderator.tables.rows import case_of

MODEL = Path(__file__).parents[2] / "models" / "default"


@pytest.fixture(scope="module")
def scorer():
    return load_model(MODEL, Extractor().schema).scorer


@pytest.fixture(scope="module")
def rows():
    replay = Replay(MemoryHistory(), Extractor())
    return [replay.extract_and_record(case_of(row)).row for row in generate(seed=5, linkbacks=300)]


def test_one_row_equals_many_to_the_last_bit(scorer, rows):
    table = scorer.table(rows)
    log_odds = scorer.log_odds_of(table)
    shared, parts = scorer.contributions(table)
    for place, row in enumerate(rows):
        alone = scorer.table([row])
        assert np.array_equal(alone[0], table[place], equal_nan=True)
        assert scorer.log_odds([row])[0] == log_odds[place]
        shared_alone, parts_alone = scorer.contributions(alone)
        assert shared_alone == shared
        assert np.array_equal(parts_alone[0], parts[place])
        assert (shared_alone + parts_alone.sum(axis=1))[0] == (shared + parts.sum(axis=1))[place]


def test_no_rows(scorer):
    assert scorer.table([]).shape == (0, len(scorer.schema.columns))
    assert scorer.log_odds([]).shape == (0,)
