"""``moderator lists publish``, ``add``, ``update`` and ``drop``: from one owner's decisions to another's lists."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from moderator.domain_lists.reported import read_reported
from moderator.domain_lists.subscribe import Answer
from moderator.domain_lists.subscriptions import read_subscriptions
from moderator.errors import ListError
from moderator.linkcheck.list_download import ListDownload
from tests.cli.conftest import Run

WEB: dict[str, bytes] = {}
"""What is served at which address in a test."""


@pytest.fixture(autouse=True)
def web(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    def ask(self: ListDownload, url: str, headers: Mapping[str, str]) -> Answer:
        if url not in WEB:
            raise ListError("no answer")
        return Answer(200, WEB[url])

    WEB.clear()
    monkeypatch.setattr(ListDownload, "__call__", ask)
    return WEB


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export with two linkbacks each of two spammers and an honest person, and one of somebody else."""
    path = tmp_path / "export.jsonl"
    hosts = ["https://pills.example/a", "https://uni.example/~ann/b", "https://casino.example/c"] * 2
    rows = [
        {
            "id": str(number),
            "source_url": f"{host}{number}",
            "target_url": "https://ours.example/private-post/",
            "title": "Secret words",
            "sender_ip": "203.0.113.7",
            "received_at": (datetime.now(UTC) - timedelta(days=3)).isoformat(),
            "label": "ham" if "~ann" in host else "spam",
        }
        for number, host in enumerate([*hosts, "https://once.example/d"])
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def publish(run: Run, tmp_path: Path, export: Path) -> bytes:
    made = run(
        "lists", "publish", tmp_path / "list.json", "--from", export, "--publisher", "https://ours.example/",
        "--key", tmp_path / "key", "--hosts", tmp_path / "hosts.txt",
    )  # fmt: skip
    assert made.code == 0, made.err
    assert "3 authors" in made.out
    return (tmp_path / "list.json").read_bytes()


def test_decisions_are_published_and_nothing_else(run: Run, tmp_path: Path, export: Path) -> None:
    data = publish(run, tmp_path, export)
    found = {entry.author: (entry.spam, entry.ham) for entry in read_reported(data).entries}
    assert found == {"pills.example": (2, 0), "casino.example": (2, 0), "uni.example/~ann": (0, 2)}
    assert not any(secret in data.lower() for secret in (b"secret", b"203.0", b"private-post", b"once"))
    assert (tmp_path / "hosts.txt").read_text().splitlines()[1:] == ["casino.example", "pills.example"]


def test_a_list_is_added_refreshed_and_dropped(
    run: Run, home: Path, tmp_path: Path, export: Path, web: dict[str, bytes]
) -> None:
    url = "https://ours.example/lists/linkbacks.json"
    web[url] = publish(run, tmp_path, export)
    folder = home / "lists"
    added = run("lists", "add", url, "--pin", "--folder", folder)
    assert added.code == 0, added.err
    assert "ours-example" in added.out
    assert "3 authors" in added.out
    [known] = read_subscriptions(folder)
    assert (known.name, known.url, known.pinned) == ("ours-example", url, True)

    assert run("lists", "update", "--folder", folder).code == 0
    web.clear()
    failed = run("lists", "update", "ours-example", "--folder", folder)
    assert failed.code == 1
    assert "no answer" in failed.out
    assert (folder / "subscribed" / "ours-example" / "list").exists()

    assert run("lists", "drop", "ours-example", "--folder", folder).code == 0
    assert read_subscriptions(folder) == ()
    assert not (folder / "subscribed" / "ours-example").exists()
    assert run("lists", "drop", "ours-example", "--folder", folder).code == 2


def test_what_is_no_list_is_not_added(run: Run, home: Path, web: dict[str, bytes]) -> None:
    web["https://page.example/"] = b"<html>hello</html>"
    assert run("lists", "add", "https://page.example/", "--folder", home / "lists").code == 1
    assert read_subscriptions(home / "lists") == ()
    assert run("lists", "add", "ftp://page.example/", "--folder", home / "lists").code == 2
