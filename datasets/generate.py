"""Writes generated linkbacks to a file.

    python -m datasets.generate --seed 7 --linkbacks 500 --output datasets/sample.jsonl

The file's name says the form: ``.jsonl``, ``.csv``, each also with ``.gz``, and ``.parquet`` (needs pyarrow). A name
without any is a folder, which is filled with Parquet files of 200,000 rows each.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from datasets.blogosphere import COLUMNS, generate

__all__ = ["main", "write"]

BATCH = 50_000
"""Rows of one Parquet row group."""
FILE = 4 * BATCH
"""Rows of one Parquet file in a folder."""


def write(rows: Iterable[Mapping[str, Any]], path: Path) -> int:
    """Writes rows in the form that the file's name says.

    Args:
        rows: The rows.
        path: The file; an existing one is replaced. Or a folder, which must be empty or missing.

    Returns:
        How many rows were written.

    Raises:
        ValueError: The name says no known form.
        OSError: The file cannot be written.
    """
    name = path.name.removesuffix(".gz")
    if name.endswith(".jsonl"):
        with _text(path) as file:
            return _write_jsonl(rows, file)
    if name.endswith(".csv"):
        with _text(path) as file:
            return _write_csv(rows, file)
    if path.name.endswith(".parquet"):
        return _write_parquet(map(_flat, rows), path)
    if not path.suffix:
        return _write_folder(rows, path)
    raise ValueError(f"{path.name!r} says no known form; end it in .jsonl, .csv (each also .gz) or .parquet")


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    """The file for text; a packed one holds neither name nor time, so that the same rows give the same bytes."""
    with path.open("wb") as raw:
        if path.name.endswith(".gz"):
            with (
                gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed,
                io.TextIOWrapper(packed, "utf-8", newline="") as file,
            ):
                yield file
        else:
            with io.TextIOWrapper(raw, "utf-8", newline="") as file:
                yield file


def _write_jsonl(rows: Iterable[Mapping[str, Any]], file: TextIO) -> int:
    count = 0
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for count, row in enumerate(rows, 1):  # noqa: B007 - the count is the answer
        file.write(encode(row) + "\n")
    return count


def _write_csv(rows: Iterable[Mapping[str, Any]], file: TextIO) -> int:
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    count = 0
    for count, row in enumerate(map(_flat, rows), 1):  # noqa: B007 - the count is the answer
        writer.writerow(row)
    return count


def _write_folder(rows: Iterable[Mapping[str, Any]], folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError(f"the folder {folder.name!r} is not empty; name a new one")
    stream = map(_flat, rows)
    count = 0
    while first := next(stream, None):
        count += _write_parquet(chain([first], islice(stream, FILE - 1)), folder / f"part-{count // FILE:05}.parquet")
    return count


def _write_parquet(rows: Iterable[Mapping[str, Any]], path: Path) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.int64() if name == "campaign" else pa.string()) for name in COLUMNS])
    count = 0
    rows = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(rows, BATCH)):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            count += len(batch)
    return count


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its evidence as JSON text."""
    return {**row, "evidence": json.dumps(row["evidence"], ensure_ascii=False, separators=(",", ":"))}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m datasets.generate", description="Writes generated linkbacks.")
    parser.add_argument("--seed", type=int, default=7, help="makes the world and all that happens in it")
    parser.add_argument("--linkbacks", type=int, default=500, help="how many")
    parser.add_argument("--output", type=Path, required=True, help=".jsonl, .csv (or .gz), .parquet, or a folder")
    parser.add_argument("--spam", type=float, default=0.6, help="share of spam")
    parser.add_argument("--checked", type=float, default=0.7, help="share of rows whose source page was looked at")
    parser.add_argument("--unlabelled", type=float, default=0.15, help="share of rows that are never labelled")
    parser.add_argument("--flipped", type=float, default=0.0, help="share of labels that are wrong")
    parser.add_argument("--sites", type=int, help="receiving sites")
    parser.add_argument("--days", type=float, help="length of the period")
    parser.add_argument("--split", choices=("train", "test"), default="train", help="whose words, names and templates")
    parser.add_argument("--start", type=datetime.fromisoformat, help="begin of the period, with its offset from UTC")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    options = vars(_parser().parse_args(arguments))
    output: Path = options.pop("output")
    chosen = {name: value for name, value in options.items() if value is not None}
    try:
        count = write(generate(**chosen), output)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{count} linkbacks written to {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
