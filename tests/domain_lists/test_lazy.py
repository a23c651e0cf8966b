"""Lists that are read at the first look-up."""

import pickle
from math import isnan
from pathlib import Path

import pytest

from moderator.domain_lists.lazy import LazyLists
from moderator.errors import ListError


def test_the_folder_joins_the_shipped_lists(tmp_path: Path) -> None:
    lists = LazyLists(tmp_path)
    (tmp_path / "own_block").mkdir()
    (tmp_path / "own_block" / "mine.txt").write_text("foe.example\n", "utf-8")
    assert lists.look_up("foe.example").own_blocked == 1.0
    assert lists.look_up("bit.ly").shortener == 1.0


@pytest.mark.parametrize("folder", [None, Path("no/such/folder")])
def test_without_a_folder_the_shipped_lists_remain(folder: Path | None) -> None:
    assert LazyLists(folder).look_up("bit.ly").shortener == 1.0
    assert isnan(LazyLists(folder, shipped=False).look_up("bit.ly").shortener)


def test_an_unreadable_list_is_told_at_every_look_up(tmp_path: Path) -> None:
    (tmp_path / "block").mkdir()
    broken = tmp_path / "block" / "broken.txt"
    broken.write_bytes(b"\0")
    lists = LazyLists(tmp_path)
    for _ in range(2):
        with pytest.raises(ListError, match=r"broken\.txt"):
            lists.look_up("a.example")
        broken.write_bytes(b"a.example\n")


def test_what_is_sent_elsewhere_does_not_depend_on_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "own_block").mkdir()
    mine = tmp_path / "own_block" / "mine.txt"
    mine.write_text("foe.example\n", "utf-8")
    sent = pickle.dumps(LazyLists(tmp_path))
    mine.unlink()
    assert pickle.loads(sent).look_up("foe.example").own_blocked == 1.0


def test_an_unreadable_list_is_told_elsewhere_too(tmp_path: Path) -> None:
    (tmp_path / "block").mkdir()
    (tmp_path / "block" / "broken.txt").write_bytes(b"\0")
    sent = pickle.dumps(LazyLists(tmp_path))
    with pytest.raises(ListError, match=r"broken\.txt"):
        pickle.loads(sent).look_up("a.example")
