"""The documents tell of every public name, and what they link to is there."""

import re
from pathlib import Path

import pytest

import moderator

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md"), *(ROOT / "models").glob("*.md")])


def test_every_public_name_is_told() -> None:
    text = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    assert [name for name in moderator.__all__ if f"`{name}" not in text] == []


def test_every_public_name_has_its_docstring_in_the_reference() -> None:
    shown = re.findall(
        r"^::: moderator\.(\w+)$", (ROOT / "docs" / "reference.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(shown) == sorted(set(moderator.__all__) - {"__version__"})
    assert [name for name in shown if not getattr(moderator, name).__doc__] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_linked_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)", text):
        assert (document.parent / link).exists(), link


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_files_that_are_named_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:moderator|tests|models|docs)/[\w./]+)`", text))
    assert named or document != "CONTRIBUTING.md"
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_pictures_are_there_and_small() -> None:
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    assert [picture.name for picture in pictures] == ["decision.png", "queue.png"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for picture in pictures:
        assert picture.stat().st_size < 150_000
        assert f"](docs/images/{picture.name})" in readme
