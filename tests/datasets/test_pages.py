"""The pages behind generated linkbacks are well-formed, and the library reads off them what their senders did."""

from __future__ import annotations

from collections import defaultdict
from html.parser import HTMLParser
from typing import Any

import pytest

from datasets.blogosphere import Page, generate, generate_with_pages
from datasets.blogosphere.pages.templates import TEMPLATES
from moderator.html.page import PageFacts, read_page

VOID = {"meta", "link", "br", "hr", "img", "input"}
Seen = tuple[dict[str, Any], Page, PageFacts]


class Balanced(HTMLParser):
    """Fails on an element that is closed in the wrong place."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An XHTML element without content."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module", params=sorted(TEMPLATES))
def seen(request: pytest.FixtureRequest) -> dict[str, list[Seen]]:
    """Pages that answered in full, by sort of sender."""
    by_sort: dict[str, list[Seen]] = defaultdict(list)
    for row, page, _ in generate_with_pages(21, 900, split=request.param):
        if page.answer.status == 200 and not page.answer.failure and not page.answer.padded:
            facts = read_page(page.html.encode(), page.url, row["target_url"], embeds=row["kind"] == "webmention")
            by_sort[row["sender_sort"]].append((row, page, facts))
    return by_sort


def share(pages: list[Seen], test: Any) -> float:
    assert len(pages) > 2
    return sum(bool(test(*page)) for page in pages) / len(pages)


def linked(row: dict[str, Any], page: Page, facts: PageFacts) -> bool:
    return bool(facts.links)


def test_pages_are_well_formed(seen: dict[str, list[Seen]]) -> None:
    for pages in seen.values():
        for _, page, facts in pages[:30]:
            parser = Balanced()
            parser.feed(page.html)
            assert not parser.open
            assert facts.text
            assert facts.title


def test_honest_pages_link_and_show_it(seen: dict[str, list[Seen]]) -> None:
    for sort in ("blogger", "reply", "roundup", "link_list", "quotation", "hard_topic", "own_post"):
        assert share(seen[sort], linked) > 0.75, sort
        for _, _, facts in seen[sort]:
            assert not any(link.hidden for link in facts.links), sort


def test_spammers_do_what_they_are_named_after(seen: dict[str, list[Seen]]) -> None:
    assert share(seen["hidden"], lambda row, page, facts: facts.links and facts.links[0].hidden) > 0.7
    assert share(seen["linkless"], linked) < 0.2
    assert share(seen["forged"], linked) == 0
    assert share(seen["link_farm"], lambda row, page, facts: facts.outbound_links > 15) == 1
    assert share(seen["doorway"], _leads_away) > 0.9
    for sort in ("autoblog", "spun", "translated", "mixed_script", "splog", "slow", "paid", "parasite"):
        assert share(seen[sort], linked) > 0.7, sort


def _leads_away(row: dict[str, Any], page: Page, facts: PageFacts) -> bool:
    return bool(page.answer.redirects or facts.redirect) or (
        bool(facts.canonical) and not facts.canonical.startswith(page.url[:16])
    )


def test_copies_repeat_the_post_and_spun_ones_hardly_do() -> None:
    copied: dict[str, list[float]] = defaultdict(list)
    for row in generate(22, 1200, checked=1.0):
        share_of_ours = row["evidence"].get("copied_share")
        if share_of_ours is not None and row["evidence"]["status"] == "found":
            copied[row["sender_sort"]].append(share_of_ours)
    mean = {sort: sum(values) / len(values) for sort, values in copied.items() if len(values) >= 5}
    assert mean["autoblog"] > 0.4
    assert mean["spun"] < 0.25
    assert mean.get("translated", 0.0) < 0.1, "none where languages differ"
    assert mean["mixed_script"] > 0.4, "letters in disguise are read as what they stand for"
    assert mean["blogger"] < 0.05
    assert 0.1 < mean["quotation"] < 0.6, "people quote, too"


def test_the_same_linkback_has_the_same_page() -> None:
    first, second = ([page.html for _, page, _ in generate_with_pages(4, 80)] for _ in range(2))
    assert first == second


def test_reading_a_row_is_reading_its_page() -> None:
    rows = generate(6, 200, checked=1.0)
    for row, (bare, page, _) in zip(rows, generate_with_pages(6, 200), strict=True):
        known = dict.fromkeys(("evidence", "target_title", "target_text"))
        assert row | known == bare | known
        assert bare["target_text"], "a blog knows its own post"
        if row["evidence"]["status"] in ("found", "missing"):
            facts = read_page(page.html.encode(), page.url, row["target_url"], embeds=row["kind"] == "webmention")
            assert bool(facts.links) == (row["evidence"]["status"] == "found")
            assert row["evidence"].get("page_title", "") == facts.title
