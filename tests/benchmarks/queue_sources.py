"""How fast queues are read: ``python -m tests.benchmarks.queue_sources [--rows N] [--large N] [--rest N]``.

Prints rows a second and peak memory for each source, each measured in a process of its own: reading alone (rows made
cases), and reading with judging by a small model in order of receipt, as a dry run does. JSON Lines and exports are
read at the large count, too. The database is MariaDB, and the site a real WordPress, where Debian's packages are
installed (.ci/install_wordpress); otherwise they are left out.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2024, 1, 1, tzinfo=UTC)
PINGS_OF_A_POST = 50
WORDS = (
    *("tea", "garden", "bread", "stone", "river", "coffee", "bicycle", "poetry"),
    *("solar", "winter", "letter", "bridge", "kernel", "pasta", "yellow", "morning"),
)
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def text(seed: int, count: int) -> str:
    """Words that differ from seed to seed."""
    return " ".join(WORDS[(seed * 7 + place * place + seed // 16) % 16] for place in range(count))


def ping(number: int) -> dict[str, Any]:
    """A ping as WordPress stores it."""
    return {
        "comment_ID": number + 1,
        "comment_post_ID": 1 + number // PINGS_OF_A_POST,
        "comment_author": f"Page {text(number, 4)}",
        "comment_author_url": f"https://s{number % 997}.example/{number}/",
        "comment_author_IP": f"203.0.113.{number % 200}",
        "comment_date_gmt": f"{START + timedelta(minutes=number):%Y-%m-%d %H:%M:%S}",
        "comment_content": f"[&#8230;] {text(number, 25)} [&#8230;]",
        "comment_approved": ("0", "0", "1", "spam")[number % 4],
        "comment_agent": "",
        "comment_type": "pingback",
    }


def post_text(post: int) -> str:
    return f"<p>{text(post, 150)}</p>"


def write_jsonl(path: Path, count: int) -> None:
    from moderator.tables.wordpress_columns import linkback_columns

    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            row = ping(number)
            post = row["comment_post_ID"]
            told = {"target_url": f"https://blog.example/{post}/", "target_title": f"Post {post}"}
            columns = linkback_columns(row | told | {"target_text": post_text(post)})
            file.write(json.dumps(columns) + "\n")


def write_wxr(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8" ?>\n<rss xmlns:content="c" xmlns:wp="w">\n<channel>\n')
        file.write("<link>https://blog.example</link>\n<wp:wxr_version>1.2</wp:wxr_version>\n")
        for post, numbers in itertools.groupby(range(count), lambda number: 1 + number // PINGS_OF_A_POST):
            file.write(f"<item>\n<title>Post {post}</title>\n<link>https://blog.example/{post}/</link>\n")
            file.write(f"<content:encoded><![CDATA[{post_text(post)}]]></content:encoded>\n")
            for number in numbers:
                file.write("<wp:comment>\n")
                for name, value in ping(number).items():
                    tag = "wp:comment_id" if name == "comment_ID" else f"wp:{name}"
                    file.write(f"\t<{tag}><![CDATA[{value}]]></{tag}>\n")
                file.write("</wp:comment>\n")
            file.write("</item>\n")
        file.write("</channel>\n</rss>\n")


def fill_database(database: Any, count: int) -> None:
    """The same pings and posts, into the tables of a real blog."""
    for start in range(0, count, 2000):
        rows = (ping(number) for number in range(start, min(count, start + 2000)))
        values = ",".join("(" + ",".join(_quoted(value) for value in row.values()) + ")" for row in rows)
        database.run(f"INSERT INTO wp_comments ({','.join(ping(1))}) VALUES {values}", "wordpress")
    posts = range(1, 2 + count // PINGS_OF_A_POST)
    for start in range(0, len(posts), 500):
        values = ",".join(
            f"({post}, 'post', '{post}', '2024-01-01 00:00:00', 'Post {post}', '{post_text(post)}', 'publish',"
            " '', '', '', '')"
            for post in posts[start : start + 500]
        )
        database.run(
            "REPLACE INTO wp_posts (ID, post_type, post_name, post_date, post_title, post_content, post_status,"
            f" post_excerpt, to_ping, pinged, post_content_filtered) VALUES {values}",
            "wordpress",
        )
    database.run(
        "UPDATE wp_options SET option_value = '/%postname%/' WHERE option_name = 'permalink_structure'", "wordpress"
    )


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def measure(queue: str, judging: str) -> None:
    """Reads a queue in this process and prints what it took as JSON."""
    from moderator.wordpress.opening import open_queue
    from tests.batch.killing import judge

    source = open_queue(queue, lambda address: (os.environ["BLOG_USER"], os.environ["BLOG_PASSWORD"]), {})
    moderator = judge() if judging == "judge" else None
    started, busy, count = time.perf_counter(), time.process_time(), 0
    if moderator is not None and queue.endswith(".xml"):
        from moderator.batch.rescore import rescore

        count = rescore(source, None, moderator, reasons=0).rows
    else:
        cases = (source.case(row) for row in source.read())
        count = sum(1 for _ in (cases if moderator is None else moderator.check_many(cases, reasons=0)))
    spent = time.perf_counter() - started
    usage = resource.getrusage(resource.RUSAGE_SELF)
    peak, busy = usage.ru_maxrss / 1024, time.process_time() - busy
    print(json.dumps({"rows": count, "seconds": spent, "busy": busy, "peak": peak}))


def tell(name: str, queue: str, *, judging: bool = True, **environment: str) -> None:
    for how in ("read", "judge") if judging else ("read",):
        code = "import sys; from tests.benchmarks.queue_sources import measure; measure(*sys.argv[1:])"
        done = subprocess.run(
            [sys.executable, "-c", code, queue, how],
            env={**os.environ, **ONE_CORE, **environment},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        told = json.loads(done.stdout)
        rate, own = told["rows"] / told["seconds"], told["rows"] / told["busy"]
        speed = f"{rate:>9,.0f}/s by the clock {own:>9,.0f}/s of processor"
        print(f"{name:20} {how:6} {told['rows']:>10,} rows {speed}  peak {told['peak']:6.0f} MB", flush=True)


def files(folder: Path, count: int, *, judging: bool) -> Iterator[Path]:
    for name, write in (("jsonl", write_jsonl), ("xml", write_wxr)):
        path = folder / f"queue.{name}"
        write(path, count)
        tell(f"{name} {path.stat().st_size >> 20} MB", str(path), judging=judging)
        yield path
        path.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=1_000_000, help="for files; 0: not at all")
    parser.add_argument("--rest", type=int, default=20_000, help="rows read over REST; 0: not at all")
    wanted = parser.parse_args()
    from tests.wordpress.site import missing, running_site

    with tempfile.TemporaryDirectory() as place:
        for _ in files(Path(place), wanted.rows, judging=True):
            pass
        if lacking := missing():
            print(f"database and site are left out: {lacking} is missing")
        else:
            with running_site() as site:
                site.sql("DELETE FROM wp_comments")
                fill_database(site.database, wanted.rows)
                tell("database", site.database.url())
                if wanted.rest:
                    site.sql(f"DELETE FROM wp_comments WHERE comment_ID >= {wanted.rest}")
                    tell("rest", site.url, judging=False, BLOG_USER=site.user, BLOG_PASSWORD=site.password)
        if wanted.large:
            for _ in files(Path(place), wanted.large, judging=False):
                pass


if __name__ == "__main__":
    main()
