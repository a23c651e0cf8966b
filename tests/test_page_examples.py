"""What the default model makes of pages that reached the wrong verdict once, and of honest ones beside them.

Each page is read by the reader that serves; nothing is fetched.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape

import pytest

from moderator.config.settings import Settings
from moderator.engine import Moderator
from moderator.history.memory import MemoryHistory
from moderator.linkcheck.evidence import build_evidence
from moderator.linkcheck.fetch import Fetched
from moderator.model.policy import Cutoffs, Policy, Rule
from moderator.records import Case, Decision, Linkback, LinkEvidence, LinkStatus, Post, Verdict
from moderator.wiring import build_moderator

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
TEXT = (
    "We counted herons at the river for three weeks this spring and asked the anglers what they had seen there. Herons "
    "return to their colonies in February, breed in tall trees and hunt along shallow water. Counting them takes "
    "patience, a notebook and waterproof boots, because the meadows are flooded every year and the footbridge often "
    "floats away. My sister brought the telescope that our grandfather used on the coast, and we took turns. At last "
    "forty-one birds stood in the reeds, more than anybody remembers. The anglers blame them for the missing "
    "trout; we think that the weir is to blame, which nobody has repaired since the flood. Next year we want to count "
    "at dusk as well, and to compare our figures with those of the village upstream."
)
POST = Post("https://blog.example/2026/herons", "Counting herons at the river", TEXT)
LINK = f'<a href="{POST.url}">{POST.title}</a>'
ESSAYS = (
    "Are you looking for the best essay writing service? Our professional writers offer custom essays, term papers and "
    "dissertations at affordable prices. In this article we will share 5 tips for essay writing service reviews. Make "
    "sure that the essay service has qualified writers, a money back guarantee and free revisions. When you buy essays "
    "online, read the reviews of other customers first. A cheap essay writing service can help you to get good grades."
)
CASINO = (
    "Play the best online casino slots for real money. Claim your no deposit bonus and free spins today. Our casino "
    "reviews help you find trusted online casinos with the biggest jackpots, fast payouts and live dealer roulette. "
    "Whether you're a new player or a high roller, the best slot machines and poker bonuses are waiting for you."
)
REPLY = (
    "I read this on the train this morning and thought of my father, who kept a list of herons in the back of his "
    "fishing diary. We never counted them together, but I remember that he stood very still. So on Sunday I took my "
    "daughter down to our own river with a thermos and his old binoculars. We saw three, and an egret, and she was "
    "cold after ten minutes. I think we will try again in May, when the path is dry and the swallows are back."
)


def page(title: str, body: str, head: str = "") -> str:
    return f"<html><head><title>{escape(title)}</title>{head}</head><body><article>{body}</article></body></html>"


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.fixture
def moderator() -> Moderator:
    return build_moderator(Settings(verify=False), history=MemoryHistory())


def decided(
    moderator: Moderator,
    html: str,
    *,
    url: str = "https://riverside-notes.example/2026/05/post",
    status: LinkStatus = LinkStatus.FOUND,
    **sent: str,
) -> Decision:
    linkback = Linkback(url, POST.url, sent.pop("kind", "webmention"), received_at=NOON, **sent)  # type: ignore[arg-type]
    fetched = Fetched(url, 200, 0, (), "text/html", "utf-8", html.encode(), "", is_html=True)
    evidence = build_evidence(linkback, POST, fetched, NOON + timedelta(minutes=1))
    assert evidence.status is status
    [decision] = moderator.check_many([Case(linkback, POST, evidence)])
    return decision


SPLOGS = {
    "essay service": page("5 Tips For Essay Writing Service Reviews", paragraphs(ESSAYS, f"See {LINK}.", ESSAYS)),
    "casino": page("Best Online Casino Slots Bonus 2026", paragraphs(CASINO, f"More on {LINK}.", CASINO)),
    "copy of our post": page(POST.title, paragraphs(TEXT, f"Source: {LINK}")),
    "letters in disguise": page(POST.title, paragraphs(TEXT.replace("e", "е").replace("o", "о"), LINK)),
    "doorway": page(
        "Herons online", paragraphs(CASINO, LINK), '<meta http-equiv=refresh content="0; url=https://casino.example/">'
    ),
    "dozens of shops": page(
        "Useful links",
        paragraphs(
            *(
                f'<a href="https://{name}{number}.example/?ref=7">buy {name} online</a>'
                for name in ("casino", "viagra", "payday-loans", "replica-watches")
                for number in range(9)
            ),
            LINK,
        ),
    ),
}
HONEST = {
    "a reply": page("Herons, again", paragraphs(REPLY, f"What set me off: {LINK}. Go and read it.")),
    "a quotation": page(
        "Who takes the trout?",
        paragraphs(REPLY, f"{LINK} says:", f"<blockquote>{TEXT[-300:]}</blockquote>", REPLY[::-1][:0] + REPLY[:200]),
    ),
    "a round-up": page(
        "Links of the week",
        "<ul>"
        + "".join(
            f'<li><a href="https://{name}.example/{number}">{said}</a></li>'
            for number, (name, said) in enumerate(
                (
                    ("gardenwall", "Roses on a north wall"),
                    ("tidetable", "How tide tables are made"),
                    ("oldmaps", "A map of vanished ferries"),
                    ("breadlog", "Sourdough without a scale"),
                )
            )
        )
        + f"<li>{LINK}</li></ul>",
    ),
}


@pytest.mark.parametrize("html", SPLOGS.values(), ids=SPLOGS)
def test_a_splog_that_really_links_is_not_approved(moderator: Moderator, html: str) -> None:
    assert decided(moderator, html).verdict is not Verdict.APPROVE


@pytest.mark.parametrize("html", HONEST.values(), ids=HONEST)
def test_an_honest_page_is_not_called_spam(moderator: Moderator, html: str) -> None:
    assert decided(moderator, html).verdict is not Verdict.SPAM


BRIDGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=https://social.example/'
    '@ben/1099"><title></title></head><body><article class="h-entry"><span class="p-author h-card"><a class="p-name '
    'u-url" href="https://social.example/@ben">Ben</a></span><div class="e-content">likes this.</div>{link}</article>'
    "</body></html>"
)


@pytest.mark.parametrize("link", ['<link class="u-like-of" href="{}">', '<data class="u-like-of" value="{}"></data>'])
def test_a_missing_link_is_no_reason_by_itself_to_call_a_like_spam(moderator: Moderator, link: str) -> None:
    html = BRIDGE.format(link=link.format(POST.url))
    decision = decided(
        moderator, html, url="https://bridge.example/comment/mastodon/@ben/1099", status=LinkStatus.MISSING
    )
    assert decision.verdict is Verdict.HOLD


def test_spam_whose_page_does_not_link_is_spam(moderator: Moderator) -> None:
    html = page("Best Online Casino Bonus", paragraphs(CASINO))
    decision = decided(
        moderator,
        html,
        url="http://best-casino-bonus.example/slots.html",
        status=LinkStatus.MISSING,
        kind="trackback",
        title="Best Online Casino Bonus",
        excerpt=CASINO[:200],
    )
    assert decision.verdict is Verdict.SPAM


def test_the_page_decides_and_not_only_the_claim(moderator: Moderator) -> None:
    splog, honest = (decided(moderator, html) for html in (SPLOGS["casino"], HONEST["a reply"]))
    assert splog.spam_probability > 2 * honest.spam_probability


def test_a_keyword_title_whose_page_is_gone_is_spam(moderator: Moderator) -> None:
    title = "slot machines bonus - slot machines bonus"
    linkback = Linkback("https://u9x.example/slots.html", POST.url, "pingback", title, received_at=NOON)
    gone = LinkEvidence(LinkStatus.GONE, "http 404", NOON + timedelta(minutes=1), http_status=404)
    [decision] = moderator.check_many([Case(linkback, POST, gone)])
    assert decision.verdict is Verdict.SPAM


def test_twelve_identical_trackbacks_with_dead_pages_are_not_approved(moderator: Moderator) -> None:
    probabilities = []
    for number in range(12):
        at = NOON + timedelta(minutes=number)
        linkback = Linkback(
            f"https://host{number}.example/a-nice-read",
            POST.url,
            "trackback",
            "A nice read",
            "I found this very interesting and wanted to share what I think about it with all of you.",
            "My thoughts",
            received_at=at,
        )
        gone = LinkEvidence(LinkStatus.GONE, "http 404", at + timedelta(minutes=1), http_status=404)
        [decision] = moderator.check_many([Case(linkback, POST, gone)])
        assert decision.verdict is not Verdict.APPROVE
        probabilities.append(decision.spam_probability)
    assert probabilities[-1] > 0.5


def test_a_page_with_the_link_of_another_pages_customer_is_held_for_a_while() -> None:
    approving = build_moderator(Settings(), history=MemoryHistory(), policy=Policy(Cutoffs(0.9999, 1.0)))
    paid = '<a href="https://shop.example/">cheap fishing boots</a>'
    html = page("Herons, again", paragraphs(REPLY, f"What set me off: {LINK}. Go and read it.", f"By {paid}."))

    def rule(host: str, days: int, html: str = html) -> str:
        url, at = f"https://{host}.example/herons", NOON + timedelta(days=days)
        linkback = Linkback(url, POST.url, "webmention", received_at=at)
        fetched = Fetched(url, 200, 0, (), "text/html", "utf-8", html.encode(), "", is_html=True)
        evidence = build_evidence(linkback, POST, fetched, at + timedelta(minutes=1))
        decision = approving.check(linkback, POST, evidence=evidence)
        assert decision.verdict is (Verdict.HOLD if decision.rule else Verdict.APPROVE)
        return decision.rule

    named = html.replace("cheap fishing boots", "Fisher & Daughters")
    assert [rule("ann", 0), rule("ann", 1), rule("ben", 30), rule("cem", 31, named), rule("dee", 120)] == [
        "", "", Rule.BOUGHT_LINK, "", "",
    ]  # fmt: skip
