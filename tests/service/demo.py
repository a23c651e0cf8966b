"""A service with two months of a generated blogosphere in it, to look at.

    python -m tests.service.demo --port 8751 --linkbacks 900

The password is `demo`. Nothing is kept: it all stands in a temporary folder. Source pages are not looked at; what
they showed was generated along with the linkbacks.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from datasets.blogosphere import generate
from moderator.config.passwords import hash_password
from moderator.config.service import Blog, Secrets, ServiceSettings
from moderator.config.settings import Settings
from moderator.history.memory import MemoryHistory
from moderator.linkcheck.fetch import Fetched
from moderator.linkcheck.fetch_error import FetchError
from moderator.records import Label, Linkback, LinkEvidence, LinkStatus, Post
from moderator.service.accept import new_mention
from moderator.service.container import Container, build_container, now
from moderator.service.records import Filter, Origin, OwnerLabel
from moderator.tables.rows import case_of

PASSWORD = "demo"
_DAYS = 58
_UNTOUCHED = timedelta(days=9)
"""What was received so lately the owner has not looked at yet."""


class NoPages:
    """Looks at nothing."""

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        return LinkEvidence()


def _no_fetch(url: str) -> Fetched:
    raise FetchError(LinkStatus.UNREACHABLE, "demo")


def _no_send(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    return 204


def demo_parts(
    folder: Path, linkbacks: int, *, seed: int = 7, shadow: bool = False, clock: Callable[[], datetime] = now
) -> Container:
    """A service whose store is filled: judged in order of time, and for the most part decided by an owner.

    Args:
        folder: Where its database is made.
        linkbacks: How many have come.
        seed: Makes them.
        shadow: Whether it only watches.
        clock: The last linkback came just before this.
    """
    start = clock() - timedelta(days=_DAYS)
    rows = [
        row
        for row in generate(seed, linkbacks, sites=2, days=float(_DAYS), start=start, checked=0.9)
        if datetime.fromisoformat(row["received_at"]) < clock()
    ]
    names = {site: site.partition("//")[2].removeprefix("www.") for site in sorted({row["site"] for row in rows})}
    blogs = tuple(Blog(name, site) for site, name in names.items())
    container = build_container(
        Settings(),
        ServiceSettings(database=folder / "service.sqlite3", blogs=blogs, shadow=shadow, verify=False),
        Secrets(password_hash=hash_password(PASSWORD)),
        clock=clock,
        verifier=NoPages(),
        fetch=_no_fetch,
        send=_no_send,
        history=MemoryHistory(),
    )
    cases = [case_of(row) for row in rows]
    for row, case, decision in zip(rows, cases, container.moderator.check_many(cases), strict=True):
        mention = new_mention(case.linkback, names[row["site"]], Origin.RECEIVER, clock())
        container.store.accept(mention)
        container.store.record_decision(mention, decision, clock(), shadow=shadow)
    _decide(container, {case.linkback.id: case.label for case in cases}, Random(seed))
    return container


def _decide(container: Container, labels: Mapping[str, Label | None], random: Random) -> None:
    """The owner's words on most of what was held, a few of each week left aside."""
    held = Filter(labelled=False, until=container.clock() - _UNTOUCHED)
    for mention in container.store.find(held, limit=len(labels)).mentions:
        label = labels[mention.linkback.id]
        surprising = mention.decision is not None and 0.02 < mention.decision.spam_probability < 0.98
        if label is not None and (surprising or random.random() < 0.05) and random.random() < 0.9:
            container.decisions.label([mention.linkback.id], OwnerLabel(label.value), "owner")


def main() -> None:
    """Serves on the loopback interface until it is ended."""
    import uvicorn

    from moderator.service.app import create_app

    parser = argparse.ArgumentParser(prog="python -m tests.service.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8751)
    parser.add_argument("--linkbacks", type=int, default=900)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--shadow", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        container = demo_parts(Path(folder), options.linkbacks, seed=options.seed, shadow=options.shadow)
        print(f"http://127.0.0.1:{options.port}/ (password: {PASSWORD})", flush=True)
        uvicorn.run(create_app(container), port=options.port, log_level="warning", server_header=False)


if __name__ == "__main__":
    main()
