"""One form for all spellings of a page's address."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from moderator.urls.parse import Url, parse_url

__all__ = ["canonical", "same_page"]

# fmt: off
_TRACKING = frozenset((
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid",
    "igsh", "mc_cid", "mc_eid", "_hsenc", "_hsmi", "hsctatracking", "mkt_tok", "oly_anon_id", "oly_enc_id",
    "vero_id", "wickedid", "wt_mc", "fb_action_ids", "fb_action_types", "fb_source", "ref_src", "ref_url",
    "phpsessid", "jsessionid", "sessionid", "replytocom", "s_cid", "cmpid", "ncid",
))
# fmt: on
"""Parameters that name the visitor or the campaign, not the page."""
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "itm_")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_SAFE = "%!$&'()*+,;=:@/?~"
"""What stays as it is; everything else outside ASCII letters and digits is percent-encoded as UTF-8."""
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/?#]*", re.IGNORECASE)


def canonical(url: Url | str) -> str:
    """The form under which two addresses of one page are equal.

    http is taken for https, ``www.``, default ports, fragments, tracking and session parameters, dot segments and
    trailing slashes are dropped, parameters are sorted, and percent-encoding and IDNA are brought to one spelling.

    Args:
        url: The URL, parsed or as text.

    Returns:
        The common form; the text itself without surrounding space where there is no usable host. It is for
        comparison and not for fetching.

    >>> canonical("HTTP://www.Example.com:80/%7Ea/?utm_source=x&b=2&a=1#top")
    'http://example.com/~a?a=1&b=2'
    """
    text = url.text if isinstance(url, Url) else url
    return _remembered(text) if len(text) <= 1024 else _canonical(parse_url(text))


def same_page(a: Url | str, b: Url | str) -> bool:
    """Whether both lead to the same page, as far as their spelling tells; False where one has no usable host.

    >>> same_page("http://www.example.com/a/", "https://example.com/a#b")
    True
    """
    first = parse_url(a) if isinstance(a, str) else a
    second = parse_url(b) if isinstance(b, str) else b
    if not first.host or first.host.removeprefix("www.") != second.host.removeprefix("www."):
        return False  # most pairs, without spelling out the rest
    return canonical(first) == canonical(second)


def _canonical(url: Url) -> str:
    if not url.host:
        return url.text.strip()
    scheme = "http" if url.scheme in ("", "http", "https") else url.scheme
    host = url.host.removeprefix("www.")
    if "." not in host and ":" not in host:
        host = url.host
    if ":" in host:
        host = f"[{host}]"
    port = "" if url.port is None else f":{url.port}"
    path = _path(url.path)
    query = _query(url.query)
    return f"{scheme}://{host}{port}{path}{'?' + query if query else ''}"


@lru_cache(maxsize=8192)
def _remembered(text: str) -> str:
    return _canonical(parse_url(text))


def _path(path: str) -> str:
    if ";" in path:
        path = _SESSION.sub("", path)
    path = _escapes(path)
    if "/." in path:
        path = _without_dots(path)
    return path.rstrip("/")


def _query(query: str) -> str:
    if not query:
        return ""
    kept = []
    for part in query.split("&"):
        name = part.partition("=")[0].lower()
        if part and name not in _TRACKING and not name.startswith(_TRACKING_PREFIXES):
            kept.append(_escapes(part.replace("+", "%20")))
    kept.sort(key=lambda part: part.partition("=")[0])
    return "&".join(kept)


def _escapes(text: str) -> str:
    """One spelling of percent-encoding: unreserved characters bare, capital hexadecimal digits, UTF-8."""
    if "%" in text:
        text = _ESCAPE.sub(_escape, text)
    try:
        return quote(text, safe=_SAFE)
    except UnicodeEncodeError:  # a lone surrogate
        return quote(text, safe=_SAFE, errors="replace")


def _escape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept)
