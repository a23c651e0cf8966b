"""Follows the documents on a machine of its own: an empty environment, an empty home, and the words of the pages.

python -m tests.benchmarks.fresh_machine

Runs the README's first command, then page after page the lines of its shell blocks that need nobody else, in one
shell for each page, in a copy of the checkout; the service is started, asked for its health, and ended. Lines that
need a blog, a cluster, a look at strangers' pages or a file of the reader's are printed as not run. Only pip asks
anything outside. Times are wall-clock and depend on the machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from itertools import pairwise, zip_longest
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = {
    "a WordPress over REST": "wordpress-rest.md",
    "b WordPress with the service": "wordpress-service.md",
    "c static site": "static-site.md",
    "d frameworks": "frameworks.md",
    "e Akismet's API": "akismet.md",
    "f large queues": "many-machines.md",
}
_RUNS = re.compile(
    r"(\S*/)?moderator (init|doctor|serve)\b|moderator rescore queue\.jsonl|python\S* examples/|set -a|export "
)
"""Lines that need nobody else; for `queue.jsonl` the sample stands in."""
_STRANGERS = re.compile(r"--verify|--cluster")
_SERVES = re.compile(r"moderator serve$")
_UP = (
    "{line} & served=$!; up=; for _ in $(seq 240); do python3 -c 'import urllib.request as r; "
    'r.urlopen("http://127.0.0.1:8750/health")\' 2>/dev/null && up=1 && break; sleep 0.5; done; '
    'kill $served; wait $served || true; [ -n "$up" ]'
)
"""Starts the service, waits until it is healthy, and ends it."""
_LIMIT = 1800.0
"""Seconds after which a page counts as hung."""


def lines_of(page: Path) -> list[str]:
    """The lines of a page's shell blocks; a line that ends in a backslash goes on."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.strip()]


def follow(lines: list[str], folder: Path) -> tuple[list[float], str]:
    """Runs lines in one shell, as a person would who has nothing set, until one fails.

    Returns:
        Seconds of each line that ended well, and what the shell said last where one did not; empty: all did.
    """
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}
    environment = kept | {
        "HOME": str(folder / "home"),
        "PATH": f"{folder / '.venv/bin'}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "MODERATOR_PASSWORD": "a password for one run",
    }
    script = ["set -eo pipefail"]
    for line in lines:
        script += [_UP.replace("{line}", line) if _SERVES.search(line) else line, 'echo "@@ $EPOCHREALTIME"']
    began = time.time()
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    ends = [began, *(float(found) for found in re.findall(r"^@@ ([\d.]+)$", done.stdout, re.MULTILINE))]
    said = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    return [end - start for start, end in pairwise(ends)], said[-1] if done.returncode and said else ""


def main() -> int:
    """Follows README and pages; 0: every line that was run ended well."""
    failed = False
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "checkout"
        skipped = shutil.ignore_patterns(".venv", ".git", "build", "dist", ".*_cache", "__pycache__", ".nox")
        shutil.copytree(ROOT, folder, ignore=skipped)
        (folder / "home").mkdir()
        shutil.copy(folder / "datasets/sample.jsonl", folder / "queue.jsonl")
        first = [line for line in lines_of(folder / "README.md") if "rescore datasets/sample" in line]
        parts = {"README": first} | {name: lines_of(folder / "docs" / page) for name, page in PAGES.items()}
        for name, lines in parts.items():
            alone = [line for line in lines if line in first or (_RUNS.match(line) and not _STRANGERS.search(line))]
            alone += [line for line in lines if "pip install" in line and line not in alone]
            alone = [line for line in lines if line in alone]
            seconds, problem = follow(alone, folder)
            failed |= bool(problem)
            print(f"{name}: {sum(seconds):.0f} s for {len(seconds)} of {len(lines)} lines", flush=True)
            for line, needed in zip_longest(alone, seconds):
                print(f"  {'failed' if needed is None else f'{needed:6.1f}'} {line[:110]}")
            for line in lines:
                if line not in alone:
                    print(f"  not run {line[:110]}")
            if problem:
                print(f"  {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
