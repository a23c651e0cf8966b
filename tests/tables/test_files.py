"""Lines of damaged, packed and endless files; output that is whole or not there."""

import gzip
from pathlib import Path

import pytest

from moderator.errors import QueueError
from moderator.tables import files
from moderator.tables.files import MAX_LINE, NewFile, read_lines

TEXT = b"".join(b"line %d %s\n" % (number, bytes([97 + number % 26]) * 50) for number in range(20_000))


def packed(path: Path, *parts: bytes) -> Path:
    path.write_bytes(b"".join(gzip.compress(part) for part in parts))
    return path


def test_lines_are_numbered_and_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT + b"no line feed")
    lines = list(read_lines(tmp_path / "a"))
    assert b"".join(line.data + b"\n" for line in lines) == TEXT + b"no line feed\n"
    assert [line.number for line in lines] == list(range(1, 20_002))
    assert not any(line.error for line in lines)


def test_packed_files_of_several_parts_and_padding(tmp_path: Path) -> None:
    half = len(TEXT) // 2
    path = packed(tmp_path / "a.gz", TEXT[:half], TEXT[half:])
    path.write_bytes(path.read_bytes() + b"\0" * 512)
    assert b"".join(line.data + b"\n" for line in read_lines(path)) == TEXT


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 100, 5000])
def test_a_cut_off_file_ends_with_a_line_that_says_so(tmp_path: Path, cut: int) -> None:
    path = packed(tmp_path / "a.gz", TEXT)
    path.write_bytes(path.read_bytes()[:-cut])
    *whole, last = read_lines(path)
    assert "cut off" in last.error
    assert last.number == len(whole) + 1
    read = b"".join(line.data + b"\n" for line in whole) + last.data
    assert TEXT.startswith(read)
    assert len(read) > len(TEXT) // 3
    assert not any(line.error for line in whole)


def test_damage_and_rubbish_end_the_reading(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.gz", TEXT)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    assert "damaged" in list(read_lines(path))[-1].error
    path = packed(tmp_path / "b.gz", TEXT)
    path.write_bytes(path.read_bytes() + b"rubbish")
    *whole, last = read_lines(path)
    assert len(whole) == 20_000
    assert last.error


def test_a_line_without_end_is_cut_into_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 1000)
    monkeypatch.setattr(files, "_CHUNK", 300)
    (tmp_path / "a").write_bytes(b"short\n" + b"x" * 3500 + b"\nafter\n")
    lines = list(read_lines(tmp_path / "a"))
    assert b"".join(line.data for line in lines) == b"short" + b"x" * 3500 + b"after"
    assert max(len(line.data) for line in lines) <= 1300
    assert [line.number for line in lines] == [1, *[2] * (len(lines) - 2), 3]
    assert [bool(line.error) for line in lines][:2] == [False, True]
    assert MAX_LINE > 1_000_000


def test_a_bomb_is_unpacked_in_small_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 100_000)
    monkeypatch.setattr(files, "_CHUNK", 10_000)
    path = packed(tmp_path / "a.gz", b"\0" * 5_000_000)
    assert max(len(line.data) for line in read_lines(path)) <= 110_000


@pytest.mark.parametrize(("name", "data", "told"), [("a.gz", b"plain text", "no gzip"), ("a.gz", b"", "no gzip")])
def test_what_is_no_gzip_is_refused(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(QueueError, match=told):
        list(read_lines(tmp_path / name))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(QueueError, match="cannot be read"):
        list(read_lines(tmp_path / "none"))


@pytest.mark.parametrize("name", ["out", "out.gz"])
def test_a_new_file_appears_whole(tmp_path: Path, name: str) -> None:
    with NewFile(tmp_path / name) as file:
        file.write(b"text")
        assert not (tmp_path / name).exists()
    data = (tmp_path / name).read_bytes()
    assert (gzip.decompress(data) if name == "out.gz" else data) == b"text"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_packed_output_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.gz", "b.gz"):
        with NewFile(tmp_path / name) as file:
            file.write(b"text")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_a_link_is_followed_and_a_device_is_written_directly(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with NewFile(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    with NewFile(Path("/dev/null")) as file:
        file.write(b"gone")
    assert not Path("/dev/null").is_file()


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(QueueError, match="No space"), NewFile(tmp_path / "out") as file:
        file.write(b"text")
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []
