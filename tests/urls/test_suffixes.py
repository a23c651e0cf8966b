"""Our reading of the public suffix list answers as tldextract does."""

import re
from importlib.resources import files

import pytest
import tldextract
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.urls.suffixes import SuffixList

EXTRA = ("blogs.example", "xn--e1afmkfd.example", "blogspot.com")
OURS = SuffixList(EXTRA)
THEIRS = tldextract.TLDExtract(
    cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True, extra_suffixes=list(EXTRA)
)
RULES = re.findall(r"^[.*!]*\w\S*", (files("tldextract") / ".tld_set_snapshot").read_text("utf-8"), re.MULTILINE)


def in_a_labels(host: str) -> str:
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in host.split(".")
    )


def both(host: str) -> tuple[tuple[str, str, bool], tuple[str, str, bool]]:
    theirs = THEIRS(host)
    return tuple(OURS.find(host)), (theirs.suffix, theirs.top_domain_under_public_suffix, theirs.is_private)


def test_every_rule_is_read_alike() -> None:
    assert len(RULES) > 9_000
    for rule in RULES:
        bare = in_a_labels(rule.lstrip("!").replace("*", "star"))
        for host in (bare, f"a.{bare}", f"b.a.{bare}", bare.partition(".")[2] or bare):
            ours, theirs = both(host)
            assert ours == theirs, host


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", ("", "", False)),
        ("www.example.co.uk", ("co.uk", "example.co.uk", False)),
        ("someone.blogspot.com", ("blogspot.com", "someone.blogspot.com", True)),
        ("a.b.blogs.example", ("blogs.example", "b.blogs.example", False)),
        ("com", ("com", "", False)),
        ("www.xn--55qx5d.cn", ("xn--55qx5d.cn", "www.xn--55qx5d.cn", False)),
    ],
)
def test_hosts(host: str, expected: tuple[str, str, bool]) -> None:
    assert tuple(OURS.find(host)) == expected


@given(st.lists(st.sampled_from(["a", "com", "co", "uk", "kawasaki", "city", "jp", "github", "io", "xn--p1ai", "xn--"]),
                min_size=1, max_size=5).map(".".join))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_any_labels_are_read_alike(host: str) -> None:
    ours, theirs = both(host)
    assert ours == theirs
