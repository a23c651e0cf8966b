"""A model on disk: ``scorer.npz`` (numbers), ``pipeline.joblib`` (for retraining only) and ``card.json``.

Loading reads numbers, checks every digest first, and unpickles nothing. Saving is atomic: the files are written
beside the old ones under new names, and renaming the card is the moment at which the new model counts. A file that
could not be renamed after that moment is found under its new name.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderator.errors import ModelError, shown
from moderator.features.row import Schema
from moderator.model.card import CARD, Card, read_card
from moderator.model.runs import BUCKETS
from moderator.model.scorer import Scorer
from moderator.model.text import TextModel
from moderator.model.trees import Trees

__all__ = ["PIPELINE", "SCORER", "Model", "load_model", "save_model", "scorer_bytes"]

SCORER = "scorer.npz"
PIPELINE = "pipeline.joblib"
_DAMAGE = (LookupError, ValueError, ArithmeticError, EOFError, TypeError, zipfile.BadZipFile, zlib.error, OSError)
"""What reading arrays that are none may end in."""
_DEEPEST = 64
"""Splits on the longest way of a tree; what we train has fewer than ten."""
_REAL = "biuf"
"""Kinds of arrays that hold truth values, whole numbers and fractions."""
_NEW = ".new"
_FRESHLY_WRITTEN = (1980, 1, 1, 0, 0, 0)  # a fixed date in the archive, so that equal weights give equal digests


@dataclass(frozen=True, slots=True)
class Model:
    """A scorer with its card."""

    scorer: Scorer
    card: Card


def load_model(folder: Path, schema: Schema) -> Model:
    """Loads a model for the features that this program computes.

    Args:
        folder: Where it lies.
        schema: The features that will be fed to it.

    Raises:
        ModelError: The folder is damaged, incomplete, of a newer format, or made for other features.
    """
    card = read_card(folder)
    contents = {name: _checked(folder, name, digest) for name, digest in card.files.items()}
    if SCORER not in contents:
        raise ModelError(f"the card in {shown(folder)} names no {SCORER}; train again or restore the folder")
    if card.schema != schema.fingerprint:
        raise ModelError(
            f"the model in {shown(folder)} reads features {card.schema}, this version computes {schema.fingerprint}; "
            "retrain it with this version"
        )
    try:
        with np.load(io.BytesIO(contents[SCORER]), allow_pickle=False) as arrays:
            return Model(_scorer(dict(arrays.items()), schema), card)
    except _DAMAGE as error:
        raise ModelError(f"{shown(folder / SCORER)} is damaged ({error}); train again or restore it") from error


def _checked(folder: Path, name: str, digest: str) -> bytes:
    """The bytes of a file with this digest, under its own name or the one it was written as."""
    if Path(name).name != name:
        raise ModelError(f"the card in {shown(folder)} names a file outside the folder: {shown(name)}")
    for path in (folder / name, folder / (name + _NEW)):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        if hashlib.sha256(content).hexdigest() == digest:
            return content
    raise ModelError(f"{shown(folder / name)} is missing or damaged (its SHA-256 is not the card's); restore it")


def _scorer(arrays: Mapping[str, NDArray[np.generic]], schema: Schema) -> Scorer:
    for name, array in arrays.items():
        kind = np.asarray(array).dtype
        if kind.kind not in _REAL:
            raise ValueError(f"{name} holds {kind}, not real numbers")
    trees = Trees(
        roots=arrays["roots"].astype(np.int32),
        feature=arrays["feature"].astype(np.int32),
        threshold=arrays["threshold"].astype(np.float64),
        missing_left=arrays["missing_left"].astype(np.bool_),
        left=arrays["left"].astype(np.int32),
        right=arrays["right"].astype(np.int32),
        value=arrays["value"].astype(np.float64),
        depth=int(arrays["depth"]),
    )
    for name in trees._fields:
        if name != "depth" and getattr(trees, name).ndim != 1:
            raise ValueError(f"{name} is no list of numbers")
    nodes = len(trees.value)
    for name in trees._fields:
        if not np.all(np.isfinite(getattr(trees, name))) and name != "threshold":
            raise ValueError(f"{name} holds what is no number")
    if np.any(np.isnan(trees.threshold)):
        raise ValueError("threshold holds what is no number")
    if any(len(getattr(trees, name)) != nodes for name in ("feature", "threshold", "missing_left", "left", "right")):
        raise ValueError("the trees' arrays are not equally long")
    for name in ("roots", "left", "right"):
        pointers = getattr(trees, name)
        if len(pointers) and not (pointers.min() >= 0 and pointers.max() < nodes):
            raise ValueError(f"{name} points outside the trees")
    _check_shape(trees)
    if len(trees.feature) and not (trees.feature.min() >= 0 and trees.feature.max() < len(schema.columns)):
        raise ValueError("a tree splits on a feature that does not exist")
    texts = {
        name: TextModel(arrays[f"text_{name}"].astype(np.float32), float(arrays[f"text_{name}_bias"]))
        for name in (channel.name for channel in schema.channels)
    }
    for name, text in texts.items():
        if text.weights.shape != (BUCKETS,):
            raise ValueError(f"text_{name} has not {BUCKETS} weights")
        if not (np.all(np.isfinite(text.weights)) and np.isfinite(text.bias)):
            raise ValueError(f"text_{name} holds what is no number")
    for name in ("base", "slope", "offset"):
        if not np.isfinite(float(arrays[name])):
            raise ValueError(f"{name} is no number")
    return Scorer(
        schema=schema,
        texts=texts,
        trees=trees,
        base=float(arrays["base"]),
        slope=float(arrays["slope"]),
        offset=float(arrays["offset"]),
    )


def _check_shape(trees: Trees) -> None:
    """Refuses what is no forest: a node that is its own descendant, or paths longer than the depth that is given.

    Raises:
        ValueError: It is none.
    """
    if not 0 <= trees.depth <= _DEEPEST:
        raise ValueError(f"trees may be {_DEEPEST} splits deep, not {trees.depth}")
    nodes = np.arange(len(trees.value))
    if np.any((trees.left == nodes) != (trees.right == nodes)):
        raise ValueError("a node is below itself")
    level, seen = trees.roots, 0
    for _ in range(trees.depth + 1):
        children = np.concatenate([trees.left[level], trees.right[level]])
        level = children[children != np.concatenate([level, level])]
        seen += len(level)
        if seen > len(trees.value):
            raise ValueError("a node has two parents, or is below itself")
        if not len(level):
            return
    raise ValueError("a path is longer than the depth that is given")


def scorer_bytes(scorer: Scorer) -> bytes:
    """The content of ``scorer.npz``; equal scorers give equal bytes."""
    arrays: dict[str, NDArray[np.generic]] = {name: np.asarray(part) for name, part in scorer.trees._asdict().items()}
    for channel, text in scorer.texts.items():
        arrays[f"text_{channel}"] = text.weights
        arrays[f"text_{channel}_bias"] = np.asarray(text.bias)
    for name in ("base", "slope", "offset"):
        arrays[name] = np.asarray(getattr(scorer, name))
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in sorted(arrays.items()):
            part = io.BytesIO()
            np.save(part, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _FRESHLY_WRITTEN), part.getvalue(), zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def save_model(folder: Path, card: Card, files: Mapping[str, bytes]) -> Card:
    """Writes a model; an interruption at any moment leaves the old one or the new one, whole.

    Args:
        folder: Where to write; made if missing.
        card: Everything but the digests.
        files: Content of ``scorer.npz`` and the others, by name.

    Returns:
        The card as written, with the digests.

    Raises:
        ModelError: The folder cannot be written.
    """
    complete = Card(
        name=card.name,
        schema=card.schema,
        cutoffs=card.cutoffs,
        files={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        training=card.training,
        metrics=card.metrics,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _finish_interrupted_save(folder)
        for name, content in {**files, CARD: complete.text().encode()}.items():
            _write_through(folder / (name + _NEW), content)
        (folder / (CARD + _NEW)).replace(folder / CARD)
        for name in files:
            (folder / (name + _NEW)).replace(folder / name)
    except OSError as error:
        raise ModelError(
            f"cannot write the model to {shown(folder)} ({error}); check the path and its rights"
        ) from error
    return complete


def _finish_interrupted_save(folder: Path) -> None:
    """Gives files that an interrupted save left under their new names their own ones, so that none is overwritten."""
    if (folder / CARD).exists():
        for name, digest in read_card(folder).files.items():
            fresh = folder / (name + _NEW)
            if fresh.exists() and hashlib.sha256(fresh.read_bytes()).hexdigest() == digest:
                fresh.replace(folder / name)


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
