"""Follows the shell lines of a page as a reader would: one after the other, in one shell, until one fails.

Servers that a line starts stay up until the end of the page, or until another one takes their port.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

__all__ = ["INSTALLS", "ROOT", "Followed", "blocks", "followed", "lines_of"]

ROOT = Path(__file__).parents[2]
INSTALLS = re.compile(r"pip install|bin/activate$")
"""Lines that ask the package index, or choose what was installed: only the benchmark `fresh_machine` runs them."""
_SERVES = re.compile(r"moderator serve(?! --hash-password)|^uvicorn ")
_RUNS_ON = re.compile(r"^dask (scheduler|worker)\b")
_PORT = re.compile(r"--port (\d+)")
_STARTED = (
    "{{ kill ${{served:-}} && wait $served || true; }} 2>/dev/null; {line} & served=$!; up=; "
    "for _ in $(seq 240); do (exec 4<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && up=1 && break; sleep 0.25; done; "
    '[ -n "$up" ]'
)
"""Starts a server, instead of the one before it, and waits until it listens."""
_LIMIT = 1800.0
"""Seconds after which a page counts as hung."""


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def lines_of(page: Path) -> list[str]:
    """The lines of a page's shell blocks; a line that ends in a backslash goes on."""
    lines = [line for block in blocks(page, "sh") for line in block.replace("\\\n", " ").splitlines()]
    return [re.sub(r"\s{2,}#.*$", "", line) for line in lines if line.strip()]


@dataclass(frozen=True)
class Followed:
    """What came of a page."""

    seconds: tuple[float, ...]
    """Of each line that ended well."""
    said: str
    """All that the lines printed."""
    failed: bool

    @property
    def problem(self) -> str:
        """The last words of the line that failed; empty: none did."""
        return (self.said.splitlines() or ["it said nothing"])[-1] if self.failed else ""


@contextmanager
def followed(
    lines: Sequence[str],
    folder: Path,
    *,
    port: int = 8750,
    said_as: Mapping[str, str] | None = None,
    before: Mapping[str, Callable[[], None]] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Followed]:
    """Runs lines; what they started ends with the context.

    Args:
        lines: The lines, as the page has them.
        folder: Where they are run, as by somebody who has nothing set.
        port: Where the service is to listen, in place of 8750.
        said_as: What stands for a reader's own words, such as the blog's address.
        before: What a reader does elsewhere before a line that holds a text.
        environment: Further variables.
    """
    said, marks = folder / "said.txt", folder / "marks.txt"
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}
    variables = kept | {"HOME": str(folder / "home"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **(environment or {})}
    (folder / "home").mkdir(exist_ok=True)
    marks.write_text("")
    script = ["set -eo pipefail; exec 3<&0 </dev/null; trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT"]
    steps = list(_steps(lines, before or {}))
    for line, act in steps:
        for theirs, ours in (said_as or {}).items():
            line = line.replace(theirs, ours)
        script += [f"echo act >> '{marks}'; read -r -u 3"] * bool(act)
        script += [_started(line, port), f"echo $EPOCHREALTIME >> '{marks}'"]
    script += [f"echo end >> '{marks}'; read -r -u 3 || true"]
    began = time.time()
    with said.open("wb") as output:
        shell = subprocess.Popen(
            ["bash", "-c", "\n".join(script)],
            cwd=folder,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        assert shell.stdin is not None
        try:
            acts = [act for _, act in steps if act]
            while shell.poll() is None and "end" not in (told := marks.read_text().split()):
                if told.count("act") > len([act for _, act in steps if act]) - len(acts):
                    acts.pop(0)()
                    shell.stdin.write(b"\n")
                    shell.stdin.flush()
                if time.time() - began > _LIMIT:
                    shell.kill()
                time.sleep(0.05)
            ends = [began, *(float(mark) for mark in marks.read_text().split() if mark not in ("act", "end"))]
            seconds = tuple(end - start for start, end in pairwise(ends))
            yield Followed(seconds, said.read_text("utf-8", "replace"), len(seconds) < len(lines))
        finally:
            shell.stdin.close()
            shell.wait(60)


def _steps(
    lines: Sequence[str], before: Mapping[str, Callable[[], None]]
) -> Iterator[tuple[str, Callable[[], None] | None]]:
    for line in lines:
        yield line, next((act for text, act in before.items() if text in line), None)


def _started(line: str, port: int) -> str:
    """A line as it is run: a server in the background, the service at its port."""
    if _RUNS_ON.search(line):
        return f"{line} &"
    line = line.replace("127.0.0.1:8750", f"127.0.0.1:{port}")
    if not _SERVES.search(line):
        return line
    if "moderator serve" in line:
        line = f"{line} --port {port}"
    named = _PORT.search(line)
    return _STARTED.format(line=line, port=named[1] if named else port)
