"""Texts in temporary files come back part by part."""

from pathlib import Path

import pytest

from moderator.batch.spool import Spool, parts_for
from moderator.errors import QueueError


def test_texts_come_back_by_part_in_the_order_of_writing(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "s", 2)
    texts = ["plain", "tab\tinside", "漢字\r\x85\u2028", ""]
    for number, text in enumerate(texts):
        spool.put(number % 2, number, text)
    spool.close()
    assert len(spool) == 2
    assert list(spool.take(0)) == [(0, texts[0]), (2, texts[2])]
    assert list(spool.take(1)) == [(1, texts[1]), (3, texts[3])]
    assert list(tmp_path.iterdir()) == []


def test_no_room_is_told(tmp_path: Path) -> None:
    with pytest.raises(QueueError, match="no room"):
        Spool(tmp_path / "none", "s", 1)
    if Path("/dev/full").exists():
        (tmp_path / "s0").symlink_to("/dev/full")
        spool = Spool(tmp_path, "s", 1)
        spool.put(0, 1, "x")
        with pytest.raises(QueueError, match="no room"):
            spool.close()


def test_parts_grow_with_the_size_and_have_an_end() -> None:
    assert parts_for(0) == 1
    assert parts_for(10**9) == 40
    assert parts_for(10**12) == 200
