"""The generated sample, and a small model made of it."""

from pathlib import Path

import pytest

from moderator.features.extractor import Extractor
from moderator.tables.opening import Table
from moderator.training.labels import gather
from moderator.training.plan import Plan
from moderator.training.recipe import Recipe
from moderator.training.train import train

SAMPLE = Path(__file__).parents[2] / "datasets" / "sample.jsonl"
SMALL = Plan(recipe=Recipe(masks=("no post",), trees=25, forests=1, text_folds=3))


@pytest.fixture(scope="session")
def extractor():
    return Extractor()


@pytest.fixture(scope="session")
def sample():
    table = Table(SAMPLE)
    return gather({"sample": [table.case(row) for row in table.read()]})


@pytest.fixture(scope="session")
def trained(sample, extractor):
    return train(sample, extractor, plan=SMALL)
