"""XML-RPC bodies: good ones are read, bad ones raise one error with the protocol's code."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.errors import ProtocolError
from moderator.intake import read_pingback
from moderator.records import Kind, Linkback

SOURCE, TARGET = "http://a.example/1?x=1", "http://b.example/ä"


def call(*values: str, method: str = "pingback.ping", head: str = '<?xml version="1.0"?>') -> str:
    params = "".join(f"<param><value>{value}</value></param>" for value in values)
    return f"{head}<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>"


GOOD = call(f"<string>{SOURCE}</string>", f"<string>{TARGET}</string>")


def test_everything_is_kept() -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    linkback = read_pingback(
        GOOD.encode(), sender_ip="192.0.2.1", user_agent="WordPress/6.1", received_at=at, site="b.example"
    )
    assert linkback == Linkback(
        kind=Kind.PINGBACK,
        source_url=SOURCE,
        target_url=TARGET,
        sender_ip="192.0.2.1",
        user_agent="WordPress/6.1",
        received_at=at,
        site="b.example",
    )


@pytest.mark.parametrize(
    "body",
    [
        call(SOURCE, TARGET).encode(),
        b"\r\n " + call(f"\n<string> {SOURCE}\n</string> ", TARGET).encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.encode("utf-16"),
        call(SOURCE, TARGET, head='<?xml version="1.0" encoding="ISO-8859-1"?>').encode("latin-1"),
        call(SOURCE, TARGET, head="<?xml version='1.0' encoding='windows-1252' ?>").encode("cp1252"),
        call(SOURCE, TARGET, head='<?xml version="1.0" encoding="cp437"?>').encode("cp437"),
        call(SOURCE, "http://b.example/&#xe4;").encode(),
        call(SOURCE, "<![CDATA[http://b.example/ä]]>").encode(),
        call(SOURCE, TARGET, head="<!-- hello --><?php 1 ?>").encode(),
        call(SOURCE, TARGET, method=" pingback.ping\n").encode(),
    ],
)
def test_spellings_of_one_call(body: bytes) -> None:
    linkback = read_pingback(body)
    assert (linkback.source_url, linkback.target_url) == (SOURCE, TARGET)


def test_multibyte_encoding() -> None:
    body = call(SOURCE, "http://b.example/東京", head='<?xml version="1.0" encoding="Shift_JIS"?>').encode("shift_jis")
    assert read_pingback(body).target_url == "http://b.example/東京"


ENTITY = '<!DOCTYPE a [<!ENTITY x "http://a.example/">]>'
BOMB = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", -32700),
        ("not xml", -32700),
        ("<methodCall>", -32700),
        (GOOD + "<more/>", -32700),
        (call("http://a.example/\0", TARGET), -32700),
        (call("&undefined;", TARGET), -32700),
        (call("&#xD800;", TARGET), -32700),
        (call(SOURCE, TARGET, head="<!DOCTYPE html>"), -32600),
        (call("&x;", TARGET, head=ENTITY), -32600),
        (call("&y;", TARGET, head=BOMB), -32600),
        (call(SOURCE, TARGET, head='<!DOCTYPE a SYSTEM "file:///etc/passwd">'), -32600),
        (call(SOURCE, TARGET, head='<?xml version="1.0" encoding="x-nonsense"?>'), -32701),
        (call(SOURCE, TARGET, head='<?xml version="1.0" encoding="UTF-7"?>'), -32701),
        (call(SOURCE, TARGET, head='<?xml version="1.0" encoding="zlib_codec"?>'), -32701),
        (call(SOURCE, TARGET, head='<?xml version="1.0" encoding="unicode_escape"?>'), -32701),
        ("<html></html>", -32600),
        ("<methodCall/>", -32601),
        (call(SOURCE, TARGET, method="system.multicall"), -32601),
        (call(SOURCE, TARGET, method="pingback.extensions.getPingbacks"), -32601),
        (call(SOURCE), -32602),
        (call(SOURCE, TARGET, TARGET), -32602),
        (call("<int>1</int>", TARGET), -32602),
        (call(f"<array><data><value>{SOURCE}</value></data></array>", TARGET), -32602),
        (call("<string><b>x</b></string>", TARGET), -32602),
        (call("<a>" * 20 + "</a>" * 20, TARGET), -32602),
        ("<methodCall>" + "<a>" * 20 + "</a>" * 20 + "</methodCall>", -32600),
        ("<methodCall>" + "<a/>" * 100 + "</methodCall>", -32600),
        (call("", TARGET), 16),
        (call("ftp://a.example/", TARGET), 16),
        (call("javascript:alert(1)", TARGET), 16),
        (call("http:///nowhere", TARGET), 16),
        (call("http://a.example/" + "a" * 3000, TARGET), 16),
        (call("http://a.example/a b", TARGET), 16),
        (call(SOURCE, ""), 33),
        (call(SOURCE, "/post/1"), 33),
    ],
)
def test_faults(body: str, code: int) -> None:
    with pytest.raises(ProtocolError) as caught:
        read_pingback(body.encode())
    assert (caught.value.fault_code, caught.value.http_status) == (code, 200)
    assert str(caught.value).isascii()


@pytest.mark.parametrize("body", [b"\x00" * 100, b"\xff\xfe\xff", bytes(range(256))])
def test_binary_is_not_well_formed(body: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        read_pingback(body)
    assert caught.value.fault_code == -32700


SUPERSETS = [
    ("Shift_JIS", "cp932", "http://a.example/五月①"),
    ("x-sjis", "cp932", "http://a.example/遅霜"),
    ("EUC-KR", "cp949", "http://a.example/똠"),
    ("GB2312", "gbk", "http://a.example/镕"),
    ("Big5", "cp950", "http://a.example/霜"),
    ("EUC-JP", "euc_jis_2004", "http://a.example/①"),
    ("utf8", "utf-8", "http://a.example/frühstück"),
    ("UTF8", "utf-8", "http://a.example/\U0001f345"),
    ("windows-1251", "cp1251", "http://a.example/мороз"),
    ("UTF-16", "utf-16", "http://a.example/霜"),
]


@pytest.mark.parametrize(("label", "codec", "source"), SUPERSETS)
def test_labels_mean_what_browsers_take_them_for(label: str, codec: str, source: str) -> None:
    body = call(
        source, "http://b.example/2", head=f'<?xml version="1.0" encoding="{label}"?><!-- {source[-1]} -->'
    ).encode(codec)
    assert read_pingback(body).source_url == source


@pytest.mark.parametrize("before", [b"\n\xef\xbb\xbf", b"\xef\xbb\xbf\n", b" \r\n\t", b"\xef\xbb\xbf" * 2])
def test_marks_and_white_space_before_the_declaration(before: bytes) -> None:
    body = call(SOURCE, TARGET, head='<?xml version="1.0" encoding="UTF-8"?>').encode()
    assert read_pingback(before + body).source_url == read_pingback(body).source_url


def test_a_call_without_declaration_that_is_not_utf8_is_read_all_the_same() -> None:
    body = call("http://a.example/frühstück-im-garten", TARGET, head="").encode("latin-1")
    assert read_pingback(body).source_url == "http://a.example/frühstück-im-garten"


@pytest.mark.parametrize("escaped", ["&amp;amp;", "&amp;#038;", "&amp;#38;", "&amp;"])
def test_addresses_that_were_escaped_twice(escaped: str) -> None:
    source, target = (f"http://{host}.example/?p=5{escaped}lang=de" for host in "ab")
    body = (
        f"<methodCall><methodName>pingback.ping</methodName><params><param><value>{source}</value></param>"
        f"<param><value>{target}</value></param></params></methodCall>"
    ).encode()
    linkback = read_pingback(body)
    assert linkback.source_url == "http://a.example/?p=5&lang=de"
    assert linkback.target_url == "http://b.example/?p=5&lang=de"


def test_declared_but_wrong_encoding() -> None:
    body = b'<?xml version="1.0" encoding="Shift_JIS"?><methodCall>\x81</methodCall>'
    with pytest.raises(ProtocolError) as caught:
        read_pingback(body)
    assert caught.value.fault_code == -32700


def test_ten_megabytes_are_refused() -> None:
    with pytest.raises(ProtocolError) as caught:
        read_pingback(b"<methodCall>" + b"a" * 10_000_000)
    assert caught.value.fault_code == -32600


@given(st.binary(max_size=200))
@settings(max_examples=150)
def test_random_bytes_raise_nothing_else(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_pingback(body)


PIECES = [
    b"",
    b"<",
    b">",
    b"&",
    b"&x;",
    b"\0",
    b"\xff",
    b"<string>",
    b"</value>",
    b"<!DOCTYPE a>",
    b"<![CDATA[",
    b'encoding="big5"',
]


@given(st.integers(0, len(GOOD)), st.integers(0, 30), st.sampled_from(PIECES))
@settings(max_examples=300)
def test_damaged_calls_raise_nothing_else(at: int, gap: int, piece: bytes) -> None:
    body = GOOD.encode()
    try:
        linkback = read_pingback(body[:at] + piece + body[at + gap :])
    except ProtocolError:
        return
    assert linkback.source_url.startswith("http")
