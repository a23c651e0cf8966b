"""Runs the notebooks and keeps what they print: ``python -m docs.run_notebooks``."""

from __future__ import annotations

from pathlib import Path

import nbclient
import nbformat

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
SECONDS = 600
"""That one cell may take."""


def run(path: Path) -> None:
    """Runs a notebook from top to bottom, and writes it with its outputs; times of day are not kept."""
    notebook = nbformat.read(path, as_version=4)
    metadata = notebook.metadata.copy()
    resources = {"metadata": {"path": str(path.parent)}}
    nbclient.NotebookClient(notebook, timeout=SECONDS, resources=resources, record_timing=False).execute()
    notebook.metadata = metadata
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        run(path)
