"""What an address shows."""

from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.features.domain import DOMAIN, DomainFeatures, domain_features
from moderator.features.hostname import share_spelled
from moderator.records import Kind
from tests.features.contexts import context


def features(source: str, **others: str) -> DomainFeatures:
    return domain_features(context(source, **others))  # type: ignore[arg-type] # texts only


@pytest.mark.parametrize(
    ("source", "field", "value"),
    [
        ("http://192.0.2.1/a", "ip_address", 1.0),
        ("http://0x7f.1/a", "ip_address", 1.0),
        ("http://192.0.2.1/a", "name_length", 0.0),
        ("http://192.0.2.1/a", "name_digits", 0.0),
        ("http://roses.example.com/", "name_length", 7.0),
        ("http://someone.wordpress.com/", "name_length", 7.0),
        ("http://cheap-red-bags-4-you.example/", "name_hyphens", 4.0),
        ("http://bücher.example/", "name_hyphens", 0.0),
        ("http://bücher.example/", "punycode", 1.0),
        ("http://roses24.example.co.uk/", "name_labels", 1.0),
        ("http://www.blog.roses24.com/", "name_labels", 0.0),
        ("http://roses24.com/", "name_digits", 2.0),
        ("http://a.b.roses.com/", "name_labels", 2.0),
        ("http://roses.edu/", "suffix_class", 0.0),
        ("http://roses.ac.uk/", "suffix_class", 0.0),
        ("http://roses.de/", "suffix_class", 1.0),
        ("http://localhost/", "suffix_class", 1.0),
        ("http://roses.org/", "suffix_class", 2.0),
        ("http://roses.com/", "suffix_class", 3.0),
        ("http://roses.xyz/", "suffix_class", 4.0),
        ("http://someone.wordpress.com/", "suffix_class", 3.0),
        ("http://someone.wordpress.com/", "blog_host", 1.0),
        ("http://someone.blogspot.com/", "blogspot", 1.0),
        ("http://someone.blogspot.com/", "blog_host", 0.0),
        ("http://someone.blogspot.de/", "blogspot", 1.0),
        ("https://www.reddit.com/user/someone/", "silo", 1.0),
        ("https://medium.com/@someone/", "silo", 0.0),
        ("https://sites.google.com/site/someone/", "page_host", 1.0),
        ("https://notgoogle.com/", "page_host", 0.0),
        ("http://cheapinsurancedeals.com/", "name_trade_words", 4.0),
        ("http://example.com:8080/", "odd_port", 1.0),
        ("https://example.com:443/", "odd_port", 0.0),
        ("http://example.com", "root_only", 1.0),
        ("http://example.com/?x", "root_only", 0.0),
        ("http://example.com/a/b//c/", "depth", 3.0),
        ("http://example.com/2024/05/title", "dated_path", 1.0),
        ("http://example.com/2024-05-17-title", "dated_path", 1.0),
        ("http://example.com/2024/title", "dated_path", 0.5),
        ("http://example.com/20245/title", "dated_path", 0.0),
        ("http://example.com/a.HTML", "page_extension", 1.0),
        ("http://example.com/a.php5", "script_extension", 1.0),
        ("http://example.com/?p=12", "post_number", 1.0),
        ("http://example.com/?p=12", "query_junk", 0.0),
        ("http://example.com/?p=12&x=1", "query_junk", 1.0),
        ("http://example.com/?a=1&b=2", "query_parameters", 2.0),
        ("http://example.com/on-growing-roses.html", "slug_words", 3.0),
        ("http://example.com/" + "a" * 500, "slug_length", 120.0),
        ("http://example.com/12ab", "path_digit_share", 0.4),
        ("http://example.com/Ab/cd/EF", "mixed_case_segments", 1.0),
        ("http://example.com/LUbZ6/em2NH/x", "short_code_segments", 2.0),
        ("http://example.com/LUbZ6/em2NH/x", "random_segments", 2.0),
        ("http://example.com/out?u=http%3A%2F%2Fb.example%2F", "embedded_url", 1.0),
        ("http://example.com/feed/", "feed_words", 1.0),
        ("http://example.com/archives/12", "blog_words", 1.0),
        ("http://blog.example.com/12", "blog_words", 1.0),
        ("http://example.com/forum/viewtopic.php?t=1", "member_words", 1.0),
        ("http://example.com/wp-content/page.html", "system_directory", 1.0),
        ("http://example.com/css", "system_directory", 0.0),
        ("http://example.com/cheap-handbags", "path_trade_words", 2.0),
        ("http://casino.example.com/cheap-handbags", "address_vice_words", 3.0),
        ("http://example.com/\ud800/%ff", "depth", 2.0),
    ],
)
def test_address(source: str, field: str, value: float) -> None:
    assert getattr(features(source), field) == pytest.approx(value)


def test_beside_title_and_blog_name() -> None:
    found = features(
        "http://redroses.example.com/garden/red-roses",
        title="Red Roses | Garden",
        blog_name="Garden roses",
    )
    assert found.title_spells_subdomain == 1.0
    assert found.title_spells_name == 0.0
    assert found.title_in_slug == pytest.approx(2 / 3)
    assert found.title_in_name == pytest.approx(1 / 2)
    assert found.blog_in_slug == 0.5
    assert found.blog_spells_path == pytest.approx(11 / 14)
    assert features("http://roses.com/", title="Roses | Notes").title_names_site == 1.0
    assert features("http://roses.com/", title="Roses").title_names_site == 0.0


def test_unknown_is_nan() -> None:
    found = features("http://example.com/a")
    for field in DomainFeatures._fields:
        assert isnan(getattr(found, field)) is field.startswith(("title_", "blog_spells", "blog_in")), field


@pytest.mark.parametrize("source", ["", "nonsense", "http://", "javascript:alert(1)"])
def test_unusable_host(source: str) -> None:
    found = features(source)
    assert found.no_host == 1.0
    assert all(map(isnan, found[1:]))


@pytest.mark.parametrize(
    ("source", "target", "kind", "value"),
    [
        ("https://ours.example.org/a", "https://www.example.org/b", Kind.PINGBACK, 1.0),
        ("https://a.wordpress.com/a", "https://b.wordpress.com/b", Kind.WEBMENTION, 0.0),
        ("https://medium.com/@a/x", "https://medium.com/@a/y", Kind.UNKNOWN, 1.0),
        ("https://ours.example.org/a", "https://ours.example.org/b", Kind.TRACKBACK, None),
        ("https://ours.example.org/a", "nonsense", Kind.PINGBACK, None),
    ],
)
def test_self_ping(source: str, target: str, kind: Kind, value: float | None) -> None:
    found = domain_features(context(source, target=target, kind=kind)).self_ping
    assert isnan(found) if value is None else found == value


@pytest.mark.parametrize(
    ("label", "words", "share"),
    [("", ("a",), 0.0), ("roses", ("rose", "roses"), 1.0), ("myroses", ("my", "rose"), 4 / 7), ("aaa", (), 0.0)],
)
def test_covered(label: str, words: tuple[str, ...], share: float) -> None:
    assert share_spelled(label, words) == pytest.approx(share)


@given(st.text(max_size=60), st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_hostile_addresses_give_numbers(text: str, title: str) -> None:
    for source in (text, f"http://{text}", f"http://example.com/{text}"):
        found = domain_features(context(source, title=title, blog_name=title))
        assert all(isinstance(value, float) for value in found)
        assert len(found) == len(DOMAIN.names)
