"""Makes the default model: ``python -m models.make_default --data DIR [--output models/default]``.

The same data gives the same scorer, byte for byte.
"""

from __future__ import annotations

import argparse
import io
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from datasets.blogosphere.stream import generate
from models.sources import comments, digest, linkbacks, listed_names
from moderator.domain_lists.lookup import load_lists
from moderator.domain_lists.sources import shipped_sources
from moderator.features.extractor import Extractor
from moderator.model.card import Card
from moderator.model.folder import PIPELINE, SCORER, save_model, scorer_bytes
from moderator.model.scorer import probability
from moderator.tables.rows import case_of
from moderator.training.build import build_frame
from moderator.training.cross_validate import crossed_log_odds, figures
from moderator.training.cutoffs import Tolerance, choose_cutoffs, fit_platt
from moderator.training.fit import fit
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.measure import calibration_error
from moderator.training.recipe import Recipe
from moderator.training.reference import reference
from moderator.training.texts import TextSource

GENERATED = 20_000
"""Generated linkbacks that teach what links and standings say."""
GENERATED_SEED = 11
COMMENTS_WEIGHT = 0.5
"""Weight of all comments together against that of all linkbacks, in the text models."""
FOLDS = 5
TOLERANCE = Tolerance(ham_as_spam=0.005, spam_approved=0.035)
"""What the default cut-offs promise on sites that the model never saw."""
PRIOR = 0.4
"""Share of spam for which probabilities are calibrated: more than in the real linkbacks (0.21), where most spam had
been thrown away already, and less than in what comes in unfiltered (0.8 and more)."""
EVIDENCE_MASKS = ("no evidence", "no sender", "no history")


def material(folder: Path, extractor: Extractor, recipe: Recipe) -> tuple[Frame, list[TextSource], Frame]:
    """The frames that a model is made of: linkbacks, further texts, and generated rows with evidence."""
    frame = build_frame(linkbacks(folder), extractor, masks=recipe.masks)
    sources = [
        TextSource(build_frame(comments(folder), extractor), ("excerpt", "address"), COMMENTS_WEIGHT),
        TextSource(build_frame(listed_names(folder), extractor), ("host",), 1.0, alone=True),
    ]
    made = (case_of(row) for row in generate(seed=GENERATED_SEED, linkbacks=GENERATED))
    return frame, sources, build_frame(made, extractor, masks=EVIDENCE_MASKS)


def make(folder: Path, output: Path) -> dict[str, Any]:
    """Makes the model and returns what was measured on the way."""
    recipe = Recipe()
    extractor = Extractor(load_lists(shipped_sources()))
    frame, sources, evidence = material(folder, extractor, recipe)
    _tell(f"{len(frame)} rows of real linkbacks, {len(evidence)} of generated ones")
    odds = crossed_log_odds(frame, recipe, folds=FOLDS, seed=recipe.seed, sources=sources, evidence=evidence)
    whole = frame.mask == WHOLE
    judged = whole & ~frame.self_ping
    share = np.where(frame.spam[judged], PRIOR, 1 - PRIOR) / np.bincount(frame.spam[judged])[frame.spam[judged] * 1]
    platt = fit_platt(odds[judged], frame.spam[judged], share * judged.sum())
    chance = probability(platt.slope * odds + platt.offset)
    cutoffs = choose_cutoffs(chance[judged], frame.spam[judged], TOLERANCE)
    spam, ham = chance[judged & frame.spam], chance[judged & ~frame.spam]
    measured: dict[str, Any] = {
        "how": f"{FOLDS}-fold by site with campaigns kept whole, self-pings apart; linkbacks without evidence",
        **figures(frame, odds),
        "calibration error": calibration_error(chance[judged], frame.spam[judged]),
        "ham called spam": float((ham >= cutoffs.spam_from).mean()),
        "spam approved": float((spam < cutoffs.approve_below).mean()),
        "held": float(np.mean([cutoffs.approve_below <= p < cutoffs.spam_from for p in chance[judged]])),
    }
    _tell(str(measured))
    fitted = fit(frame, recipe, sources=sources, evidence=evidence)
    card = Card(
        name="default",
        schema=extractor.schema.fingerprint,
        cutoffs=cutoffs,
        files={},
        training=_training(folder, recipe, frame, sources, evidence),
        metrics={
            **{key: value if isinstance(value, str) else round(value, 4) for key, value in measured.items()},
            "reference": reference(frame.schema, frame.numbers[judged], chance[judged]),
        },
    )
    pipeline = io.BytesIO()
    joblib.dump({"recipe": recipe, "platt": platt, "columns": extractor.schema.columns}, pipeline)
    save_model(output, card, {SCORER: scorer_bytes(fitted.scorer(platt)), PIPELINE: pipeline.getvalue()})
    return measured


def _training(
    folder: Path, recipe: Recipe, frame: Frame, sources: Sequence[TextSource], evidence: Frame
) -> dict[str, Any]:
    whole = frame.take(frame.mask == WHOLE)
    return {
        "data": {
            "digest": digest(folder),
            "real linkbacks, ham": int((~whole.spam & ~whole.self_ping).sum()),
            "real linkbacks, spam": int(whole.spam.sum()),
            "real linkbacks, self-pings": int(whole.self_ping.sum()),
            "comments (wording only)": len(sources[0].frame),
            "listed names (host names only)": len(sources[1].frame),
            "generated (links and standing only)": int((evidence.mask == WHOLE).sum()),
            "generated seed": GENERATED_SEED,
        },
        "seen_until": datetime.fromtimestamp(float(np.nanmax(whole.at)), UTC).isoformat(),
        "what taught what": (
            "wording, names, relevance, form and bulk sending were learned from real linkbacks; "
            "links and standing from generated ones"
        ),
        "labels": "read by hand; linkbacks without a clear label were left out",
        "recipe": {name: getattr(recipe, name) for name in recipe.__slots__},
        "tolerance": TOLERANCE._asdict(),
        "calibrated for a share of spam of": PRIOR,
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
