"""What a reader of some pages has already: files of their own, a cluster's address, old pings in WordPress."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.documents.stand_ins import free_port
from tests.wordpress.pings import pages, pingback
from tests.wordpress.site import Site

__all__ = ["BLOG", "FIRST_ID", "LAST_ID", "old_pings", "own_files", "rows"]

BLOG = "https://blog.example/"
"""How pages write the reader's blog."""
FIRST_ID, LAST_ID = "49458533e835411d", r"$(sed -nE 's/^id +([0-9a-f]+) .*/\1/p' said.txt)"
"""The id in first-model.md, and how a reader finds the one that was printed."""
_WP = """#!/bin/sh
test "$1 $2" = "comment list" && cat '{answer}'
"""
"""Stands for WP-CLI, which Debian does not have."""


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def own_files(folder: Path) -> Mapping[str, str]:
    """Makes the files of many-machines.md out of the sample; gives what stands for the cluster's address."""
    import pandas

    sample = rows(folder / "datasets/sample.jsonl")
    with (folder / "queue.jsonl").open("w") as file:
        file.writelines(json.dumps(row) + "\n" for row in sample[:80])
    for name, label in (("approved.csv", "ham"), ("spam.csv", "spam"), ("recent.csv", "")):
        chosen = [row for row in sample if not label or row["label"] == label]
        with (folder / name).open("w", newline="") as file:
            columns = [column for column in chosen[0] if column not in ("evidence", "sender_sort", "campaign")]
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(chosen)
    (folder / "linkbacks").mkdir()
    table = pandas.read_csv(folder / "recent.csv", dtype=str, keep_default_na=False)
    table[:200].to_parquet(folder / "linkbacks/1.parquet")
    table[200:].to_parquet(folder / "linkbacks/2.parquet")
    scheduler = free_port()
    return {
        "dask scheduler": f"dask scheduler --host 127.0.0.1 --port {scheduler} --no-dashboard",
        "tcp://10.0.0.5:8786 --nworkers 8": f"tcp://127.0.0.1:{scheduler} --host 127.0.0.1 --no-dashboard --nworkers 2",
        "tcp://10.0.0.5:8786": f"tcp://127.0.0.1:{scheduler}",
        "--workers 4": "--workers 2",
    }


@contextmanager
def old_pings(site: Site, folder: Path) -> Iterator[Mapping[str, str]]:
    """Sends pings to a blog, whose pages are there as long as the context; writes its export and what WP-CLI would say.

    Args:
        site: The blog.
        folder: Where wordpress-rest.md is followed; a program `wp` is put into its `bin`.

    Yields:
        What stands for the reader's own words.
    """
    targets = [post["url"] for post in site.posts]
    with pages(targets) as home:
        for number, path in enumerate(("/tea", "/pills?id=1&shop=2", "/brot")):
            if not pingback(site, home + path, targets[number], f"203.0.113.{number}"):
                raise RuntimeError("WordPress took no pingback")
        site.export(folder / "export.xml")
        answer, program = folder / "comments.json", folder / "bin" / "wp"
        answer.write_text(site.php("echo wp_json_encode(get_comments(['type' => 'pingback', 'status' => 'all']));"))
        program.parent.mkdir()
        program.write_text(_WP.format(answer=answer))
        program.chmod(0o755)
        yield {
            "=anna": f"={site.user}",
            "abcd efgh ijkl mnop qrst uvwx": site.password,
            BLOG: f"{site.url}/",
            "20260102-030405-a1b2": "$(grep -oE '[0-9]{8}-[0-9]{6}-[0-9a-f]+' said.txt | tail -1)",
            "mysql+pymysql://user@localhost/wordpress?prefix=wp_2_": f"{site.database.url()}&prefix=wp_",
            "--min-confidence 0.99": "--min-confidence 0.5",
        }
