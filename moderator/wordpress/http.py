"""An HTTP client for a blog's REST interface: retries when the server is busy, and explains every other answer."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import requests

from moderator.errors import InputError, QueueError, shown

__all__ = ["Answer", "RefusedError", "RestClient", "checked_address", "named_interface"]

_TRIES = 6
_FIRST_TRIES = 2
"""Connections that are tried before anything has answered: a dead address is reported within seconds."""
_LONGEST_WAIT = 120.0
"""Seconds that are waited at most before the next try."""
_TIMEOUT = (10, 120)
_FIRST_TIMEOUT = (4, 20)
"""Seconds for the connection, and for each part of the answer; of the first answer, where nobody has answered yet."""
_LARGEST = 64 << 20
"""Bytes of an answer that are read."""
_BUSY = frozenset({429, 500, 502, 503, 504})
_INTERFACE = re.compile(r"/(?:wp-json(?:/.*)?|wp-admin(?:/.*)?|(?:wp-login|xmlrpc|index)\.php)/?$")
"""What people copy from their browser behind a blog's address."""
_LINK = re.compile(
    r"""<link\b[^>]{0,300}?\brel=["']https://api\.w\.org/["'][^>]{0,300}?\bhref=["']([^"']{1,500})["']"""
)
_LINK_HEADER = re.compile(r"""<([^<>]{1,500})>\s*;\s*rel="?https://api\.w\.org/"?""")
"""How a page of WordPress names its REST interface."""
_LOGIN_CODES = frozenset(
    {
        "incorrect_password",
        "invalid_username",
        "invalid_email",
        "invalid_application_password",
        "rest_cannot_authenticate",
        "application_passwords_disabled",
        "application_passwords_disabled_for_user",
    }
)
"""WordPress's words for a login that arrived and is wrong."""


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
        self._answered = False

    def get(self, path: str, **parameters: str | int) -> Answer:
        """Asks for something.

        Raises:
            QueueError: The blog is out of reach, or answers with something else.
        """
        return self._ask("GET", path, parameters, None)

    def post(self, path: str, body: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """Sends something that may arrive twice without harm.

        Args:
            path: The route.
            body: What is sent, as JSON.
            headers: Header fields beside the usual ones.

        Raises:
            QueueError: The blog is out of reach, or refuses.
        """
        return self._ask("POST", path, {}, body, headers)

    def find_root(self) -> dict[str, Any]:
        """Finds where the interface is: at ``/wp-json/``, by ``?rest_route=``, or where the front page says.

        Returns:
            What the interface says of itself (``home``, ``timezone_string`` ...).

        Raises:
            QueueError: There is none.
        """
        problem: QueueError | None = None
        for root, pretty in ((self.address + "/wp-json", True), (self.address + "/", False)):
            self._root, self._pretty = root, pretty
            try:
                return self._index()
            except _NotThereError as error:
                problem = error if problem is None or isinstance(error, _MovedError) else problem
        if named := self._named_root():
            self._root, self._pretty = named
            try:
                return self._index()
            except _NotThereError as error:
                problem = error
        raise problem or QueueError(f"{self.address} has no REST interface of WordPress (wp/v2)")

    def _index(self) -> dict[str, Any]:
        value = self.get("").value
        if not isinstance(value, dict) or "wp/v2" not in (value.get("namespaces") or ()):
            raise _NotThereError(f"{self.address} has no REST interface of WordPress (wp/v2)")
        return value

    def _named_root(self) -> tuple[str, bool] | None:
        """Where the front page says that the interface is, and whether that is a path; None: nowhere on this host."""
        try:
            with self._session.get(
                self.address + "/", timeout=_FIRST_TIMEOUT, allow_redirects=False, stream=True
            ) as response:
                page = next(response.iter_content(1 << 18), b"").decode("utf-8", "replace")
                header = _LINK_HEADER.search(response.headers.get("Link", ""))
                root = urljoin(self.address + "/", header[1]) if header else named_interface(page, self.address + "/")
        except requests.RequestException:
            return None
        if not root or urlsplit(root)[:2] != urlsplit(self.address)[:2]:
            return None
        plain, asked, route = root.partition("?rest_route=")
        return (plain, False) if asked and unquote(route).strip("/") == "" else (root.rstrip("/"), True)

    def close(self) -> None:
        """Releases connections."""
        self._session.close()

    def _ask(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str | int],
        body: Mapping[str, str] | None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        trouble, tried = "", 0
        while True:
            tried += 1
            tries = _TRIES
            wait = min(_LONGEST_WAIT, 2.0 ** (tried - 1))
            try:
                with self._send(method, path, parameters, body, headers) as response:
                    self._answered = True
                    if 300 <= response.status_code < 400 and self._pretty and path:
                        # a server that adds or strips slashes; ?rest_route= has none
                        self._root, self._pretty = self.address + "/", False
                        tried -= 1
                        continue
                    if response.status_code not in _BUSY or (method == "POST" and response.status_code == 500):
                        return self._read(response, path)
                    trouble = f"HTTP {response.status_code}"
                    wait = min(_LONGEST_WAIT, _retry_after(response.headers.get("Retry-After", ""), wait))
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                trouble = str(error) if str(error).startswith("HTTP ") else _trouble(error)
                tries = _TRIES if self._answered else _FIRST_TRIES
            except requests.RequestException as error:
                raise QueueError(f"{self.address} cannot be asked: {type(error).__name__}") from None
            if tried >= tries:
                break
            self._sleep(wait)
        if not self._answered:
            raise QueueError(f"{self.address} is out of reach ({trouble}); nothing was done; check the address")
        raise QueueError(
            f"{self.address} gives no answer after {tried} tries ({trouble}); "
            "run the same command again later, it goes on where it was"
        )

    def _send(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str | int],
        body: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
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
            timeout=_TIMEOUT if self._answered else _FIRST_TIMEOUT,
            # a redirect would take the password to wherever it leads
            allow_redirects=False,
            stream=True,
            headers={"Accept": "application/json", **(headers or {})},
        )

    def _read(self, response: requests.Response, path: str) -> Answer:
        status = response.status_code
        if 300 <= status < 400:
            raise self._moved(str(response.headers.get("Location", "")), str(response.url))
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
            raise QueueError(self._refusal(status, value))
        if status == 404 and not _is_error(value):
            raise _NotThereError(f"{self.address} has no REST interface at {shown(path or '/')} (HTTP 404)")
        if status == 500 and not _is_error(value):
            raise requests.ConnectionError("HTTP 500")  # a crash, as good as no answer
        if status >= 400:
            raise RefusedError(f"{self.address} refuses (HTTP {status}, {_code(value)}) at {shown(path)}")
        if value is None:
            answer = shown(response.headers.get("Content-Type", "no type"))
            start = shown(data[:40].decode(errors="replace"))
            raise _NotThereError(
                f"{self.address} answers with {answer} instead of JSON ({start}); "
                "a plugin, a firewall or a login page may stand before its REST interface"
            )
        total = response.headers.get("X-WP-Total", "")
        return Answer(value, int(total) if total.isdecimal() and len(total) < 12 else None)

    def _moved(self, location: str, asked: str) -> QueueError:
        """What a redirect means: another address of the blog, or a server that has no interface at this one."""
        there = urlsplit(urljoin(asked, location)) if location else urlsplit("")
        here = urlsplit(self.address)
        if there.netloc and (there.scheme, there.netloc) != (here.scheme, here.netloc):
            better = _INTERFACE.sub("", f"{there.scheme}://{there.netloc}{there.path}".rstrip("/"))
            return _MovedError(f"{self.address} redirects to {shown(location)}; give the address {shown(better + '/')}")
        return _NotThereError(
            f"{self.address} redirects {shown(urlsplit(asked).path)} to {shown(location or 'nowhere')}, so its REST "
            "interface cannot be reached; switch that redirect off, or use the database or an export"
        )

    def _refusal(self, status: int, value: object) -> str:
        """Why WordPress lets somebody not in, as far as its answer tells."""
        user, answer = shown(self._login[0]), f"HTTP {status}, {_code(value)}"
        word = value.get("code") if isinstance(value, dict) else None
        start = f"{self.address} refuses user {user} ({answer}); "
        own = "one of its application passwords (Users > Profile), not the login password"
        if status == 401 and isinstance(word, str) and word not in _LOGIN_CODES:
            return start + (
                "it saw no login at all: the server probably drops the Authorization header, as PHP run as CGI does. "
                'Put SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1 (or CGIPassAuth On) into .htaccess, or ask '
                "the host; a security plugin may do the same. If others get in, check user and password: "
                f"it takes {own}"
            )
        if word in _LOGIN_CODES:
            return start + f"user or password is wrong, or application passwords are switched off: it takes {own}"
        return start + f"give a user who may moderate comments, and {own}"


def _trouble(error: Exception) -> str:
    """What kept a connection from coming about, in a few words, without addresses and values."""
    text = str(error)
    for sign, words in (
        ("NameResolution", "the name is not known"),
        ("Name or service", "the name is not known"),
        ("getaddrinfo", "the name is not known"),
        ("refused", "the connection is refused"),
        ("CERTIFICATE_VERIFY", "its certificate is not valid"),
    ):
        if sign in text:
            return words
    return type(error).__name__


class RefusedError(QueueError):
    """WordPress refuses one request, with a reason of its own."""


class _NotThereError(QueueError):
    """There is no REST interface at that address."""


class _MovedError(_NotThereError):
    """The blog is at another address, which the owner has to give: the password goes nowhere by itself."""


def _is_error(value: object) -> bool:
    return isinstance(value, dict) and "code" in value


def _code(value: object) -> str:
    """WordPress's own word for what went wrong."""
    return shown(value["code"], 60) if isinstance(value, dict) and "code" in value else "without a reason"


def named_interface(page: str, url: str) -> str:
    """Where a page of WordPress says that its REST interface is; empty: it says nothing.

    >>> named_interface('<link rel="https://api.w.org/" href="/wp-json/" />', "https://blog.example/")
    'https://blog.example/wp-json/'
    """
    found = _LINK.search(page)
    return urljoin(url, found[1].replace("&#038;", "&").replace("&amp;", "&")) if found else ""


def checked_address(address: str) -> str:
    """A blog's address as it is used: without a slash at the end, and without what leads into WordPress.

    Raises:
        InputError: It is none, holds credentials, or would send the password over the net in the clear.

    >>> checked_address("https://blog.example/"), checked_address("https://b.example/blog/wp-json/wp/v2/")
    ('https://blog.example', 'https://b.example/blog')
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.username or parts.password:
        raise InputError("write the address without user and password; those come from the environment or a prompt")
    if parts.scheme not in ("http", "https") or not host:
        raise InputError(f"{shown(address)} is no address of a blog; write https://blog.example/")
    if parts.scheme == "http" and not _is_local(host):
        raise InputError(f"{shown(address)} would carry the password unencrypted; give the https:// address")
    return f"{parts.scheme}://{parts.netloc}{_INTERFACE.sub('', parts.path).rstrip('/')}"


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
