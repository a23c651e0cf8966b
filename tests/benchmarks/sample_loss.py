"""What is lost by learning from a sample of a large export: ``python -m tests.benchmarks.sample_loss``.

One frame is made of generated linkbacks and cut by time, as retraining does. Models from scratch are fitted on all rows
of the first slice, and on a half, a quarter and so on of its linkbacks, told by the digests of their ids. All of them
are measured on the same last slice. Retraining learns from about 60,000 rows of its first slice, copies included.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from datasets.blogosphere import generate
from moderator.features.extractor import Extractor
from moderator.tables.rows import case_of
from moderator.text import stable_hash
from moderator.training.build import build_frame
from moderator.training.fit import fit
from moderator.training.labels import gather
from moderator.training.masks import WHOLE
from moderator.training.metrics import auc, recall_at
from moderator.training.predictions import frame_log_odds
from moderator.training.recipe import Recipe
from moderator.training.sampling import ROWS, subsample
from moderator.training.splits import cut


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--linkbacks", type=int, default=250_000)
    parser.add_argument("--rows", type=int, default=400_000, help="rows of the whole frame, copies included")
    parser.add_argument("--seed", type=int, default=3)
    given = parser.parse_args()
    labelled = gather({"generated": (case_of(row) for row in generate(given.seed, given.linkbacks))})
    recipe = Recipe()
    counts = labelled.counts
    frame = build_frame(
        labelled.cases, Extractor(), masks=subsample(recipe.masks, counts.ham + counts.spam, rows=given.rows)
    )
    slices = cut(frame)
    learned, later = frame.take(slices.fit), frame.take(slices.measure)
    # not the digests by which thinning chooses, or a half of the thinned would be all or nothing
    digests = np.array([stable_hash(f"sample:{id}") for id in learned.ids.tolist()])
    whole = int((frame.mask == WHOLE).sum())
    print(f"{given.linkbacks:,} linkbacks, {len(frame):,} rows, {whole:,} without copies; measured on {len(later):,}")
    print(f"retraining takes about {ROWS:,} rows in all slices, 60 % of them to learn from\n")
    print("rows learned from      share     AUC   caught at 1 %   at 0.1 %   seconds")
    for every in (1, 2, 4, 8, 16):
        part = learned.take(digests % every == 0)
        began = time.process_time()
        scorer = fit(part, recipe).scorer()
        spent = time.process_time() - began
        odds = frame_log_odds(scorer, later)
        spam, ham = odds[later.spam], odds[~later.spam]
        figures = f"{auc(spam, ham):.4f}   {recall_at(spam, ham, 0.01):13.3f}   {recall_at(spam, ham, 0.001):8.3f}"
        print(f"{len(part):17,}   {1 / every:8.3f}   {figures}   {spent:7.0f}", flush=True)


if __name__ == "__main__":
    main()
