"""Talking to a blog's REST interface: patient with a busy server, plain about every other answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests

from moderator.errors import InputError, QueueError, shown

__all__ = ["Answer", "RefusedError", "RestClient", "checked_address"]

_TRIES = 6
_LONGEST_WAIT = 120.0
"""Seconds that are waited at most before the next try."""
_TIMEOUT = (10, 120)
"""Seconds for the connection, and for each part of the answer."""
_LARGEST = 64 << 20
"""Bytes of an answer that are read."""
_BUSY = frozenset({429, 500, 502, 503, 504})


class Answer(NamedTuple):
    """A JSON answer."""

    value: Any
    total: int | None
    """How many rows there are in all, where the answer tells."""


class RestClient:
    """One blog's REST interface.

    Args:
        address: The blog's address, without credentials.
        login: The user's name and application password.
        session: What speaks HTTP.
        sleep: Waits some seconds.

    Raises:
        InputError: The address is none, or would send the password over the net in the clear.
    """

    def __init__(
        self,
        address: str,
        login: tuple[str, str],
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = checked_address(address)
        self._login = login
        self._session = session or requests.Session()
        self._sleep = sleep
        self._root = self.address + "/wp-json"
        self._pretty = True

    def get(self, path: str, **parameters: str | int) -> Answer:
        """Asks for something.

        Raises:
            QueueError: The blog is out of reach, or answers with something else.
        """
        return self._ask("GET", path, parameters, None)

    def post(self, path: str, body: Mapping[str, str]) -> Answer:
        """Sends something that may arrive twice without harm.

        Raises:
            QueueError: The blog is out of reach, or refuses.
        """
        return self._ask("POST", path, {}, body)

    def find_root(self) -> str:
        """Finds where the interface is, with or without pretty addresses.

        Returns:
            The blog's own address (its home).

        Raises:
            QueueError: There is none.
        """
        try:
            answer = self.get("")
        except _NotThereError:
            self._root, self._pretty = self.address + "/", False
            answer = self.get("")
        value = answer.value
        if not isinstance(value, dict) or "wp/v2" not in (value.get("namespaces") or ()):
            raise QueueError(f"{self.address} has no REST interface of WordPress (wp/v2)")
        home = value.get("home") or value.get("url")
        return home if isinstance(home, str) else self.address

    def close(self) -> None:
        """Releases connections."""
        self._session.close()

    def _ask(
        self, method: str, path: str, parameters: Mapping[str, str | int], body: Mapping[str, str] | None
    ) -> Answer:
        trouble = ""
        for tries in range(_TRIES):
            wait = min(_LONGEST_WAIT, 2.0**tries)
            try:
                with self._send(method, path, parameters, body) as response:
                    if response.status_code not in _BUSY or (method == "POST" and response.status_code == 500):
                        return self._read(response, path)
                    trouble = f"HTTP {response.status_code}"
                    wait = min(_LONGEST_WAIT, _retry_after(response.headers.get("Retry-After", ""), wait))
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                trouble = str(error) if str(error).startswith("HTTP ") else type(error).__name__
            except requests.RequestException as error:
                raise QueueError(f"{self.address} cannot be asked: {type(error).__name__}") from None
            if tries < _TRIES - 1:
                self._sleep(wait)
        raise QueueError(
            f"{self.address} gives no answer after {_TRIES} tries ({trouble}); "
            "run the same command again later, it goes on where it was"
        )

    def _send(
        self, method: str, path: str, parameters: Mapping[str, str | int], body: Mapping[str, str] | None
    ) -> requests.Response:
        if self._pretty:
            url, query = f"{self._root}/{path.lstrip('/')}", dict(parameters)
        else:
            url, query = self._root, {"rest_route": f"/{path.lstrip('/')}", **parameters}
        return self._session.request(
            method,
            url,
            params=query,
            json=body,
            auth=self._login,
            timeout=_TIMEOUT,
            # a redirect would take the password to wherever it leads
            allow_redirects=False,
            stream=True,
            headers={"Accept": "application/json"},
        )

    def _read(self, response: requests.Response, path: str) -> Answer:
        status = response.status_code
        if 300 <= status < 400:
            raise QueueError(
                f"{self.address} redirects to {shown(response.headers.get('Location', 'nowhere'))}; give that address"
            )
        data = b""
        for chunk in response.iter_content(1 << 16):
            data += chunk
            if len(data) > _LARGEST:
                raise QueueError(f"{self.address} answers with more than {_LARGEST} bytes; that is no list of pings")
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = None
        if status in (401, 403):
            raise QueueError(
                f"{self.address} refuses user {shown(self._login[0])} (HTTP {status}, {_code(value)}); give a user who "
                "may moderate comments, and one of its application passwords (Users > Profile), not the login password"
            )
        if status == 404 and not _is_error(value):
            raise _NotThereError(f"{self.address} has no REST interface at {shown(path or '/')} (HTTP 404)")
        if status == 500 and not _is_error(value):
            raise requests.ConnectionError("HTTP 500")  # a crash, as good as no answer
        if status >= 400:
            raise RefusedError(f"{self.address} refuses (HTTP {status}, {_code(value)}) at {shown(path)}")
        if value is None:
            told = shown(response.headers.get("Content-Type", "no type"))
            start = shown(data[:40].decode(errors="replace"))
            raise _NotThereError(
                f"{self.address} answers with {told} instead of JSON ({start}); "
                "a plugin, a firewall or a login page may stand before its REST interface"
            )
        total = response.headers.get("X-WP-Total", "")
        return Answer(value, int(total) if total.isdecimal() and len(total) < 12 else None)


class RefusedError(QueueError):
    """WordPress refuses one request, with a reason of its own."""


class _NotThereError(QueueError):
    """There is no REST interface at that address."""


def _is_error(value: object) -> bool:
    return isinstance(value, dict) and "code" in value


def _code(value: object) -> str:
    """WordPress's own word for what went wrong."""
    return shown(value["code"], 60) if isinstance(value, dict) and "code" in value else "without a reason"


def checked_address(address: str) -> str:
    """A blog's address as it is used: without a slash at the end.

    Raises:
        InputError: It is none, holds credentials, or would send the password over the net in the clear.

    >>> checked_address("https://blog.example/")
    'https://blog.example'
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.username or parts.password:
        raise InputError("write the address without user and password; those come from the environment or a prompt")
    if parts.scheme not in ("http", "https") or not host:
        raise InputError(f"{shown(address)} is no address of a blog; write https://blog.example/")
    if parts.scheme == "http" and not _is_local(host):
        raise InputError(f"{shown(address)} would carry the password unencrypted; give the https:// address")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _retry_after(text: str, otherwise: float) -> float:
    """Seconds that a server asks to wait."""
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return otherwise
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp())
