"""A command line with a model of its own, and nothing of the user's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from moderator.cli import main
from moderator.domain_lists.lazy import LazyLists
from moderator.features.extractor import Extractor
from moderator.model.folder import SCORER, save_model, scorer_bytes
from tests.small_model import small_model

SPLITS = {"link.found": (0.5, 0.0, -3.0), "sending.sender_1h": (2.5, 0.0, 4.0)}


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    model = small_model(Extractor(LazyLists(None)).schema, SPLITS)
    save_model(folder, model.card, {SCORER: scorer_bytes(model.scorer)})
    return folder


@pytest.fixture
def home(tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home; the settings name the small model."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.delenv("MODERATOR_CONFIG", raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setenv("MODERATOR_MODEL", str(model_folder))
    return folder


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: object) -> Outcome:
        code = main([str(word) for word in words])
        return Outcome(code, *capsys.readouterr())

    return run
