"""Makes the default model: ``python -m models.make_default --data DIR [--output models/default]``.

The same data gives the same scorer, byte for byte.
"""

from __future__ import annotations

import argparse
import io
import platform
import sys
import zlib
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from datasets.blogosphere.stream import generate
from models.pages import pages_of
from models.sources import comments, digest, linkbacks, listed_names
from moderator.domain_lists.lookup import load_lists
from moderator.domain_lists.sources import shipped_sources
from moderator.features.extractor import Extractor
from moderator.model.card import Card
from moderator.model.folder import PIPELINE, SCORER, save_model, scorer_bytes
from moderator.model.policy import Cutoffs
from moderator.model.scorer import probability
from moderator.records import Case
from moderator.tables.rows import case_of
from moderator.training.build import build_frame
from moderator.training.cross_validate import figures, out_of_fold_log_odds, out_of_fold_page_log_odds
from moderator.training.cutoffs import Platt, Tolerance, choose_cutoffs, fit_platt
from moderator.training.drift import reference
from moderator.training.fit import Fitted, add_evidence, fit_linkback_texts, grow_main
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.metrics import auc, calibration_error, recall_at
from moderator.training.pages import Pages
from moderator.training.reading import ReadScale
from moderator.training.recipe import Recipe
from moderator.training.texts import TextSource

Floats = NDArray[np.float64]
GENERATED = 20_000
"""Generated linkbacks that teach what links and standings say."""
GENERATED_SEED = 11
COMMENTS_WEIGHT = 0.5
"""Weight of all comments together against that of all linkbacks, in the text models."""
FOLDS = 5
TOLERANCE = Tolerance(ham_as_spam=0.004, spam_approved=0.05)
"""What the default cut-offs promise on sites that the model never saw."""
HONEST_PAGES_AS_SPAM = 0.01
"""Largest share of honest pages of networks never seen that the default cut-offs call spam."""
PRIOR = 0.4
"""Share of spam for which probabilities are calibrated: more than in the real linkbacks (0.21), where most spam had
been thrown away already, and less than in what comes in unfiltered (0.8 and more)."""
READ_PRIOR = 0.128
"""The same for linkbacks whose page was read and links: what is clearly spam by its words is not fetched."""
UNREAD_PRIOR = 0.6
"""The same where a page could not be read: such are spam's pages two to three times as often as honest ones, as far as
the generated linkbacks tell."""
EVIDENCE_MASKS = ("no evidence", "no sender", "no history")


def masks_of(case: Case) -> tuple[str, ...]:
    """Two of the recipe's masks for each linkback, chosen by its id: all five would teach little more."""
    number = zlib.crc32(case.linkback.id.encode())
    masks = Recipe().masks
    first, step = number % len(masks), 1 + number // len(masks) % (len(masks) - 1)
    return masks[first], masks[(first + step) % len(masks)]


def evidence_mask(case: Case) -> tuple[str, ...]:
    """One of `EVIDENCE_MASKS` for each generated linkback, chosen by its id."""
    return (EVIDENCE_MASKS[zlib.crc32(case.linkback.id.encode()) % len(EVIDENCE_MASKS)],)


class Material(NamedTuple):
    """The frames that a model is made of."""

    linkbacks: Frame
    sources: list[TextSource]
    """Comments and names, for the text models."""
    evidence: Frame
    """Generated rows with evidence."""
    pages: Pages
    page_rows: list[dict[str, Any]]
    """The rows that the pages were made of."""


def material(folder: Path, extractor: Extractor) -> Material:
    """Builds the frames."""
    words_only = Extractor(groups=())
    frame = build_frame(linkbacks(folder), extractor, masks=masks_of)
    sources = [
        TextSource(build_frame(comments(folder), words_only), ("excerpt", "address"), COMMENTS_WEIGHT),
        TextSource(build_frame(listed_names(folder), words_only), ("host",), 1.0, alone=True),
    ]
    made = (case_of(row) for row in generate(seed=GENERATED_SEED, linkbacks=GENERATED))
    evidence = build_frame(made, extractor, masks=evidence_mask)
    return Material(frame, sources, evidence, *pages_of(folder, extractor))


class Crossed(NamedTuple):
    """What every row got from a model that saw neither its site nor, for a page, its network."""

    linkbacks: Floats
    """Uncalibrated log-odds."""
    pages: Floats


def crossed(made_of: Material, recipe: Recipe) -> tuple[Crossed, Fitted]:
    """Cross-validates, and fits the model that is kept."""
    frame, sources, evidence, pages, _ = made_of
    # nobody read these linkbacks' pages: what real pages teach does not touch them
    odds = out_of_fold_log_odds(frame, recipe, folds=FOLDS, seed=recipe.seed, sources=sources, evidence=evidence)
    _tell(str(figures(frame, odds)))
    read = fit_linkback_texts(frame, recipe, sources, apart=True)
    main = grow_main(frame, recipe, read, apart=True)
    of_pages = out_of_fold_page_log_odds(main, read, recipe, evidence, pages, folds=FOLDS, seed=recipe.seed)
    return Crossed(odds, of_pages), add_evidence(main, read, recipe, evidence, pages)


def make(folder: Path, output: Path) -> dict[str, Any]:
    """Makes the model and returns what was measured on the way."""
    recipe = Recipe()
    extractor = Extractor(load_lists(shipped_sources()))
    made_of = material(folder, extractor)
    _tell(f"{len(made_of.linkbacks)} rows of real linkbacks, {len(made_of.evidence)} of generated ones")
    return write(output, made_of, recipe, *crossed(made_of, recipe), digest(folder))


def write(
    output: Path, made_of: Material, recipe: Recipe, odds: Crossed, fitted: Fitted, read_from: str
) -> dict[str, Any]:
    """Calibrates the model, chooses its cut-offs, writes it, and returns what was measured."""
    frame = made_of.linkbacks
    judged = (frame.mask == WHOLE) & ~frame.self_ping
    raw, spam = odds.linkbacks[judged], frame.spam[judged]
    platt = _calibrated(raw, spam, PRIOR)
    chance = probability(platt.slope * raw + platt.offset)
    cutoffs = choose_cutoffs(chance, spam, TOLERANCE, sites=frame.family[judged])
    pages = made_of.pages.frame
    of_read = _calibrated(odds.pages, pages.spam, READ_PRIOR)
    of_pages = probability(of_read.slope * odds.pages + of_read.offset)
    fitted = fitted.scaled(_read_scale(of_read, platt, fitted.base))
    honest = float(np.quantile(of_pages[~pages.spam], 1 - HONEST_PAGES_AS_SPAM))
    cutoffs = Cutoffs(cutoffs.approve_below, max(cutoffs.spam_from, honest))
    measured: dict[str, Any] = {
        "how": f"{FOLDS}-fold by site with campaigns kept whole, self-pings apart; linkbacks without evidence",
        **figures(frame, odds.linkbacks),
        "calibration error": calibration_error(chance, spam),
        **_verdicts(chance, spam, cutoffs),
    }
    measured_pages = {
        "how": f"{FOLDS}-fold by network; real pages, read, each linking to a post",
        "auc": auc(of_pages[pages.spam], of_pages[~pages.spam]),
        "caught at 1 %": recall_at(of_pages[pages.spam], of_pages[~pages.spam], 0.01),
        **_verdicts(of_pages, pages.spam, cutoffs),
    }
    _tell(f"{measured}\n{measured_pages}\n{cutoffs}")
    card = Card(
        name="default",
        schema=frame.schema.fingerprint,
        cutoffs=cutoffs,
        files={},
        training=_training(read_from, recipe, made_of),
        metrics={
            **_rounded(measured),
            "pages": _rounded(measured_pages),
            "reference": reference(frame.schema, frame.numbers[judged], chance),
        },
    )
    pipeline = io.BytesIO()
    joblib.dump({"recipe": recipe, "platt": platt, "columns": frame.schema.columns}, pipeline)
    save_model(output, card, {SCORER: scorer_bytes(fitted.scorer(platt)), PIPELINE: pipeline.getvalue()})
    return measured


def _calibrated(raw: Floats, spam: NDArray[np.bool_], prior: float) -> Platt:
    """Platt's line for a share of spam."""
    share = np.where(spam, prior, 1 - prior) / np.bincount(spam)[spam * 1]
    return fit_platt(raw, spam, share * len(spam))


def _read_scale(of_read: Platt, platt: Platt, base: float) -> ReadScale:
    """What makes one calibration do for all: `platt` is that of linkbacks whose page nobody looked at."""
    factor = of_read.slope / platt.slope
    links = (of_read.offset - platt.offset) / platt.slope + (factor - 1) * base
    return ReadScale(
        factor,
        links=links,
        no_link=links + float(logit(PRIOR) - logit(READ_PRIOR)) / platt.slope,
        unread=float(logit(UNREAD_PRIOR) - logit(PRIOR)) / platt.slope,
    )


def _verdicts(chance: Floats, spam: NDArray[np.bool_], cutoffs: Cutoffs) -> dict[str, float]:
    """What the cut-offs come to."""
    held = (chance >= cutoffs.approve_below) & (chance < cutoffs.spam_from)
    return {
        "ham called spam": float((chance[~spam] >= cutoffs.spam_from).mean()),
        "spam approved": float((chance[spam] < cutoffs.approve_below).mean()),
        "held": float(held.mean()),
    }


def _rounded(measured: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, str) else round(value, 4) for name, value in measured.items()}


def _training(read_from: str, recipe: Recipe, made_of: Material) -> dict[str, Any]:
    frame, sources, evidence, pages, _ = made_of
    whole = frame.take(frame.mask == WHOLE)
    return {
        "data": {
            "digest": read_from,
            "real linkbacks, ham": int((~whole.spam & ~whole.self_ping).sum()),
            "real linkbacks, spam": int(whole.spam.sum()),
            "real linkbacks, self-pings": int(whole.self_ping.sum()),
            "comments (wording only)": len(sources[0].frame),
            "listed names (host names only)": len(sources[1].frame),
            "generated (links, structure and standing only)": int((evidence.mask == WHOLE).sum()),
            "real pages, splogs": int(pages.frame.spam.sum()),
            "real pages, honest": int((~pages.frame.spam).sum()),
            "texts of pages and posts (wording only)": sum(len(source.frame) for source in pages.sources),
            "generated seed": GENERATED_SEED,
        },
        "seen_until": datetime.fromtimestamp(float(np.nanmax(whole.at)), UTC).isoformat(),
        "what taught what": (
            "wording, names, relevance, form and bulk sending were learned from real linkbacks; what pages say from "
            "real pages; links, the structure of pages and standing from generated linkbacks"
        ),
        "labels": "read by hand; linkbacks without a clear label were left out",
        "recipe": {name: getattr(recipe, name) for name in recipe.__slots__},
        "tolerance": TOLERANCE._asdict(),
        "calibrated for a share of spam of": PRIOR,
        "the same where the page was read and links": READ_PRIOR,
        "the same where it could not be read": UNREAD_PRIOR,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scikit-learn", "tldextract")},
        },
    }


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the real linkbacks and lists")
    parser.add_argument("--output", type=Path, default=Path("models/default"))
    given = parser.parse_args()
    make(given.data, given.output)
