"""kill -9 at random points of runs on a real WordPress's database, and over REST."""

from pathlib import Path

import pytest

from moderator.wordpress.database import WordPressDatabase
from moderator.wordpress.http import RestClient
from moderator.wordpress.live_queue import LiveQueue
from moderator.wordpress.rest import WordPressSite
from tests.batch.killing import kill_many
from tests.wordpress.site import Site

pytestmark = [pytest.mark.wordpress, pytest.mark.loopback, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize(("way", "rows", "kills"), [("database", 600, 12), ("rest", 60, 6)])
def test_kills(
    wordpress: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, rows: int, kills: int
) -> None:
    monkeypatch.setattr("moderator.wordpress.apply._CHUNK", 100)
    post = wordpress.posts[0]["id"]

    def reset() -> None:
        values = ",".join(
            f"({n}, {post}, 'Page {n}', 'http://s{n % 97}.example/{n}', '203.0.113.{n % 50}', '[...] words {n} [...]',"
            f" '{('0', '0', '1', 'spam')[n % 4]}', 'pingback', FROM_UNIXTIME({1_700_000_000 + 60 * n}),"
            f" FROM_UNIXTIME({1_700_000_000 + 60 * n}))"
            for n in range(1, rows + 1)
        )
        wordpress.database.run(
            "DELETE FROM wp_comments; DELETE FROM wp_commentmeta;"
            "INSERT INTO wp_comments (comment_ID, comment_post_ID, comment_author, comment_author_url,"
            " comment_author_IP, comment_content, comment_approved, comment_type, comment_date, comment_date_gmt)"
            f" VALUES {values};"
            "UPDATE wp_posts SET comment_count = (SELECT COUNT(*) FROM wp_comments WHERE comment_post_ID = ID"
            " AND comment_approved = '1')",
            "wordpress",
        )

    def look() -> object:
        meta = "SELECT comment_id, meta_key, COUNT(*) FROM wp_commentmeta GROUP BY 1, 2 ORDER BY 1, 2"
        return wordpress.statuses(), wordpress.counts(), wordpress.sql(meta)

    def make() -> LiveQueue:
        if way == "database":
            return WordPressDatabase(wordpress.database.url())
        return WordPressSite(RestClient(wordpress.url, (wordpress.user, wordpress.password)))

    print(way, kill_many(make, reset, look, tmp_path / "journals", kills))
