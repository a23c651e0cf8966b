"""Feature rows stay what they are to the last bit, so that work on speed changes nothing else.

Each group's numbers over a few thousand linkbacks are held by one digest. Where a group is changed on purpose, its
digest is changed with it, and the model is trained anew.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from datasets.blogosphere import generate
from moderator.domain_lists.lazy import LazyLists
from moderator.features.extractor import GROUPS, Extractor
from moderator.history.memory import MemoryHistory
from moderator.replay import Replay
from moderator.tables.rows import case_of

SAMPLE = Path(__file__).parents[2] / "datasets" / "sample.jsonl"
GENERATED = 2_000
ODD: tuple[dict[str, Any], ...] = (
    {},
    {"source_url": "http://10.25.50.7:8080/~joe/?p=12", "title": "joe's", "excerpt": "[&#8230;] see [&#8230;]"},
    {"source_url": "HTTPS://BÜCHER.example./a%20b.PHP?x=1&utm_source=y#z", "title": "Bücher » Archive | ﬁne ...",
     "excerpt": "<p>Mehr &uuml;ber <a href='http://a.example/'>Bücher</a>, schön wie nie.</p>", "blog_name": "Bücher"},
    {"source_url": "http://xn--e1afmkfd.xn--p1ai/2009/05/03/%D0%B0", "title": "Пример о садах",
     "excerpt": "Сады и casino в городе, cаsino по-русски. Розы и сады.", "sender_ip": "::ffff:8.8.8.8"},
    {"source_url": "http://blog.example.co.jp/東京/", "title": "東京のバラ",
     "excerpt": "これは東京のバラの話です。" * 9},
    {"source_url": "not a url", "title": "A" * 1500, "excerpt": "word " * 3000, "sender_ip": "nobody"},
    {"source_url": "//user@example.blogspot.com\\x/../y;jsessionid=1", "title": "[url=http://a]x[/url]",
     "excerpt": "&lt;b&gt;you&lt;/b&gt; &#1086;&#1082; http://a.example/1 www.b.example 5 < 6 ¥ ??? 2009 don't don’t",
     "blog_name": "x&amp;y <i>z</i> 42"},
    {"source_url": "https://medium.com/@Someone/a-post-aB3dE5", "title": "Our Roses", "excerpt": "Our Roses in the...",
     "blog_name": "medium.com", "target_title": "Our Roses in the Garden", "target_text": "Our roses grow. " * 20},
    {"source_url": "http://www.example.com./index.html", "excerpt": "<script>a</script>b<!-- c -->d\u00ade\u200bf<a"},
    {"source_url": "http://example.com/" + "a/" * 600, "title": "!!! !!!", "excerpt": "…", "blog_name": "?"},
)  # fmt: skip
"""What the generator does not write."""


DIGESTS = {
    "domain": "50c5bd2a08144ab6",
    "domain_list_hits": "b98a06c4c75269eb",
    "reputation": "27277765a5a39fa3",
    "link": "54b66574d420dc5b",
    "relevance": "f4f517eace61e0b6",
    "text_quality": "2278eee12c8ff0fa",
    "sending": "49caf61aeb1e2a8d",
    "wording.title": "967a4beaf0a48c1c",
    "wording.excerpt": "5a90c0279f771908",
    "wording.address": "27c7be9948b12a0e",
    "wording.host": "d5875ccd730e7fe7",
    "keys": "f4bd1c8bbc8096a6",
}
"""What ``python -m tests.features.test_bit_equal`` prints."""


def rows() -> Iterator[dict[str, Any]]:
    with SAMPLE.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
    yield from generate(seed=11, linkbacks=GENERATED)
    for number, row in enumerate(ODD):
        target = {"source_url": "http://a.example/1", "target_url": "http://garden.example/our-roses-in-the-garden/"}
        yield {"id": f"odd{number}", "received_at": "2024-06-01T00:00:00Z", "sender_ip": "192.0.2.1", **target, **row}
        yield {"id": f"old{number}", "target_title": "Our Roses in the Garden | Garden", **target, **row}


@cache
def digests() -> dict[str, str]:
    """One digest for each group of numbers, one for each channel of the wording, one for the keys."""
    extractor, hashes = Extractor(LazyLists(None)), dict[str, Any]()
    replay = Replay(MemoryHistory(keys=None), extractor)

    def take(name: str, data: bytes) -> None:
        hashes.setdefault(name, blake2b(digest_size=8)).update(data)

    for row in rows():
        reading = replay.extract_and_record(case_of(row))
        start = 0
        for group in GROUPS:
            numbers = reading.row.numbers[start : start + len(group.names)]
            take(group.name, struct.pack(f"<{len(numbers)}d", *numbers))
            start += len(group.names)
        for name, text in reading.row.wording._asdict().items():
            take(f"wording.{name}", text.encode() + b"\n")
        take("keys", repr(tuple(reading.keys)).encode())
    return {name: found.hexdigest() for name, found in hashes.items()}


@pytest.mark.parametrize(("name", "digest"), list(DIGESTS.items()))
def test_a_group_is_what_it_was(name: str, digest: str) -> None:
    assert digests()[name] == digest


def test_every_group_is_held() -> None:
    assert digests().keys() == DIGESTS.keys()


if __name__ == "__main__":
    print(json.dumps(digests(), indent=1))
