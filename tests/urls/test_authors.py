"""Whose page it is: folders of people, and what surely belongs to a blog."""

import pytest

from moderator.urls import is_own_page, parse_url


@pytest.mark.parametrize(
    ("url", "author", "folder"),
    [
        ("https://uni.example.edu/~Ann/x", "example.edu/~ann", "/~ann"),
        ("https://uni.example.edu/%7Eann/x", "example.edu/~ann", "/~ann"),
        ("https://uni.example.edu/~ann/../~bob/x", "example.edu/~bob", "/~bob"),
        ("https://uni.example.edu/~ann/%2e%2e/%7ebob", "example.edu/~bob", "/~bob"),
        ("https://uni.example.edu//people/~ann/", "example.edu/people/~ann", "/people/~ann"),
        ("https://social.example/@ann/12", "social.example/@ann", "/@ann"),
        ("https://social.example/%40ann", "social.example/@ann", "/@ann"),
        ("https://forum.example/users/ann/about", "forum.example/users/ann", "/users/ann"),
        ("https://big.example/sites/ann/post", "big.example/sites/ann", "/sites/ann"),
        ("https://big.example/users", "big.example", ""),
        ("https://big.example/~", "big.example", ""),
        ("https://big.example/2024/@/x", "big.example", ""),
        ("http://127.0.0.1:8080/~ann/x", "127.0.0.1/~ann", "/~ann"),
        ("https://medium.com/@Ann/post", "medium.com/@ann", "/@ann"),
        ("https://medium.com/%40Ann/post", "medium.com/@ann", "/@ann"),
        ("https://sites.google.com/view/ann/home", "sites.google.com/view/ann", "/view/ann"),
        ("nonsense", "", ""),
    ],
)
def test_an_author_is_a_host_and_a_folder(url: str, author: str, folder: str) -> None:
    found = parse_url(url)
    assert (found.author, found.folder) == (author, folder)


ROOT, ANN = "https://b.example/", "https://b.example/ann/"


@pytest.mark.parametrize(
    ("source", "target", "homes", "own"),
    [
        ("https://b.example/other", "https://b.example/ours", [], True),
        ("http://www.b.example/other", "https://b.example/ours", [], True),
        ("https://b.example/2023/05/old/", "https://b.example/2024/01/new/", [], True),
        ("https://b.example/posts/old", "https://b.example/posts/new", [], True),
        ("https://b.example/tag/fish/", "https://b.example/2024/01/new/", [], True),
        ("https://b.example/", "https://b.example/2024/01/new/", [], True),
        ("https://b.example/?p=1", "https://b.example/?p=2", [], True),
        ("https://b.example/index.php/2023/x", "https://b.example/index.php/2024/y", [], True),
        ("https://b.example/ann/2023/x", "https://b.example/ann/2024/y", [], True),
        ("https://b.example/ann/2023/x", "https://b.example/ann/2024/y", [ROOT, ANN], True),
        ("https://b.example/ann/", "https://b.example/ann/2024/y", [ANN], True),
        ("https://b.example/~ann/old", "https://b.example/~ann/new", [], True),
        # a neighbour on the host
        ("https://b.example/~bob/x", "https://b.example/2024/y", [], False),
        ("https://b.example/~bob/x", "https://b.example/~ann/y", [], False),
        ("https://b.example/2024/y", "https://b.example/~ann/y", [], False),
        ("https://b.example/@bob/x", "https://b.example/@ann/y", [], False),
        ("https://b.example/users/bob/x", "https://b.example/users/ann/y", [], False),
        ("https://b.example/bob/2023/x", "https://b.example/ann/2024/y", [], False),
        ("https://b.example/bob/2023/x", "https://b.example/2024/y", [ROOT], False),
        ("https://b.example/bob/", "https://b.example/2024/01/y", [], False),
        ("https://b.example/bob/?p=3", "https://b.example/ann/?p=3", [], False),
        ("https://b.example/bob/index.php/x", "https://b.example/index.php/y", [], False),
        ("https://b.example/x", "https://b.example/ann/y", [ANN], False),
        ("https://b.example/annette/x", "https://b.example/ann/y", [ANN], False),
        ("https://b.example/ann/../bob/x", "https://b.example/ann/y", [ANN], False),
        ("https://b.example/ann/x", "https://b.example/y", [ROOT, ANN], False),
        # another server
        ("https://b.example:8443/x", "https://b.example/y", [], False),
        ("https://sub.b.example/x", "https://b.example/y", [], False),
        ("https://b.example.evil.example/x", "https://b.example/y", [], False),
        ("nonsense", "nonsense", [], False),
    ],
)
def test_own_pages(source: str, target: str, homes: list[str], own: bool) -> None:
    assert is_own_page(parse_url(source), parse_url(target), map(parse_url, homes)) is own
