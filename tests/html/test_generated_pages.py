"""The generator of sample data and the reader of pages agree about what a page shows."""

from collections import Counter
from datetime import UTC, datetime

from datasets.blogosphere.page import page_for
from datasets.blogosphere.stream import generate
from moderator.linkcheck.evidence import judge
from moderator.linkcheck.fetch import Fetched
from moderator.records import Linkback, Post

NOW = datetime(2024, 5, 1, tzinfo=UTC)
FACTS = ("status", "position", "hidden", "nofollow", "ugc", "sponsored", "page_title")
COUNTS = ("outbound_links", "outbound_domains")


def test_the_reader_sees_what_the_generator_meant() -> None:
    wrong: Counter[str] = Counter()
    read = 0
    for row in generate(3, 400, checked=1.0):
        told = row["evidence"]
        if told["status"] not in ("found", "missing"):
            continue
        read += 1
        linkback = Linkback(row["source_url"], row["target_url"], row["kind"], row["title"], row["excerpt"])
        post = Post(row["target_url"], row["target_title"], row["target_text"])
        page = Fetched(
            told.get("final_url") or row["source_url"], 200, 0, (), "text/html", "", page_for(row).encode(), "", True
        )
        seen = judge(linkback, post, page, NOW)
        for name in FACTS:
            if name in told and told[name] != getattr(seen, name):
                wrong[name] += 1
        for name in COUNTS:  # with one domain to link to, the generator writes our link alone
            if told["outbound_domains"] > 1 and abs(told[name] - getattr(seen, name)) > 2:
                wrong[name] += 1
    assert read > 200
    assert not wrong, wrong
