"""The standing quality table: ``python -m models.quality --data DIR`` prints it.

Each line is a model that is made like the default one but for one thing, measured on linkbacks of sites that it never
saw (folds by site, campaigns kept whole, self-pings apart) and, in a second table, on later times. Seeds are fixed.
What did not help stays in the table.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.make_default import material
from moderator.domain_lists.lookup import load_lists
from moderator.domain_lists.sources import shipped_sources
from moderator.features.extractor import Extractor
from moderator.model.trees import tree_sums
from moderator.training.cross_validate import figures
from moderator.training.fit import Read, grow_forests, read_texts
from moderator.training.frame import Frame
from moderator.training.recipe import Recipe
from moderator.training.splits import Split, site_folds, time_slices
from moderator.training.texts import TextSource, score_texts

Floats = NDArray[np.float64]
SEEDS = (1, 2)
"""Of the two ways in which sites are dealt to folds."""
FOLDS = 5


class Change(NamedTuple):
    """One line of the table."""

    name: str
    keeps: Callable[[str], bool]
    """Which columns stay."""
    recipe: Recipe
    evidence: bool
    """Whether the evidence forest is added."""


def _without(*starts: str) -> Callable[[str], bool]:
    return lambda column: not column.startswith(starts)


def _only(*starts: str) -> Callable[[str], bool]:
    return lambda column: column.startswith(starts)


def changes() -> tuple[Change, ...]:
    """The lines of the table; all but the first leave the evidence forest out, which takes long to grow."""
    recipe, apart = Recipe(), ("link.", "reputation.", "sending.")
    main = _without(*apart)
    return (
        Change("as the default model", _without("nothing"), recipe, True),
        Change("without the evidence forest", main, recipe, False),
        Change("- domain.*", _without("domain.", *apart), recipe, False),
        Change("- lists.*", _without("lists.", *apart), recipe, False),
        Change("- relevance.*", _without("relevance.", *apart), recipe, False),
        Change("- echo.*", _without("text_quality.", *apart), recipe, False),
        Change("- wording.*", _without("wording.", *apart), recipe, False),
        Change("- wording.host", _without("wording.host", *apart), recipe, False),
        Change("only wording.*", _only("wording."), recipe, False),
        Change("only the blog name's likeness to the title", _only("text_quality.name_is_title"), recipe, False),
        Change("sending.* in the main forest", _without("link.", "reputation."), recipe, False),
        Change("150 trees of 8 leaves", main, replace(recipe, trees=150, leaves=8, smallest_leaf=15), False),
        Change("at most 4 splits deep", main, replace(recipe, depth=4), False),
        Change("masked copies weigh 0.3", main, replace(recipe, mask_weight=0.3), False),
    )


class Prepared(NamedTuple):
    """A split whose text models are fitted already: they are the same for every line."""

    split: Split
    read: Read
    scores: Floats
    """Text scores of the test rows."""


def prepared(frame: Frame, splits: Iterator[Split], sources: list[TextSource]) -> list[Prepared]:
    """Fits the text models of each split."""
    found = []
    for split in splits:
        read = read_texts(frame.take(split.train), Recipe(), sources)
        found.append(Prepared(split, read, score_texts(read.texts, frame, split.test)))
    return found


def judged(frame: Frame, parts: list[Prepared], evidence: Frame, change: Change) -> Floats:
    """Log-odds of the test rows of all splits; nan for rows in no test."""
    odds = np.full(len(frame), np.nan)
    for split, read, scores in parts:
        train = frame.take(split.train)
        trees, base = grow_forests(
            train, change.recipe, read, evidence=evidence if change.evidence else None, keeps=change.keeps
        )
        odds[split.test] = base + tree_sums(trees, np.column_stack([frame.numbers[split.test], scores]))
    return odds


def table(frame: Frame, ways: list[list[Prepared]], evidence: Frame) -> Iterator[str]:
    """The lines of one table, each the mean over the ways of splitting."""
    names: list[str] = []
    for change in changes():
        found = []
        for parts in ways:
            odds = judged(frame, parts, evidence, change)
            tested = np.flatnonzero(~np.isnan(odds))
            found.append(figures(frame.take(tested), odds[tested]))
        if not names:
            names = list(found[0])
            yield f"| {'model':44} | " + " | ".join(names) + " |"
            yield f"|{'-' * 46}|" + "|".join("-" * (len(name) + 2) for name in names) + "|"
        cells = [f"{np.mean([one[name] for one in found]):{len(name)}.3f}" for name in names]
        yield f"| {change.name:44} | " + " | ".join(cells) + " |"


def main(folder: Path) -> None:
    """Prints both tables."""
    recipe = Recipe()
    frame, sources, evidence = material(folder, Extractor(load_lists(shipped_sources())), recipe)
    print(f"By site, {FOLDS} folds, mean of {len(SEEDS)} ways of dealing:\n")
    by_site = [prepared(frame, site_folds(frame, folds=FOLDS, seed=seed), sources) for seed in SEEDS]
    for line in table(frame, by_site, evidence):
        print(line, flush=True)
    earlier, later = time_slices(frame, shares=(0.7, 0.3))
    print("\nBy time, the earlier 70 % before the later 30 %, no campaign on both sides:\n")
    for line in table(frame, [prepared(frame, iter([Split(earlier, later)]), sources)], evidence):
        print(line, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the real linkbacks and lists")
    main(parser.parse_args().data)
