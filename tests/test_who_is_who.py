"""Whose page a linkback comes from decides the hard rules, alike for a single call, a queue and the service."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from moderator.batch.rescore import rescore
from moderator.config.service import Blog, Secrets
from moderator.config.settings import Settings
from moderator.domain_lists.lazy import LazyLists
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.model.policy import Cutoffs, Policy, Rule
from moderator.records import Decision, Kind, Linkback, LinkEvidence, LinkStatus, Post
from moderator.serialization import evidence_to_json
from moderator.service.container import build_container
from moderator.tables.opening import Table
from moderator.wiring import build_moderator
from tests.service.service_fakes import OwnPages, settings_for
from tests.small_model import small_model

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROOT = "https://root.example/"
ANN, BOB = "https://shared.example/ann/", "https://shared.example/bob/"
TILDE = "https://uni.example/~ann/"
AT = "https://medium.com/@ann/"
PLAIN = "https://plain.example/"
PILLS = "https://pills.example/buy"
SELF, ALLOWED, BLOCKED, SAME = Rule.SELF_PING, Rule.OWN_ALLOWLIST, Rule.OWN_BLOCKLIST, Rule.SAME_PAGE
JUDGED = None
"""No rule: the model's word counts, and this one calls everything spam."""


class Ping(NamedTuple):
    blog: str
    """The receiving blog."""
    source: str
    post: str = "2026/03/roses/"
    final: str = ""
    """Where the source's redirects led; empty: nowhere else."""
    rule: Rule | None = JUDGED


PINGS = [
    # the blog's own pages
    Ping(ROOT, "https://root.example/2025/01/old/", rule=SELF),
    Ping(ROOT, "http://www.root.example/2025/01/older/?utm_source=x", rule=SELF),
    Ping(ROOT, "https://root.example/2025/02/moved/", final="https://root.example/2025/02/here/", rule=SELF),
    Ping(ANN, "https://shared.example/ann/2025/01/old/", rule=SELF),
    Ping(ANN, "https://shared.example/ann/about/", rule=SELF),
    Ping(TILDE, "https://uni.example/~ann/notes/", rule=SELF),
    Ping(TILDE, "https://uni.example/%7Eann/notes2/", rule=SELF),
    Ping(AT, "https://medium.com/@ann/older", rule=SELF),
    Ping(PLAIN, "https://plain.example/older/", post="roses/", rule=SELF),
    # neighbours on the blog's host
    Ping(ROOT, "https://root.example/~bob/1/"),
    Ping(ROOT, "https://root.example/%7ebob/2/"),
    Ping(ROOT, "https://root.example/2025/../~bob/3/"),
    Ping(ROOT, "https://root.example/@bob/4/"),
    Ping(ROOT, "https://root.example/users/bob/5/"),
    Ping(ROOT, "https://root.example/bob/2026/03/pills/"),
    Ping(ROOT, "https://root.example/bob/"),
    Ping(ROOT, "https://root.example:8443/2025/01/old/"),
    Ping(ROOT, "https://other.root.example/2025/01/old/"),
    Ping(ANN, "https://shared.example/bob/2025/01/pills/"),
    Ping(ANN, "https://shared.example/2025/01/pills/"),
    Ping(ANN, "https://shared.example/annette/pills/"),
    Ping(ANN, "https://shared.example/ann/%2e%2e/carl/pills/"),
    Ping(BOB, "https://shared.example/ann/2025/01/no/"),
    Ping(TILDE, "https://uni.example/~bob/pills/"),
    Ping(TILDE, "https://uni.example/~anna/pills/"),
    Ping(TILDE, "https://uni.example/pills/"),
    Ping(AT, "https://medium.com/@bob/pills"),
    Ping(AT, "https://medium.com/pills"),
    Ping(PLAIN, "https://plain.example/~bob/pills/", post="tulips/"),
    # redirects from the blog's own host
    Ping(ROOT, "https://root.example/go/?to=pills", final=PILLS),
    Ping(ROOT, "https://root.example/2025/01/hacked/", final=PILLS),
    Ping(ROOT, "https://root.example/2025/01/sideways/", final="https://root.example/~bob/pills/"),
    Ping(ANN, "https://shared.example/ann/out/", final="https://shared.example/bob/pills/"),
    Ping(TILDE, "https://uni.example/~ann/out/", final="https://uni.example/~bob/pills/"),
    Ping(PLAIN, "https://plain.example/out/", post="pansies/", final="https://plain.example:8443/out/"),
    Ping(PLAIN, "https://short.example/a", final="https://plain.example/older/"),
    Ping(ROOT, "https://short.example/b", final="https://root.example/2026/03/roses/", rule=SAME),
    # the owner's lists
    Ping(ROOT, "https://friend.example/a/", rule=ALLOWED),
    Ping(ROOT, "https://blog.friend.example/b/", rule=ALLOWED),
    Ping(ROOT, "https://friend.example/c/", final="https://www.friend.example/c/", rule=ALLOWED),
    Ping(ROOT, "https://friend.example/out?to=pills", final=PILLS),
    Ping(ROOT, "https://friend.example/~stranger/d/"),
    Ping(ROOT, "https://friend.example/e/", final="https://friend.example/@stranger/"),
    Ping(ROOT, "https://short.example/f", final="https://friend.example/f/"),
    Ping(ROOT, "https://tilde.example/~friend/g/", rule=ALLOWED),
    Ping(ROOT, "https://tilde.example/~stranger/h/"),
    Ping(ROOT, "https://tilde.example/i/"),
    Ping(ROOT, "https://someone.wordpress.com/j/"),
    Ping(ROOT, "https://foe.example/k/", rule=BLOCKED),
    Ping(ROOT, "https://foe.example/~anybody/l/", rule=BLOCKED),
    Ping(ROOT, "https://friend.example/m/", final="https://foe.example/m/", rule=BLOCKED),
    Ping(ROOT, "https://tilde.example/~foe/n/", rule=BLOCKED),
    Ping(ROOT, "https://root.example/2025/01/gone/", final="https://foe.example/o/", rule=BLOCKED),
]


def evidence_of(ping: Ping) -> LinkEvidence:
    return LinkEvidence(
        status=LinkStatus.FOUND,
        checked_at=NOON + timedelta(minutes=5),
        final_url=ping.final or ping.source,
        hidden=False,
    )


def linkback_of(ping: Ping) -> Linkback:
    return Linkback(ping.source, ping.blog + ping.post, Kind.PINGBACK, received_at=NOON, site=ping.blog)


@pytest.fixture(scope="module")
def extractor(tmp_path_factory: pytest.TempPathFactory) -> Extractor:
    folder = tmp_path_factory.mktemp("lists")
    for name, lines in (
        ("own_allow", "friend.example\ntilde.example/~friend\nwordpress.com\n"),
        ("own_block", "foe.example\nhttps://tilde.example/~foe/\n"),
    ):
        (folder / name).mkdir()
        (folder / name / "mine.txt").write_text(lines, "utf-8")
    return Extractor(LazyLists(folder))


def parts_of(extractor: Extractor) -> dict[str, object]:
    """A model that calls whatever links spam."""
    model = small_model(extractor.schema, {"link.found": (0.5, 0.0, 4.0)})
    policy = Policy(Cutoffs(0.3, 0.7))
    return {"model": model, "policy": policy, "extractor": extractor, "history": MemoryHistory()}


def by_library(extractor: Extractor, folder: Path) -> dict[Ping, Decision]:
    moderator = build_moderator(Settings(), **parts_of(extractor))  # type: ignore[arg-type]
    return {ping: moderator.check(linkback_of(ping), evidence=evidence_of(ping)) for ping in PINGS}


def by_queue(extractor: Extractor, folder: Path) -> dict[Ping, Decision]:
    moderator = build_moderator(Settings(), **parts_of(extractor))  # type: ignore[arg-type]
    decisions: dict[str, Decision] = {}
    record = moderator.record_decisions

    def noting(made: Sequence[Decision]) -> None:
        decisions.update({decision.linkback_id: decision for decision in made})
        record(made)

    moderator.record_decisions = noting  # type: ignore[method-assign]  # notes what is decided
    queue = folder / "queue.jsonl"
    with queue.open("w", encoding="utf-8") as file:
        for number, ping in enumerate(PINGS):
            linkback = linkback_of(ping)
            row = {"id": str(number), "kind": "pingback", "source_url": linkback.source_url, "site": linkback.site}
            row |= {"target_url": linkback.target_url, "received_at": NOON.isoformat()}
            file.write(json.dumps(row | {"evidence": evidence_to_json(evidence_of(ping))}) + "\n")
    rescore(Table(queue), folder / "out.jsonl", moderator)
    written = [json.loads(line) for line in (folder / "out.jsonl").read_text("utf-8").splitlines()]
    assert [row["verdict"] for row in written] == [decisions[str(number)].verdict for number in range(len(PINGS))]
    return {ping: decisions[str(number)] for number, ping in enumerate(PINGS)}


class Pages:
    """Source pages, each with the link it has been asked for."""

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        return evidence_of(next(ping for ping in PINGS if ping.source == linkback.source_url))


def by_service(extractor: Extractor, folder: Path) -> dict[Ping, Decision]:
    blogs = tuple(Blog(url, url) for url in sorted({ping.blog for ping in PINGS}))
    posts = OwnPages({ping.blog + ping.post: b"<title>Roses</title>" for ping in PINGS})
    parts = build_container(
        Settings(),
        settings_for(folder, blogs=blogs),
        Secrets(),
        clock=lambda: NOON + timedelta(minutes=2),
        verifier=Pages(),
        fetch=posts,
        send=lambda address, body, headers: 204,
        **parts_of(extractor),  # type: ignore[arg-type]
    )
    decisions: dict[Ping, Decision] = {}
    for ping in PINGS:
        mention = parts.acceptor.accept(replace(linkback_of(ping), site=""))
        [taken] = parts.store.take(1, NOON + timedelta(minutes=3), timedelta(minutes=10))
        assert taken.linkback.id == mention.linkback.id
        parts.workers._process(taken)
        known = parts.store.find_pair(ping.blog, ping.source, ping.blog + ping.post, mention.origin)
        assert known is not None
        assert known.decision is not None
        decisions[ping] = known.decision
    parts.moderator.close()
    parts.store.close()
    return decisions


DOORS: Mapping[str, Callable[[Extractor, Path], dict[Ping, Decision]]] = {
    "library": by_library,
    "queue": by_queue,
    "service": by_service,
}


@pytest.fixture(scope="module", params=list(DOORS))
def decisions(
    request: pytest.FixtureRequest, extractor: Extractor, tmp_path_factory: pytest.TempPathFactory
) -> dict[Ping, Decision]:
    return DOORS[request.param](extractor, tmp_path_factory.mktemp(request.param))


@pytest.mark.parametrize("ping", PINGS, ids=[f"{ping.source} {ping.final}" for ping in PINGS])
def test_who_is_who(decisions: dict[Ping, Decision], ping: Ping) -> None:
    decision = decisions[ping]
    expected = {SELF: "approve", ALLOWED: "approve"}.get(ping.rule, "spam") if ping.rule else "spam"
    assert (decision.rule, decision.verdict) == (ping.rule or "", expected)
