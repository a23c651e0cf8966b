"""The standing quality table: ``python -m models.quality --data DIR`` prints it.

Each line is a model that is made like the default one but for one thing, measured on linkbacks of sites that it never
saw (folds by site, campaigns kept whole, self-pings apart) and, in a second table, on later times. Seeds are fixed.
What did not help stays in the table.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.make_default import Material, material
from moderator.domain_lists.lookup import load_lists
from moderator.domain_lists.sources import shipped_sources
from moderator.features.extractor import Extractor
from moderator.model.trees import tree_sums
from moderator.training.cross_validate import figures, out_of_fold_page_log_odds
from moderator.training.fit import FittedTexts, add_evidence, fit_linkback_texts, grow_main
from moderator.training.frame import Frame
from moderator.training.metrics import auc, recall_at
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
    recipe = Recipe()
    apart = ("link.", "page.", "reputation.", "sending.")
    main = _without(*apart)
    return (
        Change("as the default model", _without("nothing"), recipe, True),
        Change("without the evidence forest", main, recipe, False),
        Change("- domain.*", _without("domain.", *apart), recipe, False),
        Change("- domain_list_hits.*", _without("domain_list_hits.", *apart), recipe, False),
        Change("- relevance.*", _without("relevance.", *apart), recipe, False),
        Change("- text_quality.*", _without("text_quality.", *apart), recipe, False),
        Change("- wording.*", _without("wording.", *apart), recipe, False),
        Change("- copies.*", _without("copies.", *apart), recipe, False),
        Change("only wording.*", _only("wording."), recipe, False),
    )


def page_changes() -> tuple[Change, ...]:
    """The lines of the table of pages; all leave out what is sent, which is the same for both sorts."""
    recipe = Recipe()
    return (
        Change("as the default model", _without("nothing"), recipe, True),
        Change("words of the page alone", _only("wording.page_"), recipe, True),
        Change("structure of the page alone", _only("page.", "link."), recipe, True),
        Change("- wording.page_links", _without("wording.page_links"), recipe, True),
        Change("- page.*", _without("page."), recipe, True),
    )


class Prepared(NamedTuple):
    """A split whose text models are fitted already: they are the same for every line."""

    split: Split
    read: FittedTexts
    scores: Floats
    """Text scores of the test rows."""


def prepared(frame: Frame, splits: Iterator[Split], sources: list[TextSource]) -> list[Prepared]:
    """Fits the text models of each split."""
    found = []
    for split in splits:
        read = fit_linkback_texts(frame.take(split.train), Recipe(), sources, apart=True)
        found.append(Prepared(split, read, score_texts(read.texts, frame, split.test)))
    return found


def judged(made_of: Material, parts: list[Prepared], change: Change) -> Floats:
    """Log-odds of the test rows of all splits; nan for rows in no test."""
    frame = made_of.linkbacks
    odds = np.full(len(frame), np.nan)
    for split, read, scores in parts:
        main = grow_main(frame.take(split.train), change.recipe, read, apart=change.evidence, keeps=change.keeps)
        trees, base = main.trees, main.base
        if change.evidence:
            fitted = add_evidence(main, read, change.recipe, made_of.evidence, made_of.pages, keeps=change.keeps)
            trees, base = fitted.trees, fitted.base
        odds[split.test] = base + tree_sums(trees, np.column_stack([frame.numbers[split.test], scores]))
    return odds


def page_table(made_of: Material) -> Iterator[str]:
    """Pages by network: what each part of what a page says is worth."""
    recipe, frame = Recipe(), made_of.pages.frame
    read = fit_linkback_texts(made_of.linkbacks, recipe, made_of.sources, apart=True)
    main = grow_main(made_of.linkbacks, recipe, read, apart=True)
    hard = np.array([bool(row.get("hard")) for row in made_of.page_rows])
    yield f"| {'model':44} |   auc | auc, hard topics | caught at 1 % | caught at 5 % |"
    yield f"|{'-' * 46}|-------|------------------|---------------|---------------|"
    for change in page_changes():
        odds = out_of_fold_page_log_odds(
            main, read, recipe, made_of.evidence, made_of.pages, folds=FOLDS, seed=recipe.seed, keeps=change.keeps
        )
        spam, ham, honest = odds[frame.spam], odds[~frame.spam], odds[~frame.spam & hard]
        cells = (auc(spam, ham), auc(spam, honest), recall_at(spam, ham, 0.01), recall_at(spam, ham, 0.05))
        yield f"| {change.name:44} | {cells[0]:.3f} | {cells[1]:16.3f} | {cells[2]:13.3f} | {cells[3]:13.3f} |"


def table(made_of: Material, ways: list[list[Prepared]]) -> Iterator[str]:
    """The lines of one table, each the mean over the ways of splitting."""
    frame = made_of.linkbacks
    names: list[str] = []
    for change in changes():
        found = []
        for parts in ways:
            odds = judged(made_of, parts, change)
            tested = np.flatnonzero(~np.isnan(odds))
            found.append(figures(frame.take(tested), odds[tested]))
        if not names:
            names = list(found[0])
            yield f"| {'model':44} | " + " | ".join(names) + " |"
            yield f"|{'-' * 46}|" + "|".join("-" * (len(name) + 2) for name in names) + "|"
        cells = [f"{np.mean([one[name] for one in found]):{len(name)}.3f}" for name in names]
        yield f"| {change.name:44} | " + " | ".join(cells) + " |"


def main(folder: Path) -> None:
    """Prints the tables."""
    made_of = material(folder, Extractor(load_lists(shipped_sources())))
    frame, sources = made_of.linkbacks, made_of.sources
    print(f"Pages, by network, {FOLDS} folds; only such as came as HTML:\n")
    for line in page_table(made_of):
        print(line, flush=True)
    print(f"\nBy site, {FOLDS} folds, mean of {len(SEEDS)} assignments of sites to folds:\n")
    by_site = [prepared(frame, site_folds(frame, folds=FOLDS, seed=seed), sources) for seed in SEEDS]
    for line in table(made_of, by_site):
        print(line, flush=True)
    earlier, later = time_slices(frame, shares=(0.7, 0.3))
    print("\nBy time, the earlier 70 % before the later 30 %, no campaign on both sides:\n")
    for line in table(made_of, [prepared(frame, iter([Split(earlier, later)]), sources)]):
        print(line, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the real linkbacks and lists")
    main(parser.parse_args().data)
