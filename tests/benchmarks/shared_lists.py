"""Eight blogs that share lists of their decisions: ``python -m tests.benchmarks.shared_lists``.

They are alone, have friends, and have friends who lie. Printed for each: linkbacks and hours until a campaign is called
spam, spam that is approved or called spam, and ham that is held or lost.

Each blog refreshes once a day; owners label when the generator says. The generator's campaigns stay at one blog, where
friends are of no use; here the linkbacks of a campaign are dealt to the blogs in turn. Liars are pinned like friends,
the worst case: they report every honest author as spam and every spammer as ham.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from datasets.blogosphere import generate
from moderator.batch.own_decisions import own_decision
from moderator.config.settings import Settings
from moderator.domain_lists.feed import FeedEntry
from moderator.domain_lists.publish import OwnDecision, entries_of
from moderator.domain_lists.reports import PublisherReports, Reports
from moderator.domain_lists.trust import Publisher
from moderator.history.memory import MemoryHistory
from moderator.records import Case, Label, Verdict
from moderator.serialization import case_from_json
from moderator.wiring import build_moderator

BLOGS = 8
DAY = timedelta(days=1)


class Current:
    """A blog's subscribed lists as they are today."""

    def __init__(self) -> None:
        self.reports = PublisherReports()

    def about(self, authors: Sequence[str], wording: int | None, page: int | None) -> Reports:
        """See `PublisherReports.about`."""
        return self.reports.about(authors, wording, page)


def lie(entries: list[FeedEntry]) -> tuple[FeedEntry, ...]:
    """What a liar makes of the truth."""
    return tuple(FeedEntry(one.author, 9 if one.ham else 0, 9 if one.spam else 0, one.last_seen) for one in entries)


def run(cases: list[tuple[int, Case]], friends: int, liars: int = 0) -> list[Verdict]:
    """Verdicts of all blogs, in order."""
    lists = [Current() for _ in range(BLOGS)]
    engines = [build_moderator(Settings(), history=MemoryHistory(), reports=one) for one in lists]
    said: list[list[tuple[datetime, OwnDecision]]] = [[] for _ in range(BLOGS)]
    refreshed, verdicts = None, []
    for blog, case in cases:
        now = case.linkback.received_at
        assert now is not None
        if friends and (refreshed is None or now - refreshed >= DAY):
            refreshed = now
            made = [entries_of([one for at, one in each if at <= now], now=now, min_decisions=1) for each in said]
            everybody = [one for each in made for one in each]
            for mine, current in enumerate(lists):
                others = [(mine + step) % BLOGS for step in range(1, friends + 1)]
                current.reports = PublisherReports(
                    [
                        Publisher(f"blog{other}", lie(everybody) if place < liars else tuple(made[other]), pinned=True)
                        for place, other in enumerate(others)
                    ]
                )
        [decision] = engines[blog].check_many([case], reasons=0)
        verdicts.append(decision.verdict)
        found = own_decision(case, spam=case.label is Label.SPAM) if case.label and case.labelled_at else None
        if found is not None and case.labelled_at is not None:
            said[blog].append((case.labelled_at, found))
    return verdicts


def table_line(rows: list[dict[str, Any]], truth: list[bool], verdicts: list[Verdict], alone: list[Verdict]) -> str:
    """One line of the table."""
    first: dict[int, list[tuple[datetime, Verdict]]] = defaultdict(list)
    for row, spam, verdict in zip(rows, truth, verdicts, strict=True):
        if spam and row["campaign"]:
            first[row["campaign"]].append((datetime.fromisoformat(row["received_at"]), verdict))
    numbers, hours, never = [], [], 0
    for campaign in (each for each in first.values() if len(each) >= 5):
        place = next((n for n, (_, verdict) in enumerate(campaign) if verdict is Verdict.SPAM), None)
        if place is None:
            never += 1
        else:
            numbers.append(place + 1)
            hours.append((campaign[place][0] - campaign[0][0]).total_seconds() / 3600)
    pairs = list(zip(truth, verdicts, alone, strict=True))
    counts = (
        sum(spam and verdict is Verdict.APPROVE for spam, verdict, _ in pairs),
        sum(spam and verdict is Verdict.SPAM for spam, verdict, _ in pairs),
        sum(not spam and verdict is Verdict.HOLD for spam, verdict, _ in pairs),
        sum(not spam and verdict is Verdict.SPAM and before is not Verdict.SPAM for spam, verdict, before in pairs),
        sum(spam and verdict is Verdict.APPROVE and before is not Verdict.APPROVE for spam, verdict, before in pairs),
    )
    when = f"{median(numbers):8.1f} {median(hours):8.1f}" if numbers else " " * 17
    return f"{when} {never:6}" + "".join(f"{count:10}" for count in counts)


def main(linkbacks: int) -> None:
    """Prints the table."""
    rows = list(generate(seed=11, linkbacks=linkbacks, checked=1.0, unlabelled=0.0, sites=BLOGS, days=90, split="test"))
    sites = {site: number for number, site in enumerate(sorted({row["site"] for row in rows}))}
    cases = [(sites[row["site"]], case_from_json(row)) for row in rows]
    truth = [row["label"] == "spam" for row in rows]
    met: dict[int, int] = defaultdict(int)
    for place, row in enumerate(rows):
        if truth[place] and row["campaign"]:
            cases[place] = ((row["campaign"] + met[row["campaign"]]) % BLOGS, cases[place][1])
            met[row["campaign"]] += 1
    print(f"{len(rows)} linkbacks, {sum(truth)} spam, {len(sites)} blogs; until called spam: median of campaigns >= 5")
    print(f"{'':22}linkbacks    hours  never  approved      spam  ham held  ham lost   let in")
    alone = run(cases, 0)
    for name, friends, liars in (
        ("alone", 0, 0), ("1 friend", 1, 0), ("3 friends", 3, 0), ("7 friends", 7, 0),
        ("7, 1 of them lies", 7, 1), ("7, 2 of them lie", 7, 2), ("7, 3 of them lie", 7, 3),
    ):  # fmt: skip
        print(
            f"{name:22}{table_line(rows, truth, run(cases, friends, liars) if friends else alone, alone)}", flush=True
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--linkbacks", type=int, default=1000, help="linkbacks that come to the eight blogs together")
    main(parser.parse_args().linkbacks)
