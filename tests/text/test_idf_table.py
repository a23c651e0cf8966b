"""How the table of document frequencies is counted."""

import gzip
import json
from math import isclose, log
from pathlib import Path

from moderator.text.idf import BUCKETS, bucket
from moderator.training.idf import document_frequencies, main, read_posts


def test_frequencies_count_posts_and_not_words() -> None:
    table = document_frequencies(["roses roses <b>moss</b>", "roses", "sun"])
    assert table.shape == (BUCKETS,)
    assert isclose(table[bucket("roses")], log(4 / 3), rel_tol=1e-3)
    assert isclose(table[bucket("moss")], log(4 / 2), rel_tol=1e-3)
    assert isclose(table[bucket("never")], log(4 / 1), rel_tol=1e-3)


def test_posts_are_read_once_each(tmp_path: Path) -> None:
    path, output = tmp_path / "posts.jsonl.gz", tmp_path / "idf.npy"
    long = "roses and moss " * 20
    rows = [{"title": "A", "text": long}, {"target_title": "B", "target_text": long}, {"text": "short"}]
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    assert list(read_posts([path])) == [f"A {long}"]
    main([str(output), str(path)])
    assert output.stat().st_size > BUCKETS * 2
