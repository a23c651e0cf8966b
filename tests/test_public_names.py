"""What `moderator` offers to callers."""

import moderator


def test_every_public_name_can_be_loaded() -> None:
    for name in moderator.__all__:
        assert getattr(moderator, name) is not None


def test_no_public_name_is_listed_twice() -> None:
    assert len(set(moderator.__all__)) == len(moderator.__all__)


def test_dir_tells_the_public_names() -> None:
    assert dir(moderator) == sorted(moderator.__all__)
