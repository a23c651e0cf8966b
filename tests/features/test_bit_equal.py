"""Feature rows stay what they are to the last bit, so that work on speed changes nothing else.

Of a few thousand linkbacks, each group's numbers, each text of the wording and the keys are held by a digest a row.
Where a group is changed on purpose, ``python -m tests.features.test_bit_equal`` writes the digests anew, and the model
is trained anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from datasets.blogosphere import generate
from moderator.domain_lists.lazy import LazyLists
from moderator.features.extractor import GROUPS, Extractor
from moderator.history.memory import MemoryHistory
from moderator.replay import Replay, ScoredInput
from moderator.tables.rows import case_of

SAMPLE = Path(__file__).parents[2] / "datasets" / "sample.jsonl"
HELD = Path(__file__).with_name("bit_equal.json")
DIGEST = 4
"""Hexadecimal digits of a row's digest."""
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


def rows() -> Iterator[dict[str, Any]]:
    with SAMPLE.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
    yield from generate(seed=11, linkbacks=GENERATED)
    for number, row in enumerate(ODD):
        target = {"source_url": "http://a.example/1", "target_url": "http://garden.example/our-roses-in-the-garden/"}
        yield {"id": f"odd{number}", "received_at": "2024-06-01T00:00:00Z", "sender_ip": "192.0.2.1", **target, **row}
        yield {"id": f"old{number}", "target_title": "Our Roses in the Garden | Garden", **target, **row}


class Row(NamedTuple):
    """What is held of one linkback."""

    id: str
    parts: dict[str, str]
    """The numbers of each group, the text of each channel of the wording, and the keys, as readable text."""


@cache
def found() -> list[Row]:
    """Every row, computed now."""
    extractor = Extractor(LazyLists(None))
    replay = Replay(MemoryHistory(keys=None), extractor)
    return [_row(replay.extract_and_record(case_of(row))) for row in rows()]


def _row(scored: ScoredInput) -> Row:
    parts, start = {}, 0
    for group in GROUPS:
        numbers = scored.row.numbers[start : start + len(group.names)]
        # hex, for no two numbers have the same
        values = zip(group.names, map(float.hex, map(float, numbers)), strict=True)
        parts[group.name] = "\n".join(f"{name} {value}" for name, value in values)
        start += len(group.names)
    parts |= {f"wording.{name}": text for name, text in scored.row.wording._asdict().items()}
    return Row(scored.case.linkback.id, parts | {"keys": repr(scored.keys)})


def digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=DIGEST // 2).hexdigest()


def digests() -> dict[str, str]:
    """For each part the digests of all rows, one after the other."""
    return {name: "".join(digest(row.parts[name]) for row in found()) for name in found()[0].parts}


def held() -> dict[str, str]:
    """What `digests` gave when it was last written down."""
    return dict(json.loads(HELD.read_text()))


@pytest.mark.parametrize("name", sorted(held()))
def test_every_row_is_what_it_was(name: str) -> None:
    known = held()[name]
    assert len(known) == DIGEST * len(found())
    for place, row in enumerate(found()):
        expected = known[DIGEST * place : DIGEST * (place + 1)]
        assert digest(row.parts[name]) == expected, f"row {place}, linkback {row.id}, is now\n{row.parts[name]}"


def test_every_part_is_held() -> None:
    assert found()[0].parts.keys() == held().keys()


if __name__ == "__main__":
    HELD.write_text(json.dumps(digests(), indent=0) + "\n")
