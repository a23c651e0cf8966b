"""The moderation page with a long queue: `python -m tests.benchmarks.queue_page [--held 100000]`.

Fills a service's database with held linkbacks of many domains and some campaigns, and asks for the page in each of its
orders, narrowed, searched, further down and for a whole domain. Prints the processor time of each answer, the third of
three, and its ratio to the page of an empty queue. Nothing listens; the page is asked in this process.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from random import Random

from sqlalchemy import insert
from starlette.testclient import TestClient

from moderator.service.store.rows import mention_values
from moderator.service.store.tables import MENTIONS
from tests.service.service_fakes import PASSWORD, World, mention_of, seen, settings_for

HELD = 100_000
_WORDS = (
    "roses",
    "labels",
    "beans",
    "frost",
    "garden",
    "letters",
    "paper",
    "bridge",
    "river",
    "winter",
    "notes",
    "bread",
)
PAGES = {
    "newest first": "/",
    "surest spam first": "/?order=spam",
    "most doubtful first": "/?order=doubt",
    "by domain": "/?order=domain",
    "one kind": "/?kind=trackback",
    "one domain": "/domain/blog0.example",
    "a search for words": "/?text=frost+garden",
    "a search for nothing": "/?text=nowhere+to+be+found",
}


def fill(world: World, held: int) -> None:
    """Puts in held linkbacks; every tenth is of one of ten campaigns."""
    rng = Random(1)
    with world.container.store._database.writing() as connection:
        for first in range(0, held, 1000):
            rows = []
            for number in range(first, min(first + 1000, held)):
                words = " ".join(rng.choices(_WORDS, k=12))
                excerpt = f"the very same words of campaign {number % 100}" if number % 10 == 0 else words
                made = mention_of(
                    number,
                    title=f"Title {number} {words[:40]}",
                    excerpt=excerpt,
                    probability=rng.uniform(0.15, 0.95),
                    evidence=seen(snippet=words, page_title=words[:40]),
                    source=f"https://blog{number % 5000}.example/{number}",
                )
                rows.append(mention_values(made))
            connection.execute(insert(MENTIONS), rows)


def seconds(client: TestClient, path: str) -> float:
    """Processor seconds of the third of three answers."""
    for _ in range(3):
        began = time.process_time()
        answer = client.get(path)
        spent = time.process_time() - began
        answer.raise_for_status()
    return spent


def measure(held: int) -> dict[str, float]:
    """Seconds of each page with so many held."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), settings_for(Path(folder)))
        try:
            fill(world, held)
            client = TestClient(world.app, base_url="http://testserver")
            client.post("/sign-in", data={"password": PASSWORD})
            return {name: seconds(client, path) for name, path in PAGES.items()}
        finally:
            world.close()


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held", type=int, default=HELD)
    given = parser.parse_args()
    empty, full = measure(1), measure(given.held)
    print(f"{given.held:,} held")
    for name, spent in full.items():
        print(f"{name:22} {1000 * spent:7.1f} ms   {spent / empty[name]:6.1f} of a queue of one")


if __name__ == "__main__":
    main()
