"""One linkback as a row of a table: what the receiving site kept of it, what a look showed, what its owner said."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from datasets.blogosphere.claims import shortened
from datasets.blogosphere.dice import seeded
from datasets.blogosphere.pages.fate import answer
from datasets.blogosphere.pages.reading import Page, PageReader, columns_of
from datasets.blogosphere.pages.render import html_of
from datasets.blogosphere.sent import Sent
from moderator.records import Kind, Linkback, Post
from moderator.serialization import evidence_to_json

__all__ = ["COLUMNS", "NOT_CHECKED", "label_delay", "look_at", "page_of", "row_of"]

COLUMNS: Final = (
    "id", "kind", "source_url", "target_url", "title", "excerpt", "blog_name", "sender_ip", "user_agent", "received_at",
    "site", "target_title", "target_text", "label", "labelled_at", "evidence", "sender_sort", "campaign",
)  # fmt: skip
"""The columns, in order; the last two tell what the generator knows and no receiver does."""
NOT_CHECKED: Final[dict[str, Any]] = {"status": "not_checked"}
MINUTE: Final = 60.0
DAY: Final = 86400.0


def row_of(rng: Random, sent: Sent, at: int, *, id: str, label: str, delay: float | None) -> dict[str, Any]:
    """Makes the row, with the evidence of a source that nobody looked at.

    What is missing depends on the receiving site and the kind alone, never on who sends, and the same random numbers
    are drawn whatever is asked for.

    Args:
        rng: Where chance comes from.
        sent: The linkback.
        at: When it is received, in whole seconds since 1970.
        id: Its id.
        label: ``ham`` or ``spam``.
        delay: Seconds until the owner says so; None: never.
    """
    site = sent.post.site
    form = sent.kind == "trackback"
    mention = sent.kind == "webmention"
    chance = rng.random
    keeps_sender = chance() < 0.96 and site.keeps_sender and not mention
    keeps_title = (chance() < 0.93 or not form) and not mention
    keeps_excerpt = chance() < (0.5 if mention else 0.95) and site.keeps_excerpt
    keeps_post = chance() < (0.3 if mention else 0.98) and site.keeps_post
    sender = ""
    if keeps_sender:
        sender = f"10.25.50.{1 + int(chance() * 3)}" if site.behind_proxy else sent.sender
    return {
        "id": id,
        "kind": sent.kind,
        "source_url": sent.source_url or sent.article.url,
        "target_url": sent.post.url,
        "title": shortened(sent.claim.title, 250) if keeps_title else "",
        "excerpt": sent.claim.excerpt if keeps_excerpt else "",
        "blog_name": sent.claim.blog_name if form else "",
        "sender_ip": sender,
        "user_agent": sent.agent if site.keeps_agent else "",
        "received_at": _date(at),
        "site": site.home,
        "target_title": sent.post.title if keeps_post else "",
        "target_text": sent.post.text if keeps_post else "",
        "label": "" if delay is None else label,
        "labelled_at": "" if delay is None else _date(int(at + delay)),
        "evidence": NOT_CHECKED,
    }


def page_of(sent: Sent, split: str, id: str) -> Page:
    """The page behind a linkback, as it is when somebody looks; the same linkback has the same page.

    Args:
        sent: The linkback; its article loses the link to us where fate wants it.
        split: Which page templates there are.
        id: The linkback's id.
    """
    url = sent.source_url or sent.article.url
    given, linked = answer(seeded(0, "fate", split, id, url), sent.fate, url)
    if not linked:
        sent.article.without_link(sent.post.url)
    return Page(url, html_of(sent.article, split), sent.answer or given, sent.host)


def look_at(reader: PageReader, row: dict[str, Any], page: Page, at: int) -> dict[str, Any]:
    """The row with the evidence of a look at its page, minutes after the linkback came.

    Args:
        reader: Looks.
        row: The row.
        page: The page behind it.
        at: When it was received, in seconds since 1970.
    """
    linkback = Linkback(
        source_url=row["source_url"],
        target_url=row["target_url"],
        kind=Kind(row["kind"]),
        title=row["title"],
        excerpt=row["excerpt"],
        blog_name=row["blog_name"],
        sender_ip=row["sender_ip"],
        user_agent=row["user_agent"],
        received_at=datetime.fromtimestamp(at, UTC),
        site=row["site"],
        id=row["id"],
    )
    post = Post(row["target_url"], row["target_title"], row["target_text"]) if row["target_text"] else None
    after = int(at + 1 + 600 * seeded(0, "look", row["id"]).random() ** 3)
    evidence = reader.look(linkback, post, page, datetime.fromtimestamp(after, UTC))
    return {**row, "evidence": columns_of(evidence_to_json(evidence))}


def _date(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def label_delay(rng: Random, unlabelled: float) -> float | None:
    """Seconds until an owner labels a linkback: minutes to weeks, half of them within half a day; None: never."""
    never = rng.random() < unlabelled
    delay = min(max(rng.lognormvariate(10.67, 1.4), 10 * MINUTE), 30 * DAY)
    return None if never else delay
