import pytest

from moderator.history.base import Keys
from moderator.history.keys import keys_of, sender_address
from moderator.records import Linkback, LinkEvidence
from moderator.urls import parse_url


def keys(**fields: str) -> Keys:
    told = {"source_url": "https://blog.shop.example/a", "target_url": "https://ours.example.org/p", **fields}
    linkback = Linkback(**told)  # type: ignore[arg-type]
    return keys_of(linkback, parse_url(linkback.source_url), parse_url(linkback.target_url))


FULL = {
    "sender_ip": "8.8.8.8",
    "source_url": "https://blog.shop.example/growing-tomatoes-outdoors",
    "title": "Ten ways to grow tomatoes outdoors",
    "excerpt": "Here is how we grow ours every year, and what we learned of rain and snails",
}


def test_every_family_has_digests_of_its_own() -> None:
    one = keys(**FULL, site="shop.example")
    assert one.page is None, "nobody looked"
    assert len(set(one[:10])) == 10
    assert all(key is not None and -(2**63) <= key < 2**63 for key in one[:10])


def test_digests_are_the_same_in_every_process() -> None:
    assert keys(**FULL)[:3] == (STABLE.sender, STABLE.network, STABLE.domain)
    assert keys(**FULL)[4:7] == (STABLE.target, STABLE.site, STABLE.site_author)


STABLE = Keys(
    sender=4724691034304145299,
    network=8723592086300876225,
    domain=-1578795053722440432,
    template=None,
    target=3665537968865162141,
    site=450883622197172663,
    site_author=-2109892588815987915,
)
"""Written down once: a history on disk must be readable by later versions."""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unknown",
        "10.25.50.3",
        "192.168.0.1",
        "127.0.0.1",
        "0.0.0.0",
        "169.254.1.1",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "8.8.8.8, 10.0.0.1",
        "8.8.8.8:80",
        "08.8.8.8",
        "1" * 1000,
        "\0",
        "\ud800",
    ],
)
def test_what_is_nobodys_address_identifies_nobody(text: str) -> None:
    assert sender_address(text) is None
    assert keys(sender_ip=text)[:2] == (None, None)


@pytest.mark.parametrize(
    ("first", "second", "same_sender", "same_network"),
    [
        ("8.8.8.8", " 8.8.8.8 ", True, True),
        ("8.8.8.8", "::ffff:8.8.8.8", True, True),
        ("8.8.8.8", "64:ff9b::808:808", True, True),
        ("8.8.8.8", "8.8.8.9", False, True),
        ("8.8.8.8", "8.8.9.8", False, False),
        ("2a00::1", "[2A00:0::1]", True, True),
        ("2a00:1:2:3::1", "2a00:1:2:4::1", False, True),
        ("2a00:1:2::1", "2a00:1:3::1", False, False),
        ("203.0.113.7", "203.0.113.7", True, True),
    ],
)
def test_senders_and_their_networks(first: str, second: str, same_sender: bool, same_network: bool) -> None:
    one, other = keys(sender_ip=first), keys(sender_ip=second)
    assert None not in one[:2]
    assert (one.sender == other.sender, one.network == other.network) == (same_sender, same_network)


@pytest.mark.parametrize(
    ("first", "second", "equal"),
    [
        ("https://www.example.com/a", "http://blog.example.com:8080/b", True),
        ("https://a.blogspot.com/", "https://b.blogspot.com/", False),
        ("https://medium.com/@a/1", "https://medium.com/@b/1", False),
    ],
)
def test_the_domain_is_who_speaks(first: str, second: str, equal: bool) -> None:
    assert (keys(source_url=first).domain == keys(source_url=second).domain) is equal
    assert (keys(source_url=first).site_author == keys(source_url=second).site_author) is equal


def test_spellings_of_a_target_and_a_site_are_one() -> None:
    plain = keys()
    assert keys(target_url="http://www.ours.example.org/p/?utm_source=x#top").target == plain.target
    assert keys(target_url="https://ours.example.org/q").target != plain.target
    assert keys(site="OURS.example.org ").site == plain.site
    assert keys(site="other").site_author != plain.site_author


def test_what_is_not_told_is_none() -> None:
    assert keys(source_url="::", target_url="nonsense") == (None,) * 12
    assert keys(target_url="nonsense", site="ours").target is None
    assert keys(target_url="nonsense", site="ours").site_author is not None


def test_one_template_with_changing_names_is_one() -> None:
    def wording(name: str) -> int | None:
        said = f"[...] Here you can find more information about {name} and 17 other things [...]"
        return keys(source_url=f"https://{name}.example/{name}", blog_name=name, title=name, excerpt=said).template

    assert wording("replica") == wording("watches") is not None
    assert keys(excerpt="Something else entirely was written on this page").template != wording("replica")


def test_the_author_is_the_one_at_the_final_address() -> None:
    linkback = Linkback("https://short.example/x", "https://ours.example.org/p")
    source, target = parse_url(linkback.source_url), parse_url(linkback.target_url)
    moved = keys_of(linkback, source, target, LinkEvidence(final_url="https://uni.example/~ann/x"))
    own = keys_of(
        Linkback("https://uni.example/~ann/y", linkback.target_url), parse_url("https://uni.example/~ann/y"), target
    )
    assert (moved.domain, moved.site_author) == (own.domain, own.site_author)
    assert moved.domain != keys_of(linkback, source, target, LinkEvidence(final_url="")).domain
