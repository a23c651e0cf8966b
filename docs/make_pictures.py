"""Makes the pictures of docs/images/: the moderation page of the real service, filled with made-up linkbacks.

python -m docs.make_pictures

Needs the test packages and Chromium (.ci/install_browser). Everything runs on the loopback interface; the source
pages are the texts below, read by the link check's own reader, and judged by the default model.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from moderator.config.passwords import hash_password
from moderator.config.service import Blog, Secrets, ServiceSettings
from moderator.config.settings import Settings
from moderator.history.memory import MemoryHistory
from moderator.linkcheck.evidence import build_evidence
from moderator.linkcheck.fetch import Fetched
from moderator.linkcheck.fetch_error import FetchError
from moderator.records import Case, Linkback, LinkEvidence, LinkStatus, Post
from moderator.service.accept import new_mention
from moderator.service.app import create_app
from moderator.service.container import Container, build_container
from moderator.service.records import Origin
from tests.browser.browsing import serving, started, window

FOLDER = Path(__file__).with_name("images")
NOW = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)
BLOG = "https://garden.example/"
POSTS = {
    "bees": Post(
        f"{BLOG}2026/bees",
        "Bees in a city garden",
        "Bees find their way into a city garden where something flowers from March to October. We counted wild bees on "
        "lavender, borage and ivy for three summers, built nest boxes from reeds, and stopped mowing one corner.",
    ),
    "compost": Post(
        f"{BLOG}2026/compost",
        "What compost wants",
        "Compost wants air, water and a mixture of green and brown. Turn the heap every second week, keep it as damp "
        "as a wrung sponge, and leave meat and cooked food out. After nine months it smells of forest.",
    ),
}


class Story(NamedTuple):
    """A linkback, and the page that it comes from."""

    host: str
    path: str
    post: str
    kind: str
    title: str
    text: str
    """The page's words; a link to the post follows."""
    more: str = ""
    """Markup behind it."""
    links: bool = True


STORIES = (
    Story(
        "annas-allotment.example",
        "2026/06/counting-along",
        "bees",
        "webmention",
        "Counting along",
        "I read about three summers of counting bees and went out with a notebook. On my allotment the borage wins: "
        "eleven visitors in ten minutes, and I think two of them were mason bees. My neighbour laughed at me and then "
        "fetched a chair. The box of reeds hangs since Sunday, and we will see whether anybody moves in.",
    ),
    Story(
        "cheap-pest-control.example",
        "best-bee-removal-services-near-me",
        "bees",
        "pingback",
        "Best Bee Removal Services Near Me | Cheap Pest Control Deals",
        "Best bee removal services near me. Cheap pest control deals and discount prices. Call now for a free quote. "
        "Our bee removal services are the best bee removal services at the best price. Buy online today.",
        '<p><a href="https://casino-bonus.example/slots">online casino bonus</a> '
        '<a href="https://pills-shop.example/buy">cheap pills</a> <a href="https://loans.example/fast">loans</a>',
    ),
    Story(
        "soilnotes.example",
        "posts/heap-no-4",
        "compost",
        "webmention",
        "Heap number four",
        "My fourth heap is the first one that steams. What helped me was the wrung sponge: I had kept it far too wet. "
        "I turn it every other Saturday now, and the smell is gone. Pictures will follow when my phone is dry again.",
    ),
    Story(
        "weekly-roundups.example",
        "2026/24",
        "compost",
        "trackback",
        "Links of the week 24",
        "This week: trains through the alps, a typeface for road signs, how somebody makes compost, and a recipe for "
        "bread without kneading. As always I read all of them to the end, and none paid for standing here.",
    ),
    Story(
        "gardentips-daily.example",
        "what-compost-wants",
        "compost",
        "pingback",
        "What compost wants - Garden Tips Daily",
        POSTS["compost"].text,
    ),
    Story(
        "lena-learns.example",
        "notes/wild-bees",
        "bees",
        "webmention",
        "Wild bees for beginners",
        "I had to look up what ivy bees are. They come in September, when hardly anything else flowers, and now I see "
        "them on every wall. We planted borage with the children at school.",
        links=False,
    ),
    Story(
        "luxury-watches.example",
        "replica",
        "bees",
        "trackback",
        "cheap replica watches free shipping",
        "Nice post! I really enjoyed reading your article, great information. Buy replica watches online, best price, "
        "discount, free shipping worldwide.",
        '<p><a href="https://watches-outlet.example/">replica watches</a>',
    ),
    Story(
        "old-orchard.example",
        "log/ivy",
        "bees",
        "pingback",
        "Why I stopped cutting the ivy",
        "The ivy on my shed was to go this spring. Then I read that ivy feeds bees when nothing else does, and counted "
        "for myself: it hummed. So it stays, and I cut only around the window.",
    ),
)


def page_of(story: Story) -> bytes:
    """The source page."""
    link = f' (<a href="{POSTS[story.post].url}">{POSTS[story.post].title}</a>)' if story.links else ""
    return (
        f"<!doctype html><title>{story.title}</title><main><article><h1>{story.title}</h1><p>{story.text}{link}"
        f"</article>{story.more}</main>"
    ).encode()


def filled(folder: Path) -> Container:
    """A service into which all stories have come, three hours apart."""

    def no_fetch(url: str) -> Fetched:
        raise FetchError(LinkStatus.UNREACHABLE, "made up")

    def no_send(address: str, body: bytes, headers: Mapping[str, str]) -> int:
        return 204

    container = build_container(
        Settings(),
        ServiceSettings(database=folder / "service.sqlite3", blogs=(Blog("garden", BLOG),), verify=True),
        Secrets(password_hash=hash_password("pictures")),
        clock=lambda: NOW,
        verifier=_Unseen(),
        fetch=no_fetch,
        send=no_send,
        history=MemoryHistory(),
    )
    cases = [case_of(story, NOW - timedelta(hours=3 * (len(STORIES) - place))) for place, story in enumerate(STORIES)]
    for case, decision in zip(cases, container.moderator.check_many(cases, reasons=12), strict=True):
        mention = new_mention(case.linkback, "garden", Origin.RECEIVER, case.linkback.received_at or NOW)
        container.store.accept(mention)
        title = case.post.title if case.post else ""
        container.store.record_decision(mention, decision, NOW, post_title=title)
    return container


class _Unseen:
    """Looks at nothing: what the pages show is known already."""

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        return LinkEvidence()


def case_of(story: Story, at: datetime) -> Case:
    """A story as it was received, with what its page shows."""
    url, post = f"https://{story.host}/{story.path}", POSTS[story.post]
    sent = {"title": story.title, "excerpt": story.text[:180]} if story.kind == "trackback" else {}
    sender = f"2001:db8:{STORIES.index(story) + 1}::7"  # one for all would be a sign of spam
    linkback = Linkback(url, post.url, story.kind, sender_ip=sender, received_at=at, **sent)  # type: ignore[arg-type]
    page = Fetched(url, 200, 0, (sender,), "text/html", "utf-8", page_of(story), "", True)
    return Case(linkback, post, build_evidence(linkback, post, page, at))


def keep(page: Page, name: str) -> None:
    """Writes a picture in 96 colours, which is a third of the size."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(96, dither=Image.Dither.NONE)
    path = FOLDER / f"{name}.png"
    picture.save(path, optimize=True)


def main() -> None:
    """Makes all pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        container, browser = filled(Path(folder)), started(playwright)
        with (
            serving(create_app(container)) as address,
            window(browser, address, container, viewport={"width": 960, "height": 680}) as opened,
        ):
            keep(opened.open("/?status=all&order=spam"), "queue")
            every = opened.open("/?status=all")
            every.click("text=Best Bee Removal Services")
            keep(every, "decision")
        browser.close()
        container.moderator.close()


if __name__ == "__main__":
    main()
