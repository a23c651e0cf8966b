"""An owner labels 40 of a campaign; the service learns the rest of it, and goes back by one click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from moderator.config.service import Blog, Learning, ServiceSettings
from moderator.config.settings import Settings
from moderator.records import Case, Verdict
from moderator.service.accept import new_mention
from moderator.service.app import create_app
from moderator.service.container import Container, build_container
from moderator.service.records import Filter, Origin, OwnerLabel, Status
from tests.browser.browsing import assert_accessible, keep_picture, window
from tests.service.campaign import BLOG, Sort, posts, two_months
from tests.service.running import running
from tests.service.service_fakes import SECRETS, OwnPages, Pages, Webhook

pytestmark = [pytest.mark.browser, pytest.mark.loopback, pytest.mark.slow, pytest.mark.timeout(900)]
PATIENCE = 400
"""Looks, two a second at most: a safety net, for a retraining on a busy machine."""
CLICKS = 40
SPAM_FROM = 0.85
"""The owner's cut-off: what was learned from 40 labels is not as sure as the default model asks."""


@pytest.fixture
def blog(tmp_path: Path) -> Iterator[tuple[Container, dict[str, Sort]]]:
    """A service that has run for two months: the owner decided most of what is honest, and all plain spam."""
    linkbacks = list(two_months(datetime.now(UTC), honest=200, plain=80, campaign=300))
    sorts = {linkback.id: sort for sort, linkback in linkbacks}
    earlier = [id for number, (id, sort) in enumerate(sorts.items()) if _decided_earlier(sort, number)]
    learning = Learning(mode="propose", after_decisions=len(earlier) + CLICKS)
    container = build_container(
        Settings(history=tmp_path / "history.sqlite3", spam_from=SPAM_FROM),
        ServiceSettings(
            database=tmp_path / "service.sqlite3", blogs=(Blog("ours", BLOG),), verify=False, learning=learning
        ),
        SECRETS,
        verifier=Pages(),
        fetch=OwnPages(posts()),
        send=Webhook(),
    )
    cases = [Case(linkback, container.targets.post(linkback.target_url)) for _, linkback in linkbacks]
    for case, decision in zip(cases, container.moderator.check_many(cases), strict=True):
        mention = new_mention(case.linkback, "ours", Origin.RECEIVER, container.clock())
        container.store.accept(mention)
        container.store.record_decision(mention, decision, container.clock())
    for label, sort in ((OwnerLabel.HAM, Sort.HONEST), (OwnerLabel.SPAM, Sort.PLAIN_SPAM)):
        container.decisions.label([id for id in earlier if sorts[id] is sort], label, "owner")
    yield container, sorts


def _decided_earlier(sort: Sort, number: int) -> bool:
    return sort is Sort.PLAIN_SPAM or (sort is Sort.HONEST and number % 5 > 0)


def _campaign_by_status(container: Container, sorts: dict[str, Sort]) -> dict[Status, int]:
    ids = {status: container.store.ids(Filter(status=status), 1000) for status in Status}
    return {status: sum(sorts[id] is Sort.CAMPAIGN for id in found) for status, found in ids.items()}


def test_a_campaign_is_learned_from_forty_clicks_and_given_up_by_one(
    browser: Browser, blog: tuple[Container, dict[str, Sort]], pictures: Path
) -> None:
    container, sorts = blog
    before = _campaign_by_status(container, sorts)
    assert before[Status.HELD] >= 250  # of 300
    default = container.moderator.model_name
    with running(create_app(container)) as address, window(browser, address, container) as opened:
        page = opened.open("/?order=doubt")
        _call_spam(page, sorts)
        page = opened.open("/model")
        _until(page, lambda: page.get_by_role("heading", name="A better model is ready").is_visible())
        keep_picture(page, pictures, "model-proposed", whole=True)
        assert_accessible(page, "a proposed model")
        assert container.moderator.model_name == default
        page.get_by_role("button", name="Use it").click()
        expect(page.get_by_role("status").first).to_contain_text("Done")
        assert container.moderator.model_name != default

        _until(page, lambda: _campaign_by_status(container, sorts)[Status.HELD] <= 15)
        learned = _campaign_by_status(container, sorts)
        assert learned[Status.SPAM] >= 285
        assert learned[Status.APPROVED] <= before[Status.APPROVED]
        honest = {id for id, sort in sorts.items() if sort is Sort.HONEST}
        assert honest.isdisjoint(container.store.ids(Filter(status=Status.SPAM), 1000))
        _judges_new_ones(container)

        page = opened.open("/model")
        page.get_by_role("button", name="Go back to the model of your settings").click()
        expect(page.get_by_role("status").first).to_contain_text("Done")
        assert container.moderator.model_name == default
        # the owner's 40 words count on their own, too, as reputation: what is like them stays spam
        _until(page, lambda: _campaign_by_status(container, sorts)[Status.HELD] >= 180)
        assert opened.was_quiet(), opened


def _call_spam(page: Page, sorts: dict[str, Sort]) -> None:
    """Goes through the queue from the most doubtful on, and calls what belongs to the campaign spam."""
    clicked = 0
    for _ in range(20 * CLICKS):
        if clicked == CLICKS:
            return
        page.reload()
        rows = page.locator(".row")
        for id in rows.evaluate_all("rows => rows.map((row) => row.dataset.id)"):
            if sorts[id] is Sort.CAMPAIGN and clicked < CLICKS:
                row = page.locator(f'[data-id="{id}"]')
                row.get_by_role("button", name="Spam").click()
                expect(row.locator("[data-state]")).to_have_text("spam by you")
                clicked += 1
    pytest.fail(f"the queue shows no more of the campaign after {clicked} clicks")


def _judges_new_ones(container: Container) -> None:
    """What comes after is judged by what was learned."""
    verdicts: dict[Sort, list[Verdict]] = {sort: [] for sort in Sort}
    for sort, linkback in two_months(container.clock(), honest=8, plain=0, campaign=8, seed=99):
        post = container.targets.post(linkback.target_url)
        verdicts[sort].append(container.moderator.check(linkback, post, remember=False).verdict)
    assert verdicts[Sort.CAMPAIGN].count(Verdict.SPAM) >= 7
    assert Verdict.SPAM not in verdicts[Sort.HONEST]


def _until(page: Page, holds: Callable[[], bool]) -> None:
    """Waits, and loads the page anew, until something holds."""
    for _ in range(PATIENCE):
        if holds():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail(page.locator("main").inner_text())
