"""Where the default model's rows come from: a folder of real linkbacks, comments, posts and domain lists.

The folder is not part of the project, since its texts are other people's; what is learned from it are weights.
Expected files: ``linkbacks-dev.jsonl.gz``, ``comments-dev.jsonl.gz``, ``posts.jsonl.gz`` and ``lists/``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from moderator.domain_lists.formats import read_list
from moderator.records import Case, Label, Linkback
from moderator.tables.rows import case_of
from moderator.urls import parse_url

__all__ = ["comments", "digest", "linkbacks", "listed_names", "rows_of_file"]

HAM_LISTS = ("kagi_smallweb_feeds.txt",)
"""Names of honest sites: personal ones, with the hosts that the posts link to."""
SPAM_LISTS = ("mt_blacklist_master_2005-08.txt", "stevieray_domains.txt")
"""Names of spammers of the trackback era and of referrer spam."""


def rows_of_file(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a compressed JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _in_order(case: Case) -> tuple[float, str]:
    at = case.linkback.received_at
    return (0.0 if at is None else at.timestamp(), case.linkback.id)


def linkbacks(folder: Path) -> list[Case]:
    """The real linkbacks in order of receipt, undated ones first; gray and unsure ones have no label."""
    return sorted((case_of(row) for row in rows_of_file(folder / "linkbacks-dev.jsonl.gz")), key=_in_order)


def comments(folder: Path) -> list[Case]:
    """Comments by people and spammers, as linkbacks of unknown kind: material for wording only."""
    return sorted(
        (case_of({**row, "kind": ""}) for row in rows_of_file(folder / "comments-dev.jsonl.gz")), key=_in_order
    )


def listed_names(folder: Path) -> list[Case]:
    """Host names of public lists, each as the source of a linkback that says nothing."""
    spam = {listed.host for name in SPAM_LISTS for listed in read_list(folder / "lists" / name).entries}
    ham = {listed.host for name in HAM_LISTS for listed in read_list(folder / "lists" / name).entries}
    for post in rows_of_file(folder / "posts.jsonl.gz"):
        ham |= {parse_url(link).host for link in post["links"]}
    both = spam & ham
    named = [(host, Label.SPAM) for host in spam - both] + [(host, Label.HAM) for host in ham - both - {""}]
    blank = Linkback(source_url="http://x.example/", target_url="http://blog.example/", kind="trackback")
    return [
        Case(replace(blank, source_url=f"http://{host}/", id=f"name:{host}"), label=label)
        for host, label in sorted(named)
    ]


def digest(folder: Path) -> str:
    """Digest of all files that are read, so that a card tells whether two models saw the same data."""
    names = ["linkbacks-dev.jsonl.gz", "comments-dev.jsonl.gz", "pages-dev.jsonl.gz", "posts.jsonl.gz"]
    names += [f"lists/{name}" for name in HAM_LISTS + SPAM_LISTS]
    whole = hashlib.sha256()
    for name in names:
        whole.update((folder / name).read_bytes())
    return whole.hexdigest()
