"""The smaller parts: charset, decompression, settings and resolving."""

import gzip
import socket
import threading
import zlib
from collections.abc import Iterator

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.errors import SettingsError
from moderator.html.charset import decode_page
from moderator.linkcheck.budget import Budget, BudgetExceededError
from moderator.linkcheck.decoding import ACCEPTED, decompress
from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.resolve import SystemResolver
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.records import LinkStatus


@pytest.mark.parametrize(
    ("data", "header", "text", "codec"),
    [
        (b"", "", "", "utf-8"),
        ("ß".encode(), "", "ß", "utf-8"),
        ("ß".encode("latin-1"), "", "ß", "cp1252"),
        (b"\x80", "iso-8859-1", "€", "cp1252"),
        ("Привет".encode("cp1251"), "Windows-1251", "Привет", "cp1251"),
        ("ß".encode(), "'utf-8'", "ß", "utf-8"),
        ("漢".encode("gb18030"), "gb2312", "漢", "gb18030"),
        ("ß".encode("utf-16-le"), "utf-16", "ß", "utf-16-le"),
        ("grüße ß".encode()[:-1], "", "grüße \ufffd", "utf-8"),
        (b"<meta charset=latin1>\x80", "", "<meta charset=latin1>€", "cp1252"),
        (
            b"<?xml version='1.0' encoding='iso-8859-2'?>\xb1",
            "",
            "<?xml version='1.0' encoding='iso-8859-2'?>ą",
            "iso8859-2",
        ),
        (b"x", "unicode_escape", "x", "utf-8"),
        (b"+ADw-", "utf-7", "+ADw-", "utf-8"),
    ],
)
def test_charsets(data: bytes, header: str, text: str, codec: str) -> None:
    assert decode_page(data, header) == (text, codec)


def packed(encoding: str, data: bytes) -> bytes:
    if encoding == "gzip":
        return gzip.compress(data)
    if encoding == "deflate":
        return zlib.compress(data)
    if encoding == "bare deflate":
        packer = zlib.compressobj(wbits=-15)
        return packer.compress(data) + packer.flush()
    if encoding == "br":
        return bytes(brotli.compress(data))
    if encoding == "zstd":
        return zstandard.compress(data)
    return data


ENCODINGS = ["", "gzip", "deflate", "bare deflate", "br", "zstd"]


def in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=st.binary(max_size=2000), size=st.integers(1, 500), times=st.integers(1, 200))
@settings(max_examples=25, deadline=None)
def test_unpacks_what_was_packed(encoding: str, data: bytes, size: int, times: int) -> None:
    data = data * times
    name = encoding.removeprefix("bare ")
    assert decompress(in_pieces(packed(encoding, data), size), name, 1 << 20) == (data, "")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("piece", [100, 1 << 20])
def test_stops_at_the_limit_and_reads_no_further(encoding: str, piece: int) -> None:
    taken = 0

    def chunks() -> Iterator[bytes]:
        nonlocal taken
        for chunk in in_pieces(packed(encoding, b"a" * 30_000_000), piece):
            taken += 1
            yield chunk

    out, stopped = decompress(chunks(), encoding.removeprefix("bare "), 1000)
    assert (out, stopped) == (b"a" * 1000, "page too large")
    assert taken <= 12


@pytest.mark.parametrize("encoding", ENCODINGS[1:])
@given(data=st.binary(min_size=1, max_size=200))
@settings(max_examples=25, deadline=None)
def test_damaged_data_is_the_strangers_fault(encoding: str, data: bytes) -> None:
    try:
        decompress([data], encoding.removeprefix("bare "), 1000)
    except FetchError as error:
        assert error.status is LinkStatus.UNREACHABLE


@pytest.mark.parametrize("encoding", ["compress", "gzip, br", "zip", "\xff"])
def test_what_has_no_capped_decoder_is_not_read(encoding: str) -> None:
    with pytest.raises(FetchError, match="unknown compression"):
        decompress([b"x"], encoding, 10)
    assert encoding not in ACCEPTED.split(", ")


def test_what_came_before_an_error_is_kept() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"<p>some"
        raise FetchError(LinkStatus.UNREACHABLE, "timeout")

    assert decompress(chunks(), "", 100) == (b"<p>some", "timeout")
    half = gzip.compress(bytes(range(256)) * 50)[:200] + b"\xff" * 50
    out, stopped = decompress([half[:200], half[200:]], "gzip", 100_000)
    assert stopped in ("damaged compression", "")
    assert out == (bytes(range(256)) * 50)[: len(out)]


def test_budget() -> None:
    now = [0.0]
    budget = Budget(10, 100, 30, lambda: now[0])
    budget.begin_head()
    assert budget.room(1000) == 100
    budget.spend(30)
    with pytest.raises(FetchError, match="header too large"):
        budget.room(1)
    budget.end_head()
    assert budget.room(5) == 5
    budget.spend(70)
    with pytest.raises(BudgetExceededError):
        budget.room(1)
    now[0] = 9.5
    assert budget.left() == 0.5
    now[0] = 10.0
    with pytest.raises(FetchError, match="timeout"):
        budget.left()


def test_settings_tell_every_problem_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        LinkCheckSettings(deadline=0, workers=-1, pause=-1, allow_networks=("10.0.0.0/8", "nonsense", "1.2.3.4/99"))
    assert len(caught.value.problems) == 5
    assert "'nonsense'" in str(caught.value)


@pytest.mark.parametrize("blog", ["", "ours\r\nX: y", "blög"])
def test_user_agent_names_only_a_sound_blog(blog: str) -> None:
    assert LinkCheckSettings(blog=blog).user_agent.endswith("(link check)")


def entry(address: str) -> tuple[int, int, int, str, tuple[str, int]]:
    return (2, 1, 6, "", (address, 0))


def test_resolver_drops_doubles(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return [entry("8.8.8.8"), entry("8.8.4.4"), entry("8.8.8.8")]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    assert SystemResolver().resolve("a.example", 1.0) == ("8.8.8.8", "8.8.4.4")
    assert asked == ["a.example"]


def test_resolver_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(-2, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(FetchError, match="dns"):
        SystemResolver().resolve("a.example", 1.0)

    over = threading.Event()

    def dawdle(*_: object, **__: object) -> list[object]:
        over.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", dawdle)
    resolver = SystemResolver(at_once=1)
    with pytest.raises(FetchError, match="dns timeout"):
        resolver.resolve("a.example", 0.1)
    # The first look-up still holds the only slot.
    with pytest.raises(FetchError, match="dns timeout"):
        resolver.resolve("b.example", 0.1)
    over.set()
