"""Domain lists that are read when the first host is looked up, so that starting costs nothing."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from moderator.domain_lists.base import DomainLists, ListHits
from moderator.domain_lists.lookup import load_lists
from moderator.domain_lists.sources import shipped_sources, sources_in
from moderator.errors import ListError

__all__ = ["LazyLists"]


class LazyLists:
    """The shipped lists and those of a folder, read once, at the first look-up.

    Lists that change later are seen by the next process. What could not be read stays unread, and every look-up
    says so, until then. Sent to another process or machine they go along as they are here, whatever lies there.
    """

    def __init__(self, folder: Path | None, *, shipped: bool = True) -> None:
        """Remembers where the lists are.

        Args:
            folder: The owner's lists, one sub-folder for each sort; None or a missing folder: none.
            shipped: Whether the small lists that come with the package are loaded too.
        """
        self._folder = folder
        self._shipped = shipped
        self._index: DomainLists | None = None
        self._problem = ""

    def look_up(self, host: str, folder: str = "") -> ListHits:
        """Where an author stands; see `DomainIndex.look_up`.

        Raises:
            ListError: A list cannot be read.
        """
        if self._index is None:
            self._index = self._load()
        return self._index.look_up(host, folder)

    def __getstate__(self) -> dict[str, Any]:
        if self._index is None:
            with suppress(ListError):
                self._index = self._load()
        return self.__dict__

    def _load(self) -> DomainLists:
        if self._problem:
            raise ListError(self._problem)
        try:
            own = () if self._folder is None else sources_in(self._folder)
            return load_lists((shipped_sources() if self._shipped else ()) + own)
        except ListError as error:
            self._problem = str(error)
            raise
