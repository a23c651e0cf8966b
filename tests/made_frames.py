"""Small frames with something to learn in them, made from a seed."""

import numpy as np

from moderator.features.row import Schema
from moderator.features.wording import Channel
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE

SCHEMA = Schema(
    numbers=("first.strong", "first.weak", "second.empty"),
    channels=(Channel("title", "what it says", 3),),
    meanings=("strong", "weak", "never known", "what it says"),
    topics=("one", "one", "two", "wording"),
)
YEAR = 365 * 86400.0


def made_frame(rows=800, *, seed=1, sites=12, spam=0.4, strength=2.0, dated=True):
    """Rows in order of time whose first column is higher for spam by `strength` standard deviations."""
    random = np.random.default_rng(seed)
    bad = random.random(rows) < spam
    numbers = np.column_stack(
        [random.normal(size=rows) + strength * bad, random.normal(size=rows) + 0.3 * bad, np.full(rows, np.nan)]
    )
    numbers[random.random(rows) < 0.05, 1] = np.nan
    wording = np.empty((rows, 1), object)
    for place in range(rows):
        shift = 40 if bad[place] else 0
        wording[place, 0] = np.unique(random.integers(shift, shift + 60, random.integers(0, 8))).astype(np.int32)
    return Frame(
        schema=SCHEMA,
        numbers=numbers,
        wording=wording,
        spam=bad,
        kind=random.choice(["pingback", "trackback"], rows),
        family=random.choice([f"site{number}.example" for number in range(sites)], rows),
        at=np.sort(random.uniform(0, YEAR, rows)) if dated else np.full(rows, np.nan),
        keys=np.column_stack([random.integers(1, 10**9, rows), np.zeros(rows, int), np.zeros(rows, int)]),
        self_ping=np.zeros(rows, bool),
        mask=np.full(rows, WHOLE),
        origin=np.arange(rows),
        ids=np.arange(rows).astype(str),
    )
