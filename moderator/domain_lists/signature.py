"""Signing published lists (Ed25519), so that subscribers know whose they are; needs the extra ``lists``."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moderator.errors import ListError, MissingExtraError, shown

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["is_signed_by", "load_or_make_key", "public_key", "sign"]


def load_or_make_key(path: Path) -> Ed25519PrivateKey:
    """The publisher's secret key; a file that is not there yet is made, readable by its owner alone.

    Args:
        path: The file: 32 bytes in Base64.

    Raises:
        ListError: It cannot be read or written, or holds no key.
        MissingExtraError: ``cryptography`` is not installed.
    """
    ed25519 = _ed25519()
    try:
        if not path.exists():
            raw = ed25519.Ed25519PrivateKey.generate().private_bytes_raw()
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(base64.b64encode(raw) + b"\n")
        raw = base64.b64decode(path.read_bytes().strip(), validate=True)
        key: Ed25519PrivateKey = ed25519.Ed25519PrivateKey.from_private_bytes(raw)
    except OSError as error:
        raise ListError(f"key file {shown(path)}: {error.strerror}; correct its path or its rights") from error
    except (binascii.Error, ValueError):
        raise ListError(f"key file {shown(path)} holds no Ed25519 key; name another file, and one is made") from None
    return key


def public_key(key: Ed25519PrivateKey) -> str:
    """What subscribers know the publisher by: 32 bytes in Base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def sign(key: Ed25519PrivateKey, data: bytes) -> str:
    """The signature of some bytes, in Base64."""
    return base64.b64encode(key.sign(data)).decode("ascii")


def is_signed_by(key: str, data: bytes, signature: str) -> bool:
    """Whether the owner of a public key has signed these bytes; a malformed key or signature has not.

    Raises:
        MissingExtraError: ``cryptography`` is not installed.
    """
    ed25519 = _ed25519()
    from cryptography.exceptions import InvalidSignature

    try:
        public = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), data)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _ed25519() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise MissingExtraError("cryptography", extra="lists") from None
    return ed25519
