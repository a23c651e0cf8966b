"""Looking hosts up: as listed, in all lists at once."""

import pickle
from math import inf, isnan, nan
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.domain_lists.base import NO_LISTS, DomainLists, ListHits
from moderator.domain_lists.formats import Listed
from moderator.domain_lists.lookup import MAX_LISTS, DomainIndex, load_lists
from moderator.domain_lists.sources import ListKind, ListSource, shipped_sources, sources_in
from moderator.errors import ListError


def listed(*hosts: str) -> list[Listed]:
    return [Listed(host, rank) for rank, host in enumerate(hosts, 1)]


INDEX = DomainIndex(
    [
        (ListKind.BLOCK, listed("spam.example", "someone.wordpress.com", "192.0.2.7")),
        (ListKind.BLOCK, listed("shop.spam.example", "spam.example")),
        (ListKind.RANK, listed("wordpress.com", "big.example", "www.only.example")),
        (ListKind.RANK, [Listed("big.example", 40), Listed("wordpress.com", 9)]),
        (ListKind.SHORTENER, listed("bit.ly")),
        (ListKind.PERSONAL, listed("me.example")),
        (ListKind.OWN_BLOCK, listed("foe.example")),
        (ListKind.OWN_ALLOW, listed("friend.example")),
    ]
)

CASES = [
    ("spam.example", {"blocked": 1.0}),
    ("a.b.spam.example", {"blocked": 1.0}),
    ("shop.spam.example", {"blocked": 1.0}),
    ("notspam.example", {}),
    ("someone.wordpress.com", {"blocked": 0.5, "rank": 1.0}),
    ("other.wordpress.com", {"rank": 1.0}),
    ("wordpress.com", {"rank": 1.0}),
    ("big.example", {"rank": 2.0}),
    ("only.example", {"rank": 3.0}),
    ("www.only.example", {"rank": 3.0}),
    ("sub.only.example", {}),
    ("www.bit.ly", {"shortener": 1.0}),
    ("blog.me.example", {"personal": 1.0}),
    ("foe.example", {"own_blocked": 1.0}),
    ("www.friend.example", {"own_allowed": 1.0}),
    ("192.0.2.7", {"blocked": 0.5}),
    ("1.192.0.2.7", {}),
    ("example", {}),
    ("com", {}),
    ("", {}),
    ("a." * 120 + "spam.example", {"blocked": 1.0}),
    ("a." * 130 + "spam.example", {}),
    ("\ud800.example", {}),
]
NOWHERE = ListHits(0.0, nan, inf, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(("host", "changes"), CASES, ids=[ascii(case[0][:30]) for case in CASES])
def test_where_a_host_stands(host: str, changes: dict[str, float]) -> None:
    hits = INDEX.look_up(host)
    expected = NOWHERE._replace(**changes)
    assert hits._replace(allowed=0.0) == expected._replace(allowed=0.0)
    assert isnan(hits.allowed), "no allowlist is loaded"


def test_without_lists_nothing_is_known() -> None:
    lists: DomainLists = DomainIndex([])
    assert all(isnan(value) for value in lists.look_up("a.example"))
    assert len(lists.look_up("a.example")) == len(NO_LISTS)


def test_an_empty_list_is_loaded_all_the_same() -> None:
    assert DomainIndex([(ListKind.OWN_BLOCK, [])]).look_up("a.example").own_blocked == 0.0


def test_it_travels_to_other_processes() -> None:
    assert pickle.loads(pickle.dumps(INDEX)).look_up("bit.ly").shortener == 1.0


def test_too_many_lists_are_refused() -> None:
    assert len(DomainIndex([(ListKind.BLOCK, listed("a.example"))] * MAX_LISTS)) == 1
    with pytest.raises(ListError, match="more than 64"):
        DomainIndex([(ListKind.BLOCK, [])] * (MAX_LISTS + 1))


names = st.lists(st.sampled_from(["a", "b", "www", "c-d"]), min_size=1, max_size=4).map(
    lambda x: ".".join([*x, "example"])
)


@settings(max_examples=60)
@given(st.lists(names, max_size=6), names)
def test_it_agrees_with_the_plain_definition(entries: list[str], host: str) -> None:
    labels = host.split(".")
    alike = {".".join(labels[at:]) for at in range(len(labels) - 1)}
    alike |= set() if labels[0] == "www" else {"www." + host}
    ranks = [rank for rank, entry in enumerate(entries, 1) if entry in alike]
    assert DomainIndex([(ListKind.RANK, listed(*entries))]).look_up(host).rank == min(ranks, default=inf)


def test_a_folder_of_lists(tmp_path: Path) -> None:
    (tmp_path / "block").mkdir()
    (tmp_path / "own_allow").mkdir()
    (tmp_path / "block" / "b.txt").write_text("spam.example\n", "utf-8")
    (tmp_path / "block" / "a.csv").write_text("0.0.0.0 spam.example\n", "utf-8")
    (tmp_path / "block" / ".part").write_bytes(b"\0")
    (tmp_path / "own_allow" / "mine.txt").write_text("friend.example\n", "utf-8")
    (tmp_path / "README").write_text("not a folder", "utf-8")
    sources = sources_in(tmp_path)
    assert [(source.path.name, source.sort) for source in sources] == [
        ("a.csv", ListKind.BLOCK),
        ("b.txt", ListKind.BLOCK),
        ("mine.txt", ListKind.OWN_ALLOW),
    ]
    index = load_lists(sources)
    assert index.sorts == (ListKind.BLOCK, ListKind.BLOCK, ListKind.OWN_ALLOW)
    assert index.look_up("spam.example").blocked == 1.0
    assert sources_in(tmp_path / "none") == ()


def test_a_folder_of_an_unknown_sort_is_refused(tmp_path: Path) -> None:
    (tmp_path / "blocklists").mkdir()
    with pytest.raises(ListError, match=r"blocklists.*not a sort of list.*own_allow"):
        sources_in(tmp_path)


def test_one_unreadable_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(ListError, match=r"gone\.txt"):
        load_lists([ListSource(tmp_path / "gone.txt", ListKind.BLOCK)])


def test_the_shipped_lists_are_clean() -> None:
    sources = shipped_sources()
    assert {source.sort for source in sources} == {ListKind.RANK, ListKind.SHORTENER}
    index = load_lists(sources)
    assert index.look_up("bit.ly").shortener == 1.0
    assert index.look_up("someone.wordpress.com").rank < 100
    assert index.look_up("nobody-knows-this.example").rank == inf
    for source in sources:
        lines = [line.strip() for line in source.path.read_text("utf-8").splitlines()]
        names = [line for line in lines if line and not line.startswith("#")]
        assert len(names) == len(set(names))
        assert all(index.look_up(name) != index.look_up("nobody-knows-this.example") for name in names)


AUTHORS = DomainIndex(
    [
        (ListKind.OWN_BLOCK, listed("foe.example", "shared.example/~mallory")),
        (ListKind.OWN_ALLOW, listed("friend.example", "shared.example/~ann", "wordpress.com", "medium.com")),
        (ListKind.SHORTENER, listed("friend.example")),
    ]
)


@pytest.mark.parametrize(
    ("host", "folder", "blocked", "allowed"),
    [
        ("friend.example", "", 0.0, 1.0),
        ("blog.friend.example", "", 0.0, 1.0),
        ("friend.example", "/~stranger", 0.0, 0.0),
        ("shared.example", "", 0.0, 0.0),
        ("shared.example", "/~ann", 0.0, 1.0),
        ("www.shared.example", "/~ann", 0.0, 1.0),
        ("shared.example", "/~anna", 0.0, 0.0),
        ("shared.example", "/~mallory", 1.0, 0.0),
        ("foe.example", "/~anybody", 1.0, 0.0),
        ("wordpress.com", "", 0.0, 1.0),
        ("www.wordpress.com", "", 0.0, 1.0),
        ("someone.wordpress.com", "", 0.0, 0.0),
        ("medium.com", "/@someone", 0.0, 0.0),
    ],
)
def test_the_owners_lists_speak_of_authors(host: str, folder: str, blocked: float, allowed: float) -> None:
    hits = AUTHORS.look_up(host, folder)
    assert (hits.own_blocked, hits.own_allowed) == (blocked, allowed)


def test_an_owners_list_may_name_an_author(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("https://shared.example/~Ann/\nuni.example/@bob\nfriend.example/a/page\nfriend.example\n", "utf-8")
    index = load_lists([ListSource(path, ListKind.OWN_ALLOW)])
    assert len(index) == 3
    assert index.look_up("shared.example", "/~ann").own_allowed == 1.0
    assert index.look_up("uni.example", "/@bob").own_allowed == 1.0
    assert index.look_up("uni.example").own_allowed == 0.0
