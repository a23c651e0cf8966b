"""A reader's folder: the checkout's examples and data, what was installed, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.documents.following import ROOT


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """The folder in which a reader follows a page."""
    for name in ("datasets", "examples", "models"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


@pytest.fixture
def variables(reader: Path) -> dict[str, str]:
    """What is set where a page is followed: programs are found, and stay on this machine."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONPATH": f"{Path(__file__).parent / 'only_loopback'}:{ROOT}",
        "MODERATOR_ALLOW_NETWORKS": "127.0.0.0/8",
        "MODERATOR_PASSWORD": "a password for one run",
        "OMP_NUM_THREADS": "1",
        "COLUMNS": "120",
    }
