"""Reading domain lists: each form, and files that nobody checked."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.domain_lists import formats
from moderator.domain_lists.formats import Format, clean_host, read_lines, read_list
from moderator.errors import ListError

PLAIN = ["# head", "", "spam.example", "Pills.Example.  ", "*.casino.example", ".replica.example", "||ads.example^"]
HOSTS = ["# hosts", "127.0.0.1 localhost", "0.0.0.0 bet.example", "0.0.0.0\tslots.example # comment", "::1 six.example"]
RANKS = ["1,big.example", "2,large.example", '"7","quoted.example"']
MAJESTIC = ["GlobalRank,TldRank,Domain,TLD", "1,1,big.example,example", "5,2,large.example,example", "x,y"]
FEEDS = ["https://me.example/feed.xml", "http://user@you.example:8080/rss#x", "https://[2001:db8::1]/atom"]
REGEXES = [r"([\w\-_.]+\.)?casino[\w]*\.[a-z]{2,}   # all of them", "-4u.info", "cheap pills", "x.example/page", "com"]

READINGS = [
    (
        "plain",
        PLAIN,
        Format.PLAIN,
        ["spam.example", "pills.example", "casino.example", "replica.example", "ads.example"],
        0,
    ),
    ("hosts", HOSTS, Format.HOSTS, ["bet.example", "slots.example", "six.example"], 1),
    ("ranks", RANKS, Format.RANK, ["big.example", "large.example", "quoted.example"], 0),
    ("majestic", MAJESTIC, Format.RANK, ["big.example", "large.example"], 1),
    ("feeds", FEEDS, Format.URLS, ["me.example", "you.example", "2001:db8::1"], 0),
    ("unusable lines", [*REGEXES, "good.example"], Format.PLAIN, ["good.example"], 5),
    ("byte order mark", ["\ufeffspam.example"], Format.PLAIN, ["spam.example"], 0),
    ("idna", ["bücher.example", "пример.рф"], Format.PLAIN, ["xn--bcher-kva.example", "xn--e1afmkfd.xn--p1ai"], 0),
    ("addresses", ["192.0.2.7", "999.0.2.7", "2001:DB8::7"], Format.PLAIN, ["192.0.2.7", "2001:db8::7"], 1),
    ("repeated", ["a.example", "a.example"], Format.PLAIN, ["a.example", "a.example"], 0),
    ("nothing", [], Format.PLAIN, [], 0),
]


@pytest.mark.parametrize(("lines", "form", "hosts", "skipped"), [r[1:] for r in READINGS], ids=[r[0] for r in READINGS])
def test_each_form_is_told_and_read(lines: list[str], form: Format, hosts: list[str], skipped: int) -> None:
    reading = read_lines(lines)
    assert reading.format is form
    assert [entry.host for entry in reading.entries] == hosts
    assert reading.skipped == skipped


def test_stated_ranks_are_kept_and_others_are_places() -> None:
    assert [entry.rank for entry in read_lines(MAJESTIC).entries] == [1, 5]
    assert [entry.rank for entry in read_lines(PLAIN).entries] == [1, 2, 3, 4, 5]


def test_a_stated_form_overrides_the_look() -> None:
    assert read_lines(["1,big.example"], Format.PLAIN).entries == ()


@pytest.mark.parametrize(
    "bad", ["", ".", "com", "a..example", "-a.example", "a b.example", "x" * 300 + ".example", "1.2.3.999"]
)
def test_what_is_no_host(bad: str) -> None:
    assert clean_host(bad) == ""


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_any_line_is_read_or_skipped(line: str) -> None:
    reading = read_lines([line])
    assert len(reading.entries) + reading.skipped <= 1
    assert all(entry.host == clean_host(entry.host) for entry in reading.entries)


def test_a_file_and_its_packed_twin(tmp_path: Path) -> None:
    plain, packed = tmp_path / "list.txt", tmp_path / "list.txt.gz"
    plain.write_text("a.example\nb.example", "utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_list(plain) == read_list(packed)


def test_an_endless_line_is_one_skipped_line(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"a.example\n" + b"x." * 5_000_000 + b"example\nb.example\n")
    reading = read_list(path)
    assert [entry.host for entry in reading.entries] == ["a.example", "b.example"]
    assert reading.skipped == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("binary.txt", b"good.example\n\x89PNG\x00\x01", "line 2: not a text file"),
        ("wide.txt", "a.example\n".encode("utf-16"), "line 1: not a text file"),
        ("keywords.txt", b"cheap pills\nonline casino\n", "none of its 2 lines names a host"),
        ("broken.gz", b"not packed", "cannot be read"),
        ("cut.gz", gzip.compress(b"a.example\n" * 1000, mtime=0)[:-12], "cannot be read"),
        ("damaged.gz", gzip.compress(b"a.example\n" * 1000, mtime=0)[:12] + b"\xff" * 30, "cannot be read"),
    ],
)
def test_unusable_files_are_refused_by_name(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ListError, match=says) as caught:
        read_list(path)
    assert name in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(ListError, match="cannot be read"):
            read_list(path)


def test_a_packed_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "SIZE_LIMIT", 2**20)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"a.example\n" * 1_000_000))
    with pytest.raises(ListError, match="larger than 1 MB"):
        read_list(path)
