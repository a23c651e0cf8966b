"""Which lists are loaded: a path, what the list says of the names in it, and its form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from moderator.domain_lists.formats import Format
from moderator.errors import ListError, shown

__all__ = ["ListKind", "ListSource", "shipped_sources", "sources_in"]


class ListKind(StrEnum):
    """What a list says of the names in it."""

    BLOCK = "block"
    """Somebody counts them as spammers."""
    ALLOW = "allow"
    """Somebody vouches for them."""
    RANK = "rank"
    """They are popular, the first the most."""
    SHORTENER = "shortener"
    """They shorten URLs."""
    PERSONAL = "personal"
    """They are sites of single people."""
    OWN_BLOCK = "own_block"
    """The owner does not want them."""
    OWN_ALLOW = "own_allow"
    """The owner vouches for them."""


@dataclass(frozen=True, slots=True)
class ListSource:
    """One list to load."""

    path: Path
    """The file; a name that ends in ``.gz`` is unpacked."""
    sort: ListKind
    """What it says of the names in it."""
    format: Format = Format.AUTO
    """Its form."""


def sources_in(folder: Path) -> tuple[ListSource, ...]:
    """The lists in a folder that has one sub-folder for each sort: ``block/``, ``rank/``, ``own_allow/`` ...

    Args:
        folder: The folder; one that does not exist holds no lists.

    Returns:
        Its lists in the order of their names; files whose names begin with a dot are left alone.

    Raises:
        ListError: A sub-folder is named after no sort, or the folder cannot be read.
    """
    if not folder.exists():
        return ()
    sources: list[ListSource] = []
    try:
        for inner in sorted(folder.iterdir()):
            if not inner.is_dir() or inner.name.startswith("."):
                continue
            if inner.name not in set(ListKind):
                sorts = ", ".join(ListKind)
                raise ListError(f"folder of domain lists {shown(inner)}: not a sort of list; name it one of {sorts}")
            files = sorted(file for file in inner.iterdir() if file.is_file() and not file.name.startswith("."))
            sources += [ListSource(file, ListKind(inner.name)) for file in files]
    except OSError as error:
        raise ListError(f"folder of domain lists {shown(folder)}: cannot be read ({error.strerror})") from error
    return tuple(sources)


def shipped_sources() -> tuple[ListSource, ...]:
    """The two small hand-written lists that come with the package: popular hosts and URL shorteners."""
    return sources_in(Path(__file__).parents[1] / "data" / "lists")
