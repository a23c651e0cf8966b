"""Passwords as scrypt hashes (RFC 7914), with the standard library alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

__all__ = ["check_password", "hash_password", "is_hash"]

_N, _R, _P = 2**14, 8, 1
"""Cost, block size and parallelism that OWASP names for interactive sign-in with 16 MiB."""
_MEMORY = 64 << 20
_LENGTH = 32
"""Bytes of a hash."""
_LONGEST = 1024
"""Characters of a password that are looked at."""


def hash_password(password: str) -> str:
    """The hash to be kept in place of a password.

    >>> check_password("open sesame", hash_password("open sesame"))
    True
    """
    salt = secrets.token_bytes(16)
    return f"scrypt${_N}${_R}${_P}${_text(salt)}${_text(_derive(password, salt, _N, _R, _P))}"


def check_password(password: str, kept: str) -> bool:
    """Whether a password is the one that was hashed; takes the same time either way.

    Args:
        password: A stranger's word.
        kept: What `hash_password` gave; anything else is never matched.
    """
    try:
        numbers, salt, digest = _read(kept)
        return hmac.compare_digest(_derive(password, salt, *numbers), digest)
    except ValueError:
        _derive(password, b"no hash is kept", _N, _R, _P)
        return False


def is_hash(kept: str) -> bool:
    """Whether a text is what `hash_password` gave, so that some password can match it.

    >>> is_hash(hash_password("open sesame")), is_hash("open sesame")
    (True, False)
    """
    try:
        _read(kept)
    except ValueError:
        return False
    return True


def _read(kept: str) -> tuple[tuple[int, int, int], bytes, bytes]:
    """Cost, salt and digest of a hash.

    Raises:
        ValueError: It is none, or asks for more than we would spend.
    """
    name, n, r, p, salt, digest = kept.split("$")
    numbers = int(n), int(r), int(p)
    limits = zip(numbers, (2**16, 32, 16), strict=True)
    found = base64.b64decode(digest, validate=True)
    is_power = numbers[0] > 1 and numbers[0] & (numbers[0] - 1) == 0
    if name != "scrypt" or not is_power or not all(1 <= number <= most for number, most in limits):
        raise ValueError("no scrypt hash")
    if len(found) != _LENGTH:
        raise ValueError("the hash is cut off")
    return numbers, base64.b64decode(salt, validate=True), found


def _derive(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    data = password[:_LONGEST].encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=_LENGTH)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
