"""Every notebook runs from top to bottom, imports only what is there, and what is stored with it is small."""

import ast
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def test_there_are_four() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_small(path: Path) -> None:
    assert path.stat().st_size < 150_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_names_it_imports_from_the_package_are_there(path: Path) -> None:
    # in seconds, where running it takes minutes: a name that was changed is found at once
    cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    imports = [
        node
        for cell in cells
        for node in ast.walk(ast.parse("".join(cell["source"])))
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "moderator"
    ]
    assert imports
    missing = [
        f"{node.module}.{alias.name}"
        for node in imports
        for alias in node.names
        if not hasattr(importlib.import_module(str(node.module)), alias.name)
    ]
    assert not missing


RUN = """
import sys, nbclient, nbformat
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=240, resources={"metadata": {"path": sys.argv[2]}}).execute()
"""


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path: Path, tmp_path: Path) -> None:
    pytest.importorskip("nbclient")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MODERATOR_")}
    environment |= {"XDG_DATA_HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path)}
    # in a process of its own: the kernel's client leaves its event loop open
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(path), str(path.parent)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
