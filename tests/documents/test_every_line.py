"""Every command line of README and docs/ is followed by a test, or stands here with what is done about it instead."""

from __future__ import annotations

import re

import pytest

from tests.documents.following import INSTALLS, ROOT, lines_of

FOLLOWED = {
    "akismet.md",
    "first-model.md",
    "frameworks.md",
    "index.md",
    "many-machines.md",
    "static-site.md",
    "wordpress-rest.md",
    "wordpress-service.md",
}
"""Pages that `test_ways.py` and `test_wordpress_ways.py` follow whole."""
ELSEWHERE = {
    # .ci/run and `fresh_machine` run its two commands
    "README.md": ".",
    # tests/cli/test_lists.py and test_lists_shared.py: the page's addresses are strangers'
    "lists.md": "^moderator lists ",
    # benchmarks; tests/cli/test_readme.py sees that they exist
    "measuring.md": r"^\S+python -m tests\.",
    # as in the pages above, with another file
    "model.md": "^moderator evaluate ",
    # tests/cli, by command
    "retraining.md": "^moderator (label|history|retrain|rescore|serve|evaluate)",
    # the lines of an installation are those of wordpress-service.md; the page says what was not run
    "service.md": r"^(moderator|set|export|python3|install|cp|systemctl|docker|curl|/opt|\.venv)",
    # tests that need PostgreSQL make a server of their own
    "several-processes.md": "^(createuser|createdb|moderator label)",
}
"""Pages that are not followed line by line, with what their lines look like, and why or where they are tested."""


def test_no_line_is_forgotten() -> None:
    for page in sorted([ROOT / "README.md", *(ROOT / "docs").glob("**/*.md")]):
        lines = [line for line in lines_of(page) if not INSTALLS.search(line)]
        if page.name in FOLLOWED:
            assert lines, f"{page.name} has nothing to follow"
            continue
        told = ELSEWHERE.get(page.name)
        assert told or not lines, f"{page.name}: follow it in tests/documents/test_ways.py"
        assert [line for line in lines if not re.search(told or "", line)] == [], page.name


@pytest.mark.parametrize("page", sorted(FOLLOWED | ELSEWHERE.keys()))
def test_the_pages_exist(page: str) -> None:
    assert (ROOT / page).exists() or (ROOT / "docs" / page).exists()
