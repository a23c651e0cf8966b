"""Hashes of passwords, and what stands where a hash should be."""

from __future__ import annotations

import pytest

from moderator.config.passwords import check_password, hash_password, is_hash


def test_only_the_password_matches() -> None:
    kept = hash_password("correct horse ü")
    assert kept.startswith("scrypt$16384$8$1$")
    assert check_password("correct horse ü", kept)
    assert not check_password("correct horse u", kept)
    assert not check_password("", kept)
    assert not check_password("\ud800", kept)
    assert hash_password("same") != hash_password("same"), "each has its own salt"


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "secret",
        "scrypt$16384$8$1$",
        "bcrypt$16384$8$1$c2FsdA==$c2FsdA==",
        "scrypt$3$8$1$c2FsdA==$c2FsdA==",
        "scrypt$-1$8$1$c2FsdA==$c2FsdA==",
        "scrypt$999999999$8$1$c2FsdA==$c2FsdA==",
        "scrypt$16384$8$1$c2FsdA==$",
        "scrypt$x$8$1$c2FsdA==$c2FsdA==",
        "scrypt$16384$8$1$ä$ä",
    ],
)
def test_what_is_no_hash_matches_nothing(kept: str) -> None:
    assert not check_password("secret", kept)
    assert not check_password("", kept)
    assert not is_hash(kept)
