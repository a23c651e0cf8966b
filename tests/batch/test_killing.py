"""kill -9 at random points of an applying run: the end is that of an unharmed one."""

import shutil
from pathlib import Path

import pytest

from moderator.wordpress.database import WordPressDatabase
from tests.batch.killing import kill_many
from tests.wordpress.blog import Blog


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_runs_that_are_killed_end_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderator.wordpress.apply._CHUNK", 200)
    blog, first = Blog(tmp_path / "blog.db"), tmp_path / "first.db"
    made = Blog(first).make()
    made.fill(700)

    def reset() -> None:
        for rest in tmp_path.glob("blog.db*"):
            rest.unlink()
        shutil.copy(first, blog.path)

    def look() -> object:
        rows = "SELECT comment_id, meta_key, COUNT(*) FROM wp_commentmeta GROUP BY 1, 2 ORDER BY 1, 2"
        assert blog.counts() == blog.true_counts()
        return blog.statuses(), blog.counts(), blog.run(rows)

    print(kill_many(lambda: WordPressDatabase(blog.url), reset, look, tmp_path / "journals"))
