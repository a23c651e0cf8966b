"""Downloading lists, for `moderator lists update`: the only part of this package that uses the network.

The addresses are the owner's choice, not a stranger's, so they are not guarded like a linkback's source; but what
comes back is treated as hostile: capped in bytes and time, read as a list before it is kept, and put in place in one
step. A refresh that fails for any reason leaves the former file as it was.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from moderator.domain_lists.formats import SIZE_LIMIT, ListReading, read_list
from moderator.domain_lists.known import RemoteList
from moderator.errors import ListError, shown
from moderator.version import __version__

__all__ = ["Outcome", "Refreshed", "new_session", "refresh", "refresh_all"]

CONNECT_TIMEOUT: Final = 10.0
"""Seconds until a connection must stand, and between two reads."""
DEADLINE: Final = 300.0
"""Seconds for one list, the whole download included."""
REDIRECTS: Final = 5
_CHUNK: Final = 1 << 16
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_STATE: Final = ".refresh.json"


class Outcome(StrEnum):
    """How a refresh ended."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    """The server says that it has nothing newer."""
    FAILED = "failed"
    """The former file, if there was one, is still in place."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of one list."""

    remote: RemoteList
    """The list."""
    path: Path
    """Where its file is, or would be."""
    outcome: Outcome
    """How it ended."""
    hosts: int = 0
    """Names in the new file; 0: not updated."""
    skipped: int = 0
    """Lines of the new file that name no host."""
    problem: str = ""
    """Why it failed and what to do; empty: it did not."""


def new_session() -> requests.Session:
    """A session that takes nothing from the environment: no proxies, no netrc, no cookies kept from elsewhere."""
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = REDIRECTS
    session.headers["User-Agent"] = f"moderator/{__version__} (domain lists)"
    session.headers["Accept-Encoding"] = "identity"
    return session


def refresh_all(
    remotes: Iterable[RemoteList],
    folder: Path,
    *,
    session: requests.Session | None = None,
    on_outcome: Callable[[Refreshed], None] = lambda refreshed: None,
) -> tuple[Refreshed, ...]:
    """Refreshes lists one after the other; one that fails does not stop the others.

    Args:
        remotes: The lists.
        folder: Where they are kept: ``folder/<sort>/<name>.txt``, as `sources_in` reads it.
        session: How to reach the network; None: `new_session`.
        on_outcome: Is called with each outcome as it is known.

    Returns:
        The outcomes, in order.
    """
    results = []
    with contextlib.ExitStack() as stack:
        session = session or stack.enter_context(new_session())
        for remote in remotes:
            try:
                refreshed = refresh(remote, folder, session=session)
            except ListError as error:
                refreshed = Refreshed(remote, _path(remote, folder), Outcome.FAILED, problem=str(error))
            on_outcome(refreshed)
            results.append(refreshed)
    return tuple(results)


def refresh(
    remote: RemoteList, folder: Path, *, session: requests.Session, limit: int = SIZE_LIMIT, deadline: float = DEADLINE
) -> Refreshed:
    """Downloads one list unless the copy at hand is still the newest, and puts it in place in one step.

    Args:
        remote: The list.
        folder: Where lists are kept.
        session: How to reach the network.
        limit: Bytes at most, unpacked.
        deadline: Seconds at most.

    Raises:
        ListError: It could not be fetched, is too large or too slow, or is no list; the former file is untouched.
    """
    if not _NAME.fullmatch(remote.name):
        raise ListError(f"list {shown(remote.name)}: name it with letters, digits, - and _ only")
    if urlsplit(remote.url).scheme not in {"http", "https"}:
        raise ListError(f"list {remote.name}: {_safe(remote.url)} is not an http or https address")
    path = _path(remote, folder)
    state = _read_state(folder)
    key = f"{remote.sort.value}/{remote.name}"
    known = state.get(key, {}) if path.exists() else {}
    headers = _conditions(known) if known.get("url") == remote.url else {}
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with session.get(
            remote.url, headers=headers, stream=True, timeout=(CONNECT_TIMEOUT, CONNECT_TIMEOUT)
        ) as response:
            if headers and response.status_code == requests.codes.not_modified:
                return Refreshed(remote, path, Outcome.UNCHANGED)
            _accept(remote, response)
            temporary = _store(remote, response, path, limit=limit, until=monotonic() + deadline)
            reading = _read(remote, temporary)
            temporary.replace(path)
            temporary = None
            state[key] = {
                "url": remote.url,
                "etag": response.headers.get("ETag", "")[:512],
                "last_modified": response.headers.get("Last-Modified", "")[:128],
            }
    except (requests.RequestException, HTTPError, ValueError) as error:
        raise ListError(
            f"list {remote.name}: {_safe(remote.url)} cannot be fetched ({type(error).__name__}); try again later"
        ) from error
    except OSError as error:
        raise ListError(f"list {remote.name}: {shown(path)} cannot be written ({error.strerror})") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    _write_state(folder, state)
    return Refreshed(remote, path, Outcome.UPDATED, len(reading.entries), reading.skipped)


def _read(remote: RemoteList, file: Path) -> ListReading:
    """What was downloaded, read as a list before it is kept."""
    try:
        reading = read_list(file, remote.format)
    except ListError as error:
        raise ListError(
            f"list {remote.name}: what {_safe(remote.url)} sends holds no readable host names; "
            "state the list's raw address, or its format"
        ) from error
    if not reading.entries:
        raise ListError(f"list {remote.name}: {_safe(remote.url)} answered with an empty list")
    return reading


def _path(remote: RemoteList, folder: Path) -> Path:
    return folder / remote.sort.value / f"{remote.name}.txt"


def _safe(url: str) -> str:
    """The address without user, password and query, in which secrets may stand."""
    parts = urlsplit(url)
    return shown(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")


def _conditions(known: dict[str, str]) -> dict[str, str]:
    pairs = {"If-None-Match": known.get("etag", ""), "If-Modified-Since": known.get("last_modified", "")}
    return {name: value for name, value in pairs.items() if value}


def _accept(remote: RemoteList, response: requests.Response) -> None:
    """Refuses answers that are no list, and redirects that leave https."""
    if response.status_code != requests.codes.ok:
        raise ListError(
            f"list {remote.name}: {_safe(remote.url)} answered {response.status_code}; correct the address or try later"
        )
    hops = [hop.url for hop in response.history[1:]] + [response.url]
    if remote.url.startswith("https:") and any(not hop.startswith("https:") for hop in hops):
        raise ListError(f"list {remote.name}: {_safe(remote.url)} leads away from https; state the final address")
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise ListError(f"list {remote.name}: {_safe(remote.url)} sends packed text that was not asked for")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in {"text/html", "application/xhtml+xml"}:
        raise ListError(
            f"list {remote.name}: {_safe(remote.url)} answered with a web page; state the list's raw address"
        )


def _store(remote: RemoteList, response: requests.Response, path: Path, *, limit: int, until: float) -> Path:
    """Writes the answer beside its later place and returns that file; nothing is left behind on failure."""
    handle, name = tempfile.mkstemp(prefix=f".{remote.name}-", suffix=".part", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            size = 0
            # read1 returns what has arrived; a whole chunk might never come, and then no deadline would be looked at.
            while chunk := response.raw.read1(_CHUNK, decode_content=False):
                size += len(chunk)
                if size > limit:
                    raise ListError(f"list {remote.name}: {_safe(remote.url)} sends more than {limit:,} bytes")
                if monotonic() > until:
                    raise ListError(f"list {remote.name}: {_safe(remote.url)} is too slow; try again later")
                file.write(chunk)
            promised = response.headers.get("Content-Length", "")
            if promised.isdecimal() and size < int(promised):
                raise ListError(f"list {remote.name}: {_safe(remote.url)} broke off early; try again later")
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _read_state(folder: Path) -> dict[str, dict[str, str]]:
    """What the servers said last time; a damaged record only costs a full download."""
    try:
        found: Any = json.loads((folder / _STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(key): {str(name): value for name, value in entry.items() if isinstance(value, str)}
        for key, entry in found.items()
        if isinstance(entry, dict)
    }


def _write_state(folder: Path, state: dict[str, dict[str, str]]) -> None:
    """Losing this record costs a full download next time, so a failure to write it is no failure."""
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(prefix=_STATE, dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(state, file, indent=1, sort_keys=True)
        Path(name).replace(folder / _STATE)
