"""How fast a queue is judged beside two mail filters: ``python -m tests.benchmarks.filters_speed``.

The same linkbacks are judged, each as a process that is pinned to one core:

* ``python -m moderator rescore``, JSON Lines in, JSON Lines out, all features and a fresh history, without reasons and
  with eight;
* ``bogofilter -b -T``, one message a file, their names on its standard input, its lines into a file;
* ``spamprobe score``, the messages in one mailbox, its lines into a file.

The filters are measured twice. A message holds what the sender sent, in headers, title and excerpt; a whole one holds
what else our row holds, too: our post's text and what the source page showed. `moderator` reads all of it in any case.
Both filters are taught the labels of the first half of the rows beforehand, so that their word lists are as full as in
use. All files were read before, so that no disk is measured.

Every round runs all of them, one after the other; the median of the rounds counts. Starting is part of each time. What
it takes is measured with a queue of one row, and the table gives rates with and without it. Ratios are of processor
time, so that other work on the machine counts for neither. A filter that is not installed (``apt-get install bogofilter
spamprobe``) is left out, and a line says so.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from statistics import median
from typing import IO, Any, NamedTuple

from tests.benchmarks.rescore_speed import ONE_CORE, rows

CORE = max(os.sched_getaffinity(0))
KINDS = {"": False, ", whole rows": True}
"""What is added to a filter's name, and whether its messages hold all that our rows do."""
OURS = {"moderator, no reasons": "0", "moderator, 8 reasons": "8"}


class Spent(NamedTuple):
    """What one run took, in seconds."""

    clock: float
    processor: float


class Contender(NamedTuple):
    """Something that judges; both calls run it once, on all rows and on one."""

    name: str
    run: Callable[[], Spent]
    start: Callable[[], Spent]


def one_line(text: str) -> str:
    return " ".join(text.split())


def message(row: dict[str, Any], whole: bool) -> bytes:
    """A linkback as a message."""
    at = datetime.fromisoformat(row["received_at"]) if row.get("received_at") else None
    headers = {
        "Received": f"from [{row['sender_ip']}]" if row.get("sender_ip") else "",
        "From": f'"{one_line(row.get("blog_name") or "").replace(chr(34), "")}" <linkback@localhost>',
        "Subject": one_line(row.get("title") or ""),
        "Date": format_datetime(at) if at else "",
        "Message-Id": f"<{row['id']}@localhost>",
        "User-Agent": one_line(row.get("user_agent") or ""),
        "X-Kind": row.get("kind") or "",
        "X-Source": one_line(row["source_url"]),
        "X-Target": one_line(row["target_url"]),
        "Content-Type": "text/plain; charset=utf-8",
    }
    body = [row["source_url"], row.get("excerpt") or ""]
    if whole:
        evidence = row.get("evidence")
        body += [row.get("target_title") or "", row.get("target_text") or ""]
        if evidence:
            body.append(evidence if isinstance(evidence, str) else json.dumps(evidence, ensure_ascii=False))
    head = [f"{name}: {value}" for name, value in headers.items() if value]
    return "\n".join([*head, "", *body, ""]).encode(errors="replace")


def mailbox(path: Path, messages: Iterable[bytes]) -> Path:
    """Several messages in one file."""
    with path.open("wb") as file:
        for each in messages:
            body = each.replace(b"\nFrom ", b"\n>From ")
            file.write(b"From linkback@localhost Mon Jan  1 00:00:00 2024\n" + body + b"\n")
    return path


def timed(words: Sequence[str], given: Path | None, output: Path) -> Spent:
    """Runs a process on one core."""
    pinned = ("taskset", "--cpu-list", str(CORE), *words)
    with output.open("wb") as out:
        source: IO[bytes] | int = subprocess.DEVNULL if given is None else given.open("rb")
        begun = time.perf_counter()
        process = subprocess.Popen(pinned, stdin=source, stdout=out, env={**os.environ, **ONE_CORE})
        _, status, usage = os.wait4(process.pid, 0)
        spent = Spent(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 2):  # bogofilter tells its last verdict by its end
        sys.exit(f"{' '.join(words)} ended with {process.returncode}")
    return spent


def ours(found: list[dict[str, Any]], model: Sequence[str], folder: Path) -> list[Contender]:
    """Our own command, once without reasons and once with."""
    tables = {"all": folder / "queue.jsonl", "one": folder / "one.jsonl"}
    for name, part in (("all", found), ("one", found[:1])):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in part]
        tables[name].write_text("".join(lines), encoding="utf-8")

    def judging(table: Path, reasons: str) -> Callable[[], Spent]:
        output = folder / "verdicts.jsonl"
        words = [sys.executable, "-m", "moderator", "rescore", str(table), "--output", str(output)]

        def run() -> Spent:
            output.unlink(missing_ok=True)
            spent = timed([*words, "--reasons", reasons, *model], None, folder / "summary")
            assert output.read_bytes().count(b"\n") == table.read_bytes().count(b"\n")
            return spent

        return run

    return [Contender(name, judging(tables["all"], n), judging(tables["one"], n)) for name, n in OURS.items()]


def taught(found: list[dict[str, Any]], messages: list[bytes], folder: Path) -> dict[str, Path]:
    """Mailboxes of what is known to be ham and spam in the first half."""
    known = list(zip(found, messages, strict=True))[: len(found) // 2]
    return {
        label: mailbox(folder / f"{label}.mbox", [text for row, text in known if row.get("label") == label])
        for label in ("ham", "spam")
    }


def bogofilter(messages: list[bytes], known: dict[str, Path], folder: Path, kind: str) -> Contender:
    lists = folder / "bogofilter"
    lists.mkdir()
    for label, flag in (("ham", "-n"), ("spam", "-s")):
        with known[label].open("rb") as box:
            subprocess.run(["bogofilter", "-C", "-d", str(lists), "-M", flag], stdin=box, check=True)
    names = []
    (folder / "messages").mkdir()
    for number, text in enumerate(messages):
        path = folder / "messages" / f"{number:07d}"
        path.write_bytes(text)
        names.append(f"{path}\n")
    every, one = folder / "names", folder / "name"
    every.write_text("".join(names))
    one.write_text(names[0])
    words = ["bogofilter", "-C", "-d", str(lists), "-b", "-T"]

    def run(given: Path, count: int) -> Spent:
        spent = timed(words, given, folder / "lines")
        assert (folder / "lines").read_bytes().count(b"\n") == count
        return spent

    return Contender(f"bogofilter -b -T{kind}", lambda: run(every, len(messages)), lambda: run(one, 1))


def spamprobe(messages: list[bytes], known: dict[str, Path], folder: Path, kind: str) -> Contender:
    lists = folder / "spamprobe"
    lists.mkdir()
    for label, order in (("ham", "good"), ("spam", "spam")):
        subprocess.run(["spamprobe", "-d", str(lists), order, str(known[label])], check=True)
    every, one = mailbox(folder / "all.mbox", messages), mailbox(folder / "one.mbox", messages[:1])

    def run(box: Path, count: int) -> Spent:
        spent = timed(["spamprobe", "-d", str(lists), "score", str(box)], None, folder / "scores")
        assert (folder / "scores").read_bytes().count(b"\n") == count
        return spent

    return Contender(f"spamprobe score{kind}", lambda: run(every, len(messages)), lambda: run(one, 1))


def filters(found: list[dict[str, Any]], folder: Path) -> list[Contender]:
    """The filters that are installed, with both kinds of messages."""
    there = {}
    for program, make in (("bogofilter", bogofilter), ("spamprobe", spamprobe)):
        if shutil.which(program):
            there[program] = make
        else:
            print(f"{program} is not installed (apt-get install {program}): left out")
    contenders = []
    for number, (kind, whole) in enumerate(KINDS.items()):
        part = folder / f"messages{number}"
        part.mkdir()
        messages = [message(row, whole) for row in found]
        known = taught(found, messages, part)
        contenders += [make(messages, known, part, kind) for make in there.values()]
        print(f"a message{kind} has {sum(map(len, messages)) / len(messages):,.0f} bytes")
    return contenders


def measured(contenders: Sequence[Contender], rounds: int) -> dict[str, tuple[list[Spent], list[Spent]]]:
    """What each took with all rows and with one, round by round."""
    spent: dict[str, tuple[list[Spent], list[Spent]]] = {each.name: ([], []) for each in contenders}
    for _ in range(rounds):
        for each in contenders:
            spent[each.name][0].append(each.run())
            spent[each.name][1].append(each.start())
    return spent


def told(spent: dict[str, tuple[list[Spent], list[Spent]]], count: int) -> None:
    """Prints the table."""
    print(f"{'linkbacks a second':30}{'clock':>9}{'processor':>11}{'without start':>15}{'start':>10}")
    rates: dict[str, tuple[float, float]] = {}
    for name, (runs, starts) in spent.items():
        clock, processor = (median(column) for column in zip(*runs, strict=True))
        start = median(each.processor for each in starts)
        rates[name] = count / processor, (count - 1) / (processor - start)
        print(
            f"{name:30}{count / clock:9,.0f}{rates[name][0]:11,.0f}{rates[name][1]:15,.0f}{1000 * start:7,.0f} ms",
            flush=True,
        )
    for name in OURS:
        for other in [each for each in rates if each not in OURS]:
            pairs = zip(spent[name][0], spent[other][0], strict=True)
            ratios = [theirs.processor / mine.processor for mine, theirs in pairs]
            without = rates[name][1] / rates[other][1]
            print(
                f"{name} / {other}: {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f} in "
                f"{len(ratios)} rounds), without start {without:.2f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000, help="how many linkbacks")
    parser.add_argument("--rounds", type=int, default=5, help="how often each runs")
    parser.add_argument("--like", type=Path, help="a .jsonl[.gz] file whose rows are repeated")
    parser.add_argument("--model", type=Path, help="the model's folder; default: the one that comes with the package")
    options = parser.parse_args()
    model = ("--model", str(options.model)) if options.model else ()
    found = list(rows(options.rows, options.like))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        contenders = ours(found, model, folder) + filters(found, folder)
        queue = (folder / "queue.jsonl").stat().st_size / len(found)
        print(f"{len(found):,} linkbacks; a row has {queue:,.0f} bytes; core {CORE}", flush=True)
        told(measured(contenders, options.rounds), len(found))


if __name__ == "__main__":
    main()
