"""Follows the documents on a machine of its own: an empty environment, an empty home, and the words of the pages.

python -m tests.benchmarks.fresh_machine [LETTER ...]

Runs the README's first command, then page after page the lines of its shell blocks, each page with a `.venv` of its own
that its first line makes, in a copy of the checkout. A blog and a page that links to it stand on loopback; for the
two ways with WordPress it is a real one, if Debian's packages are there (`.ci/install_wordpress`): its installation is
not counted, the zip, the settings and the first pingback are. A letter (`b`) follows that way alone.

Only pip asks anything outside. Files of the reader's own are cut from the sample, a cluster is two workers on this
machine, and a script stands for WP-CLI. Times are wall-clock and depend on the machine and on pip's cache.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path

from tests.documents.following import INSTALLS, ROOT, blocks, followed, lines_of
from tests.documents.preparations import BLOG, FIRST_ID, LAST_ID, old_pings, own_files
from tests.documents.stand_ins import blog_and_reply, free_port
from tests.documents.wordpress_path import install_and_ping
from tests.wordpress.site import missing, running_site

PAGES = {
    "tutorial": "first-model.md",
    "a WordPress over REST": "wordpress-rest.md",
    "b WordPress with the service": "wordpress-service.md",
    "c static site": "static-site.md",
    "d frameworks": "frameworks.md",
    "e Akismet's API": "akismet.md",
    "f large queues": "many-machines.md",
}
CHOSEN = ". .venv/bin/activate"
ONLY_LOOPBACK = f"{CHOSEN}; export PYTHONPATH='{Path(__file__).parents[1] / 'documents' / 'only_loopback'}'"
"""What follows the installation stays on this machine."""


def main(letters: list[str]) -> int:
    """Follows README and pages; 0: every line that was run ended well."""
    failed = False
    first = [line for line in lines_of(ROOT / "README.md") if "rescore datasets/sample" in line]
    ways = {"README": first} | {name: lines_of(ROOT / "docs" / page) for name, page in PAGES.items()}
    lacking = missing()
    for name, lines in ways.items():
        if letters and name[0] not in letters:
            continue
        if lacking and name[0] in "ab":
            lines = [line for line in lines if INSTALLS.search(line)]
            print(f"{name}: {lacking} is missing, so only the installation is followed")
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "checkout"
            _check_out(folder)
            port = free_port()
            said_as, before = _surroundings(name[0], folder, port, stack, wordpress=not lacking)
            began = time.monotonic()
            variables = {
                "MODERATOR_PASSWORD": "a password for one run",
                "MODERATOR_ALLOW_NETWORKS": "127.0.0.0/8",
            }
            with followed(lines, folder, port=port, said_as=said_as, before=before, environment=variables) as done:
                whole = time.monotonic() - began
                failed |= done.failed
                print(f"{name}: {whole:.0f} s for {len(done.seconds)} of {len(lines)} lines", flush=True)
                for line, seconds in zip_longest(lines, done.seconds):
                    print(f"  {'failed' if seconds is None else f'{seconds:6.1f}'} {line[:110]}")
                if before and not done.failed:
                    print(f"  from nothing to the first judged pingback: {whole:.0f} s")
                    print("  " + "\n  ".join(line for line in done.said.splitlines() if "asked by token" in line))
                if done.failed:
                    print(f"  {done.problem}")
    return 1 if failed else 0


def _check_out(folder: Path) -> None:
    skipped = shutil.ignore_patterns(".venv", ".git", "build", "dist", ".*_cache", "__pycache__", ".nox")
    shutil.copytree(ROOT, folder, ignore=skipped)
    (folder / "views.py").write_text(blocks(folder / "docs/frameworks.md", "python")[0], encoding="utf-8")


def _surroundings(
    letter: str, folder: Path, port: int, stack: ExitStack, *, wordpress: bool
) -> tuple[Mapping[str, str], Mapping[str, Callable[[], None]]]:
    """What stands for the reader's own words, and what the reader does in WordPress."""
    if letter in "ab" and wordpress:
        site = stack.enter_context(running_site())
        if letter == "a":
            with_wp = f"{ONLY_LOOPBACK}; export PATH=$PWD/bin:$PATH"
            return {**stack.enter_context(old_pings(site, folder)), CHOSEN: with_wp}, {}
        act = install_and_ping(site, folder, port)
        return {BLOG: f"{site.url}/", CHOSEN: ONLY_LOOPBACK}, {"doctor --service": act}
    blog, reply = stack.enter_context(blog_and_reply())
    someone = {"https://someone.example/reply": reply, CHOSEN: ONLY_LOOPBACK}
    if letter == "d":
        return {"8000": str(port), **someone}, {}
    if letter == "f":
        return {**own_files(folder), CHOSEN: ONLY_LOOPBACK}, {}
    if letter == "t":
        return {CHOSEN: ONLY_LOOPBACK, FIRST_ID: LAST_ID}, {}
    settings = blocks(folder / "docs/static-site.md", "toml")[0]
    (folder / "settings.toml").write_text(settings.replace(BLOG, blog), encoding="utf-8")
    return {BLOG: blog, "https://moderator.example": "http://127.0.0.1:8750", **someone}, {}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
