"""Generated linkbacks, and a small model made of them."""

import pytest

from datasets.blogosphere import generate
from moderator.features.extractor import Extractor
from moderator.tables.rows import case_of
from moderator.training.labels import gather
from moderator.training.plan import Plan
from moderator.training.recipe import Recipe
from moderator.training.train import train

SMALL = Plan(recipe=Recipe(masks=("no post",), trees=25, forests=1, text_folds=3))


@pytest.fixture(scope="session")
def extractor():
    return Extractor()


@pytest.fixture(scope="session")
def sample():
    rows = generate(seed=3, linkbacks=1200, spam=0.5, checked=0.0)
    return gather({"sample": [case_of(row) for row in rows]})


@pytest.fixture(scope="session")
def trained(sample, extractor):
    return train(sample, extractor, plan=SMALL)
