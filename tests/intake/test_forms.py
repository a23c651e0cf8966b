"""Trackback and webmention forms, in every charset, with limits."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.errors import ProtocolError
from moderator.intake import read_trackback, read_webmention
from moderator.records import Kind, Linkback

POST = "http://b.example/post"
FORM = "application/x-www-form-urlencoded"
FIELDS = {"url": "http://a.example/1", "title": "Ein schöner Täg", "excerpt": "… ünd mehr", "blog_name": "Blög"}


def trackback(body: bytes, content_type: str = FORM, query: str = "") -> Linkback:
    return read_trackback(body, content_type, target_url=POST, query=query)


def webmention(body: bytes, content_type: str = FORM) -> Linkback:
    return read_webmention(body, content_type)


@pytest.mark.parametrize(
    ("charset", "content_type", "field"),
    [
        ("utf-8", FORM, ""),
        ("utf-8", "", ""),
        ("utf-8", f"{FORM}; charset=UTF-8", ""),
        ("utf-8", f"{FORM}; charset=x-nonsense", ""),
        ("utf-8", f"{FORM}; charset=zlib_codec", "hex"),
        ("cp1252", f"{FORM};charset=ISO-8859-1", ""),
        ("cp1252", f'{FORM.upper()}; boundary=x; CHARSET="windows-1252"', ""),
        ("cp1252", FORM, "iso-8859-1"),
        ("utf-8", f"{FORM}; charset=utf-16", ""),
        ("gb18030", FORM, "gb18030"),
        ("utf-8", f"{FORM}; charset=utf-8", "gb18030"),
    ],
)
def test_trackback_charsets(charset: str, content_type: str, field: str) -> None:
    pairs = {name: value.encode(charset) if name != "url" else value for name, value in FIELDS.items()}
    body = urlencode(pairs | ({"charset": field} if field else {})).encode()
    linkback = trackback(body, content_type)
    assert linkback == Linkback(
        kind=Kind.TRACKBACK,
        source_url=FIELDS["url"],
        target_url=POST,
        title=FIELDS["title"],
        excerpt=FIELDS["excerpt"],
        blog_name=FIELDS["blog_name"],
    )


def test_undecodable_bytes_are_replaced() -> None:
    linkback = trackback(b"url=http://a.example/1&title=caf%E9&excerpt=%ED%A0%80", f"{FORM}; charset=utf-8")
    assert linkback.title == "caf\ufffd"
    linkback.excerpt.encode("utf-8")


WITHOUT_CHARSET = {
    "cp1252": ("Gelée tardive", "Chez nous aussi la gelée a brûlé les haricots semés trop tôt."),
    "latin-1": ("Über Gärten", ""),
    "cp1251": ("Поздние заморозки", "У нас тоже ночью помёрзла вся фасоль; спанбонд спас кабачки."),
    "koi8-r": ("Поздние заморозки", "У нас тоже ночью помёрзла вся фасоль; спанбонд спас кабачки."),
    "cp932": ("遅霜と不織布", "うちも豆が全部やられました。不織布をかけておいたズッキーニは無事。"),
    "euc_jp": ("遅霜と不織布", "うちも豆が全部やられました。不織布をかけておいたズッキーニは無事。"),
    "iso2022_jp": ("遅霜と不織布", "うちも豆が全部やられました。"),
    "gbk": ("晚霜与无纺布", "我家的豆子也全冻坏了，盖了无纺布的西葫芦没事。"),
    "big5": ("晚霜與無紡布", "我家的豆子也全凍壞了，蓋了無紡布的西葫蘆沒事。"),
    "cp949": ("늦서리와 부직포", "우리 집 콩도 모두 얼어 죽었습니다. 부직포를 덮은 호박은 무사합니다."),
    "utf-8": ("晚霜 Gelée", "Über Gärten und Поздние заморозки"),
}


@pytest.mark.parametrize("charset", WITHOUT_CHARSET)
def test_a_trackback_without_a_charset_is_read_by_the_likeliest_one(charset: str) -> None:
    title, excerpt = WITHOUT_CHARSET[charset]
    body = urlencode(
        {"url": "http://a.example/1", "title": title.encode(charset), "excerpt": excerpt.encode(charset)}
    ).encode()
    linkback = trackback(body, FORM)
    assert (linkback.title, linkback.excerpt) == (title, excerpt)


def test_first_value_counts_and_query_fills_in() -> None:
    linkback = trackback(
        b"url=http://a.example/1&url=http://c.example/&TITLE=one+two", query="tb_id=3&blog_name=B&title=no"
    )
    assert (linkback.source_url, linkback.title, linkback.blog_name) == ("http://a.example/1", "one two", "B")


def test_title_stays_empty() -> None:
    assert trackback(b"url=http://a.example/1").title == ""


BAD_FORMS = [
    (b"", FORM),
    (b"title=x", FORM),
    (b"url=&source=&target=", FORM),
    (b"url=not+a+url", FORM),
    (b"url=ftp://a.example/", FORM),
    (b"url=http://a.example/%00", FORM),
    (b"url=http://a.example/&source=http://a.example/&target=http://b.example/&title=%00", FORM),
    (b"url=http://a.example/&source=http://a.example/&target=http://b.example/&charset=utf-7", FORM),
    (b"url=http://a.example/&source=http://a.example/&target=http://b.example/", f"{FORM}; charset=UTF-7"),
    (b"url=http://a.example/&source=http://a.example/&target=http://b.example/", "application/json"),
    (b'--x\r\nContent-Disposition: form-data; name="url"\r\n\r\nhttp://a.example/', "multipart/form-data; boundary=x"),
    (b"url=http://a.example/&source=http://a.example/&target=http://b.example/&" + b"a=1&" * 100, FORM),
    (b"url=http://a.example/" + b"a" * 3000, FORM),
    (bytes(range(256)), FORM),
]


@pytest.mark.parametrize(("body", "content_type"), BAD_FORMS)
@pytest.mark.parametrize(("reader", "code", "status"), [(trackback, 1, 200), (webmention, 400, 400)])
def test_faults(
    reader: Callable[[bytes, str], Linkback], code: int, status: int, body: bytes, content_type: str
) -> None:
    with pytest.raises(ProtocolError) as caught:
        reader(body, content_type)
    assert (caught.value.fault_code, caught.value.http_status) == (code, status)
    assert str(caught.value).isascii()


@pytest.mark.parametrize(("reader", "code", "status"), [(trackback, 1, 200), (webmention, 413, 413)])
def test_ten_megabytes_are_refused(reader: Callable[[bytes], Linkback], code: int, status: int) -> None:
    with pytest.raises(ProtocolError) as caught:
        reader(b"url=http://a.example/&title=" + b"%41&" * 2_500_000)
    assert (caught.value.fault_code, caught.value.http_status) == (code, status)


def test_webmention() -> None:
    linkback = webmention(
        b"source=http%3A%2F%2Fa.example%2F1&target=http%3A%2F%2Fb.example%2F2&vouch=http://c.example/"
    )
    assert linkback == Linkback(kind=Kind.WEBMENTION, source_url="http://a.example/1", target_url="http://b.example/2")


@pytest.mark.parametrize(
    "body",
    [
        b"source=http://a.example/1",
        b"target=http://a.example/1",
        b"source=http://a.example/1&target=http://a.example/1",
        b"source=http://a.example/1%23x&target=http://a.example/1",
    ],
)
def test_webmention_needs_two_pages(body: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        webmention(body)
    assert caught.value.http_status == 400


@given(st.binary(max_size=120), st.text(max_size=40), st.text(max_size=30))
@settings(max_examples=200)
def test_random_bytes_raise_nothing_else(body: bytes, content_type: str, query: str) -> None:
    for head in (b"", b"url=http://a.example/&", b"source=http://a.example/1&target=http://a.example/2&charset="):
        for media in (content_type, f"{FORM}; charset={content_type}"):
            for read in (lambda b, m: trackback(b, m, query), webmention):
                try:
                    linkback = read(head + body, media)
                except ProtocolError:
                    continue
                (linkback.title + linkback.excerpt + linkback.source_url).encode("utf-8")
