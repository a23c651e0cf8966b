"""Many small Arrow tables in one file, each to be read alone: what is left between two steps.

It is a zip archive, so that any of them is found without reading the others, and a step leaves one file, not thousands.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from moderator.errors import QueueError
from moderator.tables.files import NewFile

__all__ = ["Archive", "NewArchive"]

_ABOUT = "about.json"


class NewArchive:
    """An archive that appears whole when the context is left well, and not at all otherwise.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._file = NewFile(path)

    def __enter__(self) -> NewArchive:
        self._zip = zipfile.ZipFile(self._file.__enter__(), "w")
        return self

    def put(self, name: str, table: pa.Table) -> None:
        """Adds a table under a name that it has alone."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
        self._zip.writestr(name, memoryview(sink.getvalue()).tobytes())

    def tell(self, about: dict[str, Any]) -> None:
        """Adds what is to be known of the whole, as JSON; once."""
        self._zip.writestr(_ABOUT, json.dumps(about))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._zip.close()
        finally:
            self._file.__exit__(kind, error, trace)


class Archive:
    """An archive for reading.

    Args:
        path: The file.

    Raises:
        QueueError: It is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise QueueError(
                f"{path} cannot be read ({error}); every worker must see the output folder under the same name"
            ) from error
        self.names = frozenset(self._zip.namelist()) - {_ABOUT}
        """Names of its tables."""

    def take(self, name: str) -> pa.Table:
        """A table of the archive."""
        return pa.ipc.open_stream(self._zip.read(name)).read_all()

    def about(self) -> dict[str, Any]:
        """What is known of the whole; empty: nothing was told."""
        found: dict[str, Any] = json.loads(self._zip.read(_ABOUT)) if _ABOUT in self._zip.NameToInfo else {}
        return found

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
