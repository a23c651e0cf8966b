"""The error family.

    ModeratorError
    ├── InputError           something handed over cannot be read
    │   ├── ProtocolError    a receiver's request; carries the protocol's own fault code
    │   └── RowError         one row of a table, export or queue; carries its line number
    ├── SettingsError        settings; carries every problem at once
    ├── ListError            a domain list that cannot be read or refreshed
    ├── HistoryError         the history cannot be read or written
    │   ├── HistoryBusyError  others keep it busy; it may be tried again
    │   └── NotRememberedError  it does not know the linkback
    ├── ModelError           a model folder is refused
    ├── TrainingError        labels from which nothing can be learned
    ├── QueueError           a queue cannot be read or written
    ├── StoreError           the service's database cannot be read or written
    ├── WorkersError         worker processes ended before their work
    └── MissingExtraError    an optional package is not installed

A message says what was wrong, which value, and what to do. It never holds a secret.
"""

from pathlib import PurePath

__all__ = [
    "HistoryBusyError",
    "HistoryError",
    "InputError",
    "ListError",
    "MissingExtraError",
    "ModelError",
    "ModeratorError",
    "NotRememberedError",
    "ProtocolError",
    "QueueError",
    "RowError",
    "SettingsError",
    "StoreError",
    "TrainingError",
    "WorkersError",
    "shown",
]


class ModeratorError(Exception):
    """Base of everything this package raises on purpose."""


class InputError(ModeratorError):
    """Something handed over cannot be read."""


class ProtocolError(InputError):
    """A receiver's request cannot be read.

    Attributes:
        fault_code: The protocol's own code: a pingback fault (0, 16, 17, 32, 33, 48, 49, 50) or an XML-RPC
            one (-32700 ...), 1 for a trackback, the HTTP status for a webmention.
        http_status: The HTTP status the protocol wants with it (200 for XML-RPC and trackback faults).
    """

    def __init__(self, message: str, *, fault_code: int, http_status: int = 200) -> None:
        super().__init__(message)
        self.fault_code = fault_code
        self.http_status = http_status


class RowError(InputError):
    """One row of a table, export or queue cannot be read.

    Attributes:
        line: The line number in the file, from 1; 0 where the source has no lines.
    """

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class SettingsError(ModeratorError):
    """Settings are wrong; every problem is told at once.

    Attributes:
        problems: One sentence for each problem.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class ListError(ModeratorError):
    """A domain list cannot be read or refreshed."""


class HistoryError(ModeratorError):
    """The history cannot be read or written."""


class HistoryBusyError(HistoryError):
    """Others kept the history busy for longer than was waited; nothing was written, and it may be tried again."""


class NotRememberedError(HistoryError):
    """The history does not know the linkback: it never saw it, or has forgotten it since."""


class ModelError(ModeratorError):
    """A model folder is refused: damaged, missing, of another schema or of a newer format."""


class TrainingError(ModeratorError):
    """The labelled data allows no training: one class only, too few rows, no dates."""


class QueueError(ModeratorError):
    """A queue cannot be read or written as a whole."""


class StoreError(ModeratorError):
    """The service's database cannot be read or written."""


class WorkersError(ModeratorError):
    """Worker processes ended before their work, and so did those in their place."""


class MissingExtraError(ModeratorError):
    """An optional package is not installed.

    Attributes:
        extra: The name of the extra that brings it.
    """

    def __init__(self, package: str, *, extra: str) -> None:
        super().__init__(f"{package} is not installed; in a checkout of moderator, run: pip install '.[{extra}]'")
        self.extra = extra


def shown(value: object, limit: int = 80) -> str:
    r"""A value made safe for a message: escaped, quoted, at most `limit` characters; of a path its end.

    >>> shown("a\x00b")
    "'a\\x00b'"
    >>> shown("x" * 100, limit=5)
    "'xxxxx'..."
    >>> shown(PurePath("/a/long/way/export.xml"), limit=10)
    "...'export.xml'"
    """
    text = str(value)
    if len(text) <= limit:
        return ascii(text)
    return "..." + ascii(text[-limit:]) if isinstance(value, PurePath) else ascii(text[:limit]) + "..."
