"""One linkback as a row of a table: what the receiving site kept of it, what a look showed, what its owner said."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from datasets.blogosphere.claims import shortened
from datasets.blogosphere.evidence import NOT_CHECKED, Shown, look
from datasets.blogosphere.sent import Sent

__all__ = ["COLUMNS", "label_delay", "row_of"]

COLUMNS: Final = (
    "id", "kind", "source_url", "target_url", "title", "excerpt", "blog_name", "sender_ip", "user_agent", "received_at",
    "site", "target_title", "target_text", "label", "labelled_at", "evidence", "sender_sort", "campaign",
)  # fmt: skip
"""The columns, in order; the last two tell what the generator knows and no receiver does."""
MINUTE: Final = 60.0
DAY: Final = 86400.0


def row_of(
    rng: Random, sent: Sent, at: int, *, id: str, label: str, delay: float | None, checked: bool
) -> dict[str, Any]:
    """Makes the row.

    What is missing depends on the receiving site and the kind alone, never on who sends, and the same random numbers
    are drawn whatever is asked for.

    Args:
        rng: Where chance comes from.
        sent: The linkback.
        at: When it is received, in whole seconds since 1970.
        id: Its id.
        label: ``ham`` or ``spam``.
        delay: Seconds until the owner says so; None: never.
        checked: Whether somebody looked at the source page.
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
    title = shortened(sent.title, 250) if keeps_title else ""
    excerpt = sent.excerpt if keeps_excerpt else ""
    shown = Shown(
        anchor=sent.anchor,
        around=sent.excerpt,
        title=sent.page_title or sent.title,
        name=sent.page_name or sent.blog_name,
        read=not form,
        claims_title=bool(title),
        claims_excerpt=bool(excerpt),
        knows_post=keeps_post,
    )
    found = look(rng, sent.page, at, source_url=sent.source_url, sender=sender, host=sent.host, shown=shown)
    return {
        "id": id,
        "kind": sent.kind,
        "source_url": sent.source_url,
        "target_url": sent.post.url,
        "title": title,
        "excerpt": excerpt,
        "blog_name": sent.blog_name if form else "",
        "sender_ip": sender,
        "user_agent": sent.agent if site.keeps_agent else "",
        "received_at": _date(at),
        "site": site.home,
        "target_title": sent.post.title if keeps_post else "",
        "target_text": sent.post.text if keeps_post else "",
        "label": "" if delay is None else label,
        "labelled_at": "" if delay is None else _date(int(at + delay)),
        "evidence": found if checked else NOT_CHECKED,
    }


def _date(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def label_delay(rng: Random, unlabelled: float) -> float | None:
    """Seconds until an owner labels a linkback: minutes to weeks, half of them within half a day; None: never."""
    never = rng.random() < unlabelled
    delay = min(max(rng.lognormvariate(10.67, 1.4), 10 * MINUTE), 30 * DAY)
    return None if never else delay
