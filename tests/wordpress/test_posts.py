"""Addresses that WordPress makes of its patterns."""

import pytest

from moderator.wordpress.posts import Category, StoredPost, category_path, permalink

POST = StoredPost(7, "post", "tea-time", "2026-01-02 03:04:05", 0, "", "")
CASES = [
    ("", "https://b.example/?p=7"),
    ("/%year%/%postname%/", "https://b.example/2026/tea-time/"),
    ("/%year%/%monthnum%/%day%/%postname%/", "https://b.example/2026/01/02/tea-time/"),
    ("/archives/%post_id%", "https://b.example/archives/7"),
    ("/index.php/%postname%/", "https://b.example/index.php/tea-time/"),
    ("/%hour%-%minute%-%second%/%postname%.html", "https://b.example/03-04-05/tea-time.html"),
    ("/%category%/%postname%/", "https://b.example/?p=7"),
    ("/%author%/%postname%/", "https://b.example/?p=7"),
]


@pytest.mark.parametrize(("pattern", "expected"), CASES)
def test_posts(pattern: str, expected: str) -> None:
    assert permalink(POST, "https://b.example/", pattern, {}) == expected


def test_pages_below_pages() -> None:
    top = POST._replace(id=1, type="page", name="top")
    page = POST._replace(id=2, type="page", name="sub", parent=1)
    pattern = "/%postname%/"
    assert permalink(page, "https://b.example", pattern, {1: top}) == "https://b.example/top/sub/"
    assert permalink(page, "https://b.example", pattern, {}) == "https://b.example/?page_id=2"
    assert permalink(page, "https://b.example", pattern, {1: top._replace(parent=2), 2: page}).endswith("?page_id=2")
    assert permalink(top, "https://b.example", "/x/%postname%", {}) == "https://b.example/top"


def test_no_date_no_name_other_types() -> None:
    assert permalink(POST._replace(date="0000-00-00"), "https://b.example", "/%year%/", {}).endswith("?p=7")
    assert permalink(POST._replace(name=""), "https://b.example", "/%postname%/", {}).endswith("?p=7")
    assert permalink(POST._replace(type="product"), "https://b.example", "/%postname%/", {}).endswith("?p=7")


def test_categories_and_authors_stand_in_addresses_where_they_are_known() -> None:
    categories = {3: Category("garden", 0), 5: Category("frost", 3), 8: Category("a", 9), 9: Category("b", 8)}
    post = StoredPost(7, "post", "late", "2026-01-02 03:04:05", 0, "", "", category_path(5, categories), "anna")
    told = permalink(post, "https://b.example", "/%category%/%author%/%postname%/", {})
    assert told == "https://b.example/garden/frost/anna/late/"
    unknown = post._replace(category=category_path(4, categories))
    assert permalink(unknown, "https://b.example", "/%category%/%postname%/", {}) == "https://b.example/?p=7"
    assert category_path(8, categories) == "b/a"  # a circle ends
