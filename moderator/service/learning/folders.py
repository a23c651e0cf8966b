"""The folders of retrained models, and a pointer file that names the one in use.

The file is replaced atomically, so that one model is in use at any moment, also after a loss of power. It also names
the model of the settings: when the settings change, the retrained model is no longer used.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from moderator.errors import ModelError, shown
from moderator.features.row import Schema
from moderator.model.card import CARD, Card, read_card
from moderator.model.folder import Model, load_model

__all__ = ["POINTER", "ModelFolders", "ModelPointer"]

POINTER = "in-use.json"
_NEW = ".new"
_NAME = re.compile(r"[0-9][0-9-]*")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelPointer:
    """Which model is in use."""

    model: str = ""
    """Name of its folder; empty: the model that the settings name."""
    former: str | None = None
    """Name of the one before it, likewise; None: there was none."""
    base: str = ""
    """Name and digest of the model that the settings named then."""
    withdrawn: str = ""
    """Name and digest of the model that was in use until then; empty: there was none."""
    at: str = ""
    """When it was chosen, ISO 8601; empty: never."""
    by: str = ""
    """Who chose it; empty: the service by itself."""


class ModelFolders:
    """The models of one service; several processes may share the folder.

    Args:
        folder: Where they lie; made when the first one is.
        base: Folder of the model that the settings name.
        schema: The features that this program computes.
    """

    def __init__(self, folder: Path, base: Path, schema: Schema) -> None:
        self.folder = folder
        self._base = base
        self._schema = schema

    def path(self, name: str) -> Path:
        """Where a model lies; the empty name is the model that the settings name.

        Raises:
            ModelError: There is no such model.
        """
        if not name:
            return self._base
        if not _NAME.fullmatch(name) or not (self.folder / name / CARD).is_file():
            raise ModelError(f"there is no learned model {shown(name)} in {shown(self.folder)}; choose another one")
        return self.folder / name

    def load(self, name: str) -> Model:
        """A model, ready to decide.

        Raises:
            ModelError: There is none, it is damaged, or it was made for other features.
        """
        return load_model(self.path(name), self._schema)

    def card(self, name: str) -> Card:
        """A model's card.

        Raises:
            ModelError: There is none, or it cannot be read.
        """
        return read_card(self.path(name))

    def names(self) -> list[str]:
        """The learned models, newest first; none where nothing was learned yet."""
        if not self.folder.is_dir():
            return []
        found = (each.name for each in self.folder.iterdir() if (each / CARD).is_file())
        return sorted(filter(_NAME.fullmatch, found), key=_by_age, reverse=True)

    def new_name(self, now: datetime) -> str:
        """A name for a new model that tells when it was made."""
        stem, number = f"{now:%Y-%m-%d-%H%M}", 1
        while (self.folder / (name := stem if number == 1 else f"{stem}-{number}")).exists():
            number += 1
        return name

    def pointer(self) -> ModelPointer:
        """Which model is in use, by the file; where it is missing or damaged, the one that the settings name."""
        try:
            written = json.loads((self.folder / POINTER).read_text(encoding="utf-8"))
            return ModelPointer(**{name: written[name] for name in asdict(ModelPointer())})
        except FileNotFoundError:
            return ModelPointer()
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.error("%s cannot be read (%s); the model of the settings is used", self.folder / POINTER, error)
            return ModelPointer()

    def point(self, pointer: ModelPointer) -> None:
        """Says which model is in use from now on.

        Raises:
            ModelError: The folder cannot be written; what was in use stays so.
        """
        path = self.folder / POINTER
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(path.name + _NEW)
            with fresh.open("w", encoding="utf-8") as file:
                json.dump(asdict(pointer), file)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError as error:
            raise ModelError(
                f"cannot write {shown(path)} ({error.strerror}); check the folder and its rights"
            ) from error

    def tidy(self, keep: int, spare: Collection[str]) -> None:
        """Removes the oldest models.

        Args:
            keep: How many may stay.
            spare: Those that stay in any case.
        """
        for name in self.names()[keep:]:
            if name not in spare:
                shutil.rmtree(self.folder / name, ignore_errors=True)


def _by_age(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("-") if part)
