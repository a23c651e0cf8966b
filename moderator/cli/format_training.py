"""Plain text about training and evaluation."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moderator.training.evaluation import Evaluation
    from moderator.training.figures import Figures, Share
    from moderator.training.promote import Promotion
    from moderator.training.train import Trained

__all__ = ["evaluation_text", "promotion_text", "trained_json", "trained_text", "write_report"]


def evaluation_text(found: Evaluation) -> str:
    """An evaluation in a few lines, with what to do."""
    from moderator.training.advice import advice

    lines = [
        f"{found.model} on {found.figures.ham:,} ham and {found.figures.spam:,} spam",
        *figures_lines(found.figures),
    ]
    lines += ["", found.drift.summary()]
    if found.comparison is not None:
        lines.append(f"against {found.against}: {found.comparison.summary()}")
    lines += [f"note: {note}" for note in found.notes]
    return "\n".join([*lines, "", "what to do:", *(f"  {one.text()}" for one in advice(found))])


def figures_lines(figures: Figures) -> list[str]:
    """Figures, one a line."""
    return [
        f"ham called spam    {_share(figures.ham_as_spam)}",
        f"spam approved      {_share(figures.spam_approved)}",
        f"held               {_share(figures.held)}",
        f"AUC                {_number(figures.auc)}, within kinds {_number(figures.auc_by_kind)}",
        f"caught             {_percent(figures.caught_at_1_percent)} at 1 % ham lost, "
        f"{_percent(figures.caught_at_1_permille)} at 0.1 %",
        f"calibration error  {_number(figures.calibration_error)}",
    ]


def _share(share: Share) -> str:
    if isnan(share.share):
        return "unknown"
    return f"{share.share:.2%} ({share.seen:,} of {share.total:,}; 95 % sure: {share.low:.2%} to {share.high:.2%})"


def _number(value: float) -> str:
    return "unknown" if isnan(value) else f"{value:.4f}"


def _percent(value: float) -> str:
    return "unknown" if isnan(value) else f"{value:.1%}"


def trained_text(trained: Trained) -> str:
    """A new model in a few lines: the candidates, and the figures on the last slice."""
    lines = ["candidates, by log loss on the calibration slice:"]
    for entry in trained.metrics["candidates"]:
        mark = "*" if entry["name"] == trained.metrics["chosen"] else " "
        loss = "unknown" if entry["log_loss"] is None else f"{entry['log_loss']:.4f}"
        lines.append(f" {mark} {entry['name']:24} {loss}")
    cut = trained.cutoffs
    lines.append(f"cut-offs: approve below {cut.approve_below:.4f}, spam from {cut.spam_from:.4f}")
    lines += [f"on the last slice, {trained.figures.ham:,} ham and {trained.figures.spam:,} spam:"]
    lines += [f"  {line}" for line in figures_lines(trained.figures)]
    return "\n".join([*lines, *(f"note: {note}" for note in trained.notes)])


def trained_json(trained: Trained, promotion: Promotion) -> dict[str, Any]:
    """A new model as JSON."""
    metrics = {name: part for name, part in trained.metrics.items() if name != "reference"}
    return {
        "cutoffs": {"approve_below": trained.cutoffs.approve_below, "spam_from": trained.cutoffs.spam_from},
        "metrics": metrics,
        "training": trained.training,
        "notes": list(trained.notes),
        **promotion.to_json(),
    }


def promotion_text(promotion: Promotion, folder: Path) -> str:
    """What became of a new model."""
    if promotion.card is None:
        return f"moderator: {folder} was not changed: {promotion.why}; --force replaces it all the same"
    return f"{promotion.card.label} is in {folder}: {promotion.why}"


def write_report(found: Evaluation, path: Path) -> None:
    """Writes the page; an existing file is replaced at once, or not at all."""
    from moderator.tables.files import NewFile
    from moderator.training.report import report_page

    with NewFile(path) as file:
        file.write(report_page(found).encode())
