"""An application with nothing of the outside: a clock that stands, pages that were recorded, a history in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI

from moderator.config.passwords import hash_password
from moderator.config.service import Blog, Secrets, ServiceSettings
from moderator.config.settings import Settings
from moderator.history.base import History
from moderator.history.memory import MemoryHistory
from moderator.linkcheck.fetch import Fetched
from moderator.linkcheck.fetch_error import FetchError
from moderator.records import Decision, Kind, Linkback, LinkEvidence, LinkPosition, LinkStatus, Post, Reason, Verdict
from moderator.service.accept import new_mention
from moderator.service.app import create_app
from moderator.service.container import Container, build_container
from moderator.service.records import Mention, Origin, status_of

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BLOG = "https://ours.example/"
POST = f"{BLOG}2026/roses"
PASSWORD = "correct horse"
TOKEN = "token-for-tests"
AKISMET_KEY = "akismetkey123"
SECRETS = Secrets(
    akismet_key=AKISMET_KEY,
    api_token=TOKEN,
    password_hash=hash_password(PASSWORD),
    webhook_secret="webhook-secret",
)


class Clock:
    """A clock that goes only when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def go(self, **by: float) -> None:
        self.now += timedelta(**by)


class Pages:
    """Source pages: evidence by source URL; pages not named are unreachable."""

    def __init__(self) -> None:
        self.evidence: dict[tuple[str, str] | str, LinkEvidence] = {}
        self.looked: list[str] = []

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        self.looked.append(linkback.source_url)
        pair = (linkback.source_url, linkback.target_url)
        found = self.evidence.get(pair) or self.evidence.get(linkback.source_url)
        return found or seen(LinkStatus.UNREACHABLE, detail="dns")


def seen(status: LinkStatus = LinkStatus.FOUND, **fields: Any) -> LinkEvidence:
    """Evidence as of the start."""
    if status is LinkStatus.FOUND:
        known: dict[str, Any] = {
            "position": LinkPosition.ARTICLE,
            "hidden": False,
            "nofollow": False,
            "ugc": False,
            "sponsored": False,
            "anchor_text": "what they wrote on roses",
            "snippet": "I read with delight what they wrote on roses and pruned mine at once",
            "outbound_links": 4,
            "outbound_domains": 3,
            "text_length": 3000,
            "link_text_share": 0.05,
            "page_title": "Pruning my roses",
            "page_blog_name": "A garden diary",
            "http_status": 200,
            "redirects": 0,
        }
        fields = known | fields
    return LinkEvidence(status=status, checked_at=START, **fields)


class OwnPages:
    """The owner's blog: bodies by address; others do not exist."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self.pages = dict(pages)
        self.fetched: list[str] = []
        self.down = False

    def __call__(self, url: str) -> Fetched:
        self.fetched.append(url)
        if self.down:
            raise FetchError(LinkStatus.UNREACHABLE, "timeout")
        if url not in self.pages:
            raise FetchError(LinkStatus.GONE, "http 404", http_status=404)
        return Fetched(url, 200, 0, ("127.0.0.1",), "text/html", "utf-8", self.pages[url], "", True)


class Webhook:
    """Takes what is told, and answers as it is set to."""

    def __init__(self) -> None:
        self.status = 204
        self.told: list[tuple[str, bytes, dict[str, str]]] = []

    def __call__(self, address: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.told.append((address, body, dict(headers)))
        return self.status


@dataclass
class World:
    """Everything around one application."""

    folder: Path
    settings: ServiceSettings
    secrets: Secrets = SECRETS
    clock: Clock = field(default_factory=Clock)
    pages: Pages = field(default_factory=Pages)
    own: OwnPages = field(
        default_factory=lambda: OwnPages(
            {
                POST: b"<title>Roses</title><article>How to prune old garden roses in early spring.</article>",
                f"{BLOG}tulips": b"<title>Tulips</title><article>Tulips in pots.</article>",
            }
        )
    )
    webhook: Webhook = field(default_factory=Webhook)
    history: History = field(default_factory=MemoryHistory)

    def __post_init__(self) -> None:
        self.container: Container = build_container(
            Settings(),
            self.settings,
            self.secrets,
            clock=self.clock,
            verifier=self.pages,
            fetch=self.own,
            send=self.webhook,
            history=self.history,
        )
        self.app: FastAPI = create_app(self.container)

    def process_all(self) -> int:
        """Judges what waits, in this thread; returns how many were judged."""
        count = 0
        while taken := self.container.store.take(1, self.clock(), timedelta(minutes=10)):
            self.container.workers._process(taken[0])
            count += 1
        return count

    def close(self) -> None:
        self.container.moderator.close()
        self.container.store.close()


def settings_for(folder: Path, **chosen: Any) -> ServiceSettings:
    """Settings of a service with one blog and a database in a folder."""
    usual: dict[str, Any] = {
        "database": folder / "service.sqlite3",
        "blogs": (Blog("ours", BLOG, webhook="http://127.0.0.1:9/hook"),),
        "workers": 1,
    }
    return ServiceSettings(**(usual | chosen))


def mention_of(
    number: int,
    verdict: Verdict = Verdict.HOLD,
    *,
    probability: float = 0.5,
    source: str = "",
    kind: Kind = Kind.TRACKBACK,
    blog: str = "ours",
    received_at: datetime = START,
    target: str = POST,
    evidence: LinkEvidence | None = None,
    **texts: str,
) -> Mention:
    """A judged mention that was not judged by anybody: for lists and pages."""
    linkback = Linkback(
        source_url=source or f"https://blog{number}.example/post",
        target_url=target,
        kind=kind,
        received_at=received_at + timedelta(seconds=number),
        id=f"m{number}",
        site=blog,
        **texts,
    )
    decision = Decision(
        linkback.id,
        verdict,
        probability,
        (
            Reason("sending.sender_24h", 12.0, 1.25, "linkbacks from the sender's address in a day"),
            Reason("relevance.shared_words", 0.25, -0.5, "share of words that it shares with the post"),
        ),
        evidence=evidence or LinkEvidence(),
        decided_at=linkback.received_at,
        model="default-0000",
    )
    mention = new_mention(linkback, blog, Origin.RECEIVER, received_at)
    return Mention(
        linkback=mention.linkback,
        blog=mention.blog,
        origin=mention.origin,
        status=status_of(decision, None, shadow=False),
        changed_at=mention.changed_at,
        decision=decision,
        domain=mention.domain,
        campaign=mention.campaign,
    )


def answer_with(world: World, verdict: Verdict, probability: float) -> None:
    """Lets the engine give one answer to every client that waits."""
    decision = mention_of(1, verdict, probability=probability).decision
    assert decision is not None

    def check(linkback: Linkback, *_: object, **__: object) -> Decision:
        return replace(decision, linkback_id=linkback.id)

    world.container.sync_checker._moderator = SimpleNamespace(check=check)  # type: ignore[assignment]  # all that is used of it
