import ipaddress
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.guard import check_address, check_url, is_allowed, parse_nat64, parse_network
from moderator.records import LinkStatus

REFUSED = [
    # loopback in all its spellings
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0X7F.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0.0x1/",
    "http://00000127.0.0.1/",
    "http://127.0.0.1:8080/",
    "http://１２７.０.０.１/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127｡0｡0｡1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0x0/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://a.localhost/",
    "http://ｌｏｃａｌｈｏｓｔ/",
    "http://loc\u00adalhost/",
    # private and special networks
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://167772161/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://192.168.1/",
    "http://0xc0a80001/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://192.88.99.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://256.1.1.1/",
    "http://1.2.3.4.5/",
    "http://4294967296/",
    # IPv6
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:10.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::808:808]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a00:1::1]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:0:808:808:0:0:80ff:fffe]/",
    "http://[2a00:1450::5efe:10.0.0.1]/",
    "http://[2a00:1450::200:5efe:127.0.0.1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[fec0::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[3ffe::1]/",
    "http://[100::1]/",
    "http://[5f00::1]/",
    "http://[2001:10::1]/",
    "http://[2001:2::1]/",
    "http://[v1.fe80::a]/",
    "http://[::1/",
    "http://::1/",
    # names that are not public
    "http://intranet/",
    "http://router.local/",
    "http://metadata.google.internal/",
    "http://printer.lan/",
    "http://x.home.arpa/",
    "http://abc.onion/",
    # tricks with the rest
    "http://user@blog.example.com/",
    "http://user:password@blog.example.com/",
    "http://blog.example.com@127.0.0.1/",
    "http://127.0.0.1#@blog.example.com/",
    "http://blog.example.com\\@127.0.0.1/",
    "http://blog.example.com:22/",
    "http://blog.example.com:25/",
    "http://blog.example.com:6379/",
    "http://blog.example.com:0/",
    "http://blog.example.com:99999/",
    "http://blog.example.com:８０/",
    "http://blog.example.com:-80/",
    "http://blog.example.com:80:80/",
    "http://blog%2eexample%2ecom/",
    "http://%31%32%37.0.0.1/",
    "http://blog..example.com/",
    "http://.example.com/",
    "http://blog.example.com../",
    "http://-blog.example-/",
    "http:///path",
    "http://",
    "http:blog.example.com",
    "//blog.example.com/",
    "blog.example.com",
    "",
    "ftp://blog.example.com/",
    "file:///etc/passwd",
    "gopher://blog.example.com/",
    "dict://127.0.0.1:11211/",
    "javascript:alert(1)",
    "data:text/html,x",
    "jar:http://blog.example.com/!/",
    "http://blog.example.com/a b",
    "http://blog.example.com/\r\nHost: x",
    "http://blog.exam\tple.com/",
    "ht\ntp://blog.example.com/",
    "http://blog.example.com/\u202eabc",
    "http://blog.example.com/\ud800",
    "http://" + "a" * 64 + ".example.com/",
    "http://" + "a." * 130 + "com/",
    "http://blog.example.com/" + "a" * 5000,
]

PASSING = [
    ("http://blog.example.com/", "http://blog.example.com/"),
    ("https://blog.example.com", "https://blog.example.com/"),
    ("HTTP://BLOG.EXAMPLE.COM/A", "http://blog.example.com/A"),
    ("  http://blog.example.com/ \n", "http://blog.example.com/"),
    ("http://blog.example.com./", "http://blog.example.com/"),
    ("http://blog.example.com:80/", "http://blog.example.com/"),
    ("https://blog.example.com:443/", "https://blog.example.com/"),
    ("http://blog.example.com:/", "http://blog.example.com/"),
    ("http://blog.example.com:8080/x", "http://blog.example.com:8080/x"),
    ("https://blog.example.com:8443/x", "https://blog.example.com:8443/x"),
    ("http://blog.example.com:443/x", "http://blog.example.com:443/x"),
    ("http://blog.example.com?a=b", "http://blog.example.com/?a=b"),
    ("http://blog.example.com/a?b=c&d=%20#e", "http://blog.example.com/a?b=c&d=%20"),
    ("http://blog.example.com/straße", "http://blog.example.com/stra%C3%9Fe"),
    ("http://bücher.example.com/", "http://xn--bcher-kva.example.com/"),
    ("http://xn--bcher-kva.example.com/", "http://xn--bcher-kva.example.com/"),
    ("http://ｂｌｏｇ.example.com/", "http://blog.example.com/"),
    ("http://例え.テスト/", "http://xn--r8jz45g.xn--zckzah/"),
    ("http://🦊💻.example.com/", "http://xn--3s8h30f.example.com/"),
    ("http://i❤.example.com/", "http://xn--i-7iq.example.com/"),
    ("http://anna-.example.com/", "http://anna-.example.com/"),
    ("http://-anna.example.com/", "http://-anna.example.com/"),
    ("http://blog.example.com/می\u200cخ", "http://blog.example.com/%D9%85%DB%8C%E2%80%8C%D8%AE"),
    ("http://my_blog.example.com/", "http://my_blog.example.com/"),
    ("http://1and1.example.com/", "http://1and1.example.com/"),
    ("http://123.example.com/", "http://123.example.com/"),
    ("http://8.8.8.8/", "http://8.8.8.8/"),
    ("http://172.15.255.255/", "http://172.15.255.255/"),
    ("http://172.32.0.1/", "http://172.32.0.1/"),
    ("http://[2a00:1450:4001:80b::200e]/", "http://[2a00:1450:4001:80b::200e]/"),
    ("http://[::ffff:8.8.8.8]/", "http://[::ffff:808:808]/"),
    ("http://[64:ff9b::8.8.8.8]/", "http://[64:ff9b::808:808]/"),
    ("http://[2001:4860:4860::8888]:8080/", "http://[2001:4860:4860::8888]:8080/"),
    ("http://127.0.0.1.example.com/", "http://127.0.0.1.example.com/"),
    ("http://blog.example.com/@user", "http://blog.example.com/@user"),
]


def test_enough_spellings() -> None:
    assert len(set(REFUSED)) == len(REFUSED) >= 80
    assert len(set(PASSING)) == len(PASSING) >= 20


@pytest.mark.parametrize("url", REFUSED, ids=ascii)
def test_refused(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        check_url(url)
    assert caught.value.status is LinkStatus.REFUSED
    assert caught.value.detail


@pytest.mark.parametrize(("url", "expected"), PASSING, ids=ascii)
def test_passing(url: str, expected: str) -> None:
    assert check_url(url).url == expected


def test_host_header() -> None:
    assert check_url("http://blog.example.com:80/").host_header == "blog.example.com"
    assert check_url("https://blog.example.com:8443/").host_header == "blog.example.com:8443"
    assert check_url("http://[2a00:1450::1]:8080/").host_header == "[2a00:1450::1]:8080"


INTRANET = (parse_network("10.1.0.0/16"), parse_network("fd00:1::/32"))


@pytest.mark.parametrize(
    ("address", "passes"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("fd00:1::5", True),
        ("10.2.0.1", False),
        ("fd00:2::5", False),
        # Only the address itself is allowed, not everything that wraps it.
        ("64:ff9b::10.1.2.3", False),
        ("2002:a01:203::", False),
        ("8.8.8.8", True),
    ],
)
def test_allowed_networks(address: str, passes: bool) -> None:
    assert (check_address(address, INTRANET) == "") is passes


def test_allowed_networks_open_names_but_not_spellings() -> None:
    assert check_url("http://wiki/", allowed=INTRANET).host == "wiki"
    assert check_url("http://10.1.2.3/", allowed=INTRANET).host == "10.1.2.3"
    for url in ("http://10.2.2.3/", "http://0x0a010203/", "http://10.1.515/"):
        with pytest.raises(FetchError):
            check_url(url, allowed=INTRANET)


def test_allowed_networks_open_ports_for_their_addresses_only() -> None:
    assert check_url("http://wiki.example:3000/", allowed=INTRANET).port == 3000
    assert is_allowed("10.1.2.3", INTRANET) and is_allowed("fd00:1::5", INTRANET)
    for address in ("10.2.0.1", "8.8.8.8", "64:ff9b::10.1.2.3", "fd00:1::5%1", "nonsense"):
        assert not is_allowed(address, INTRANET)


def test_other_ports_by_choice() -> None:
    assert check_url("http://blog.example.com:3000/", ports={3000}).port == 3000


@pytest.mark.parametrize("text", ["", "nonsense", "1.2.3", "fe80::1%eth0", "::1%1", "1.2.3.4/8"])
def test_no_addresses(text: str) -> None:
    assert check_address(text)


PRIVATE = [
    ipaddress.ip_network(network)
    for network in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ]
]
private_v4 = st.sampled_from(PRIVATE).flatmap(
    lambda network: st.integers(int(network.network_address), int(network.broadcast_address))
)
NESTINGS = {
    "mapped": lambda v4, r: 0xFFFF << 32 | v4,
    "compatible": lambda v4, r: v4,
    "translated": lambda v4, r: 0xFFFF << 48 | v4,
    "nat64": lambda v4, r: 0x64FF9B << 96 | v4,
    "local nat64": lambda v4, r: 0x64FF9B0001 << 80 | v4,
    "6to4": lambda v4, r: 0x2002 << 112 | v4 << 80 | r & ((1 << 80) - 1),
    "teredo server": lambda v4, r: 0x20010000 << 96 | v4 << 64 | r & ((1 << 64) - 1),
    "teredo client": lambda v4, r: 0x20010000 << 96 | 0x08080808 << 64 | (r & 0xFFFFFFFF) << 32 | v4 ^ 0xFFFFFFFF,
    "isatap": lambda v4, r: 0x2A00 << 112 | (r & 0xFFFF) << 96 | 0x5EFE << 32 | v4,
    "isatap, universal": lambda v4, r: 0x2A00 << 112 | (r & 0xFFFF) << 96 | 0x02005EFE << 32 | v4,
}


@given(v4=private_v4, rest=st.integers(0, (1 << 80) - 1), nesting=st.sampled_from(sorted(NESTINGS)))
@settings(max_examples=300, deadline=None)
def test_no_private_address_passes_in_any_nesting(v4: int, rest: int, nesting: str) -> None:
    wrapped = str(IPv6Address(NESTINGS[nesting](v4, rest)))
    assert check_address(wrapped)
    with pytest.raises(FetchError):
        check_url(f"http://[{wrapped}]/")


SPELLINGS: dict[str, Callable[[int], str]] = {
    "dotted": lambda n: str(IPv4Address(n)),
    "decimal": str,
    "hexadecimal": hex,
    "octal": lambda n: "0" + format(n, "o"),
    "hexadecimal parts": lambda n: ".".join(hex(n >> shift & 255) for shift in (24, 16, 8, 0)),
    "octal parts": lambda n: ".".join("0" + format(n >> shift & 255, "o") for shift in (24, 16, 8, 0)),
    "two parts": lambda n: f"{n >> 24}.{n & 0xFFFFFF}",
    "three parts": lambda n: f"{n >> 24}.{n >> 16 & 255}.{n & 0xFFFF}",
    "full width": lambda n: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in str(IPv4Address(n))),
    "trailing dot": lambda n: f"{IPv4Address(n)}.",
}


@given(v4=private_v4, spelling=st.sampled_from(sorted(SPELLINGS)))
@settings(max_examples=300, deadline=None)
def test_no_private_address_passes_in_any_spelling(v4: int, spelling: str) -> None:
    with pytest.raises(FetchError):
        check_url(f"http://{SPELLINGS[spelling](v4)}/")


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_never_raises_anything_else(text: str) -> None:
    for url in (text, f"http://{text}", f"http://{text}.example.com/{text}"):
        try:
            there = check_url(url)
        except FetchError:
            continue
        assert there.scheme in ("http", "https")
        assert there.url.isascii() and not any(character.isspace() for character in there.url)
        assert check_url(there.url) == there


@pytest.mark.parametrize(
    ("prefix", "address"),
    [  # RFC 6052, 2.4, with 10.0.2.33 for 192.0.2.33
        ("2001:4860::/32", "2001:4860:a00:221::"),
        ("2001:4860:100::/40", "2001:4860:10a:2:21::"),
        ("2001:4860:122::/48", "2001:4860:122:a00:2:2100::"),
        ("2001:4860:122:300::/56", "2001:4860:122:30a:0:221::"),
        ("2001:4860:122:344::/64", "2001:4860:122:344:a:2:2100::"),
        ("2001:4860:122:344::/96", "2001:4860:122:344::10.0.2.33"),
    ],
)
def test_a_private_address_behind_a_prefix_of_the_owners(prefix: str, address: str) -> None:
    nat64 = [parse_nat64(prefix)]
    assert check_address(address) == ""
    assert check_address(address, nat64=nat64) == "private address"
    public = ip_address(int(ip_address(address)))
    assert check_address(str(public), allowed=[parse_network(f"{public}/128")], nat64=nat64) == ""
    with pytest.raises(FetchError, match="private address"):
        check_url(f"http://[{address}]/", nat64=nat64)


def test_a_public_address_behind_a_prefix_of_the_owners() -> None:
    nat64 = [parse_nat64("2001:4860:122:344::/96")]
    assert check_address("2001:4860:122:344::8.8.8.8", nat64=nat64) == ""


@pytest.mark.parametrize("text", ["10.0.0.0/8", "2001:4860::/33", "::1/128", "x"])
def test_what_is_no_nat64_prefix(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_nat64(text)
