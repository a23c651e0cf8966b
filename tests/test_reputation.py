"""A good name can't be bought and a bad one can't be forged: the default model, live checks and the owner's labels."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from moderator.config.settings import Settings
from moderator.engine import Moderator
from moderator.history.memory import MemoryHistory
from moderator.records import Decision, Linkback, LinkEvidence, LinkPosition, LinkStatus, Post, SenderMatch, Verdict
from moderator.wiring import build_moderator

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
POST = Post(
    "https://ours.example/2026/roses",
    "How to prune old garden roses",
    "Old roses want the knife in March when forsythia blooms, and not a day before. Cut above an outer bud. " * 4,
)
HONEST = {
    "title": "Pruning my roses",
    "excerpt": "[...] I read with delight what they wrote on pruning old garden roses and cut mine in March [...]",
    "blog_name": "A garden diary",
}
COMMERCIAL = {
    "title": "Buy cheap replica handbags online",
    "excerpt": "Buy cheap viagra and replica handbags online, best casino bonus, payday loans, free shipping today",
    "blog_name": "cheap replica handbags outlet",
}
FORGER = "198.51.100.7"


class World:
    """A blog whose clock goes on with what is sent to it."""

    def __init__(self) -> None:
        self.now = START
        self.engine: Moderator = build_moderator(Settings(), history=MemoryHistory(), clock=lambda: self.now)

    def send(
        self, path: str, words: dict[str, str], sender: str = "203.0.113.9", *, seen: bool = False, kept: bool = True
    ) -> Decision:
        linkback = Linkback(
            f"https://diary.example/{path}", POST.url, "trackback", sender_ip=sender, received_at=self.now, **words
        )
        evidence = LinkEvidence(
            status=LinkStatus.FOUND,
            checked_at=self.now + timedelta(minutes=1),
            position=LinkPosition.ARTICLE,
            hidden=False,
            nofollow=False,
            outbound_links=4,
            outbound_domains=3,
            text_length=3000,
            link_text_share=0.05,
            sender_match=SenderMatch.SAME_NETWORK,
        )
        return self.engine.check(linkback, POST, evidence=evidence if seen else None, remember=kept)

    def label(self, decision: Decision, label: str) -> None:
        self.now += timedelta(hours=1)
        self.engine.label(decision.linkback_id, label)
        self.now += timedelta(days=5)


@pytest.mark.parametrize("approved", [1, 2, 3, 8])
def test_approved_links_do_not_buy_an_approval(approved: int) -> None:
    stranger, world = World(), World()
    for number in range(approved):
        world.label(world.send(str(number), HONEST, seen=True), "ham")
    stranger.now = world.now
    for seen in (False, True):
        bought = world.send("sale", COMMERCIAL, seen=seen, kept=False)
        assert bought.verdict is not Verdict.APPROVE
        if approved < 3:
            # one or two approvals count for nothing; that the site is known already may tell a little
            assert (
                bought.spam_probability
                > 0.5 * stranger.send("sale", COMMERCIAL, seen=seen, kept=False).spam_probability
            )


@pytest.mark.parametrize("forged", [3, 12])
def test_forged_trackbacks_do_not_hurt_whom_they_name(forged: int) -> None:
    untouched, world = World(), World()
    for number in range(forged):
        world.label(world.send(str(number), COMMERCIAL, FORGER), "spam")
    world.now += timedelta(days=30)
    untouched.now = world.now
    for seen in (False, True):
        hurt = world.send("roses", HONEST, seen=seen, kept=False)
        unhurt = untouched.send("roses", HONEST, seen=seen, kept=False)
        assert hurt.verdict is unhurt.verdict
        assert hurt.spam_probability < unhurt.spam_probability + 0.05


def test_spam_of_a_verified_source_counts_at_once() -> None:
    world = World()
    before = world.send("sale", HONEST, seen=True, kept=False)
    world.label(world.send("other", HONEST, seen=True), "spam")
    assert world.send("sale", HONEST, seen=True, kept=False).spam_probability > before.spam_probability


def test_a_good_name_says_only_so_much() -> None:
    stranger, friend = World(), World()
    for number in range(4):
        friend.label(friend.send(str(number), HONEST, seen=True), "ham")
    stranger.now = friend.now
    words = {"title": "Roses", "excerpt": "A short note on a page that says little", "blog_name": ""}
    known, unknown = friend.send("note", words, kept=False), stranger.send("note", words, kept=False)
    odds = [each.spam_probability / (1 - each.spam_probability) for each in (known, unknown)]
    assert 0.3 * odds[1] < odds[0]  # a good name divides the odds by e at most
    log_odds = math.log(odds[0])
    assert sum(reason.contribution for reason in known.reasons) == pytest.approx(log_odds, abs=1e-9)
