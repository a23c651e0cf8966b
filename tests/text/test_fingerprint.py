"""Texts of one template share a fingerprint, others do not."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.text import fingerprint, fingerprints, stable_hash

LONG = "Here you can find {} more information on that topic at {} and read what other people of {} say about it"


def test_template_is_recognised() -> None:
    a = fingerprint("", LONG.format(61912, "http://aaa.example/1", "Acme"), ("Acme", "aaa.example"))
    b = fingerprint("", LONG.format(7, "www.bbb.example/?p=2", "Bumble Bee"), ("Bumble Bee", "bbb.example"))
    assert a == b != None  # noqa: E711 - one chain says it


def test_other_texts_differ() -> None:
    texts = [
        f"{a} garden {b} with {c} in it" for a in ("the", "my") for b in ("green", "small") for c in ("roses", "moss")
    ]
    assert len({fingerprint("", text) for text in texts}) == len(texts)


def test_title_belongs_to_it() -> None:
    assert fingerprint("Roses", "are red") != fingerprint("Violets", "are red")


@pytest.mark.parametrize("text", ["", "12 34", "...", "http://a.example/", "<b></b>"])
def test_no_words_no_fingerprint(text: str) -> None:
    assert fingerprint(text, text) is None


def test_masked_words_alone_are_none() -> None:
    assert fingerprint("Acme", "acme", ("ACME",)) is None


@pytest.mark.parametrize("text", ["word", "two words", "a b c d", "\ud800 x", "東京タワー" * 500])
def test_fits_sqlite(text: str) -> None:
    value = fingerprint(text, text)
    assert value is not None
    assert -(1 << 63) <= value < 1 << 63


def test_stable_in_every_process() -> None:
    code = "from moderator.text import *; print(fingerprint('a title', 'some words of an excerpt'), stable_hash('é'))"
    printed = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert printed == {f"{fingerprint('a title', 'some words of an excerpt')} {stable_hash('é')}\n"}


SAID = st.lists(st.sampled_from(["roses", "are", "red", "7", "acme", "and", "blue"]), max_size=9).map(" ".join)


@given(title=SAID, excerpt=SAID)
def test_both_at_once_are_as_one_by_one(title: str, excerpt: str) -> None:
    both, alone = fingerprints(title, excerpt, ("Acme",))
    assert both == fingerprint("", f"{title} {excerpt}", ("Acme",))
    assert alone == fingerprint("", excerpt, ("Acme",))
