"""The pages behind generated linkbacks show what the rows' evidence says."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from datasets.blogosphere import generate, page_for
from moderator.html.page import read_page
from moderator.records import LinkStatus
from moderator.serialization import evidence_from_json

READ = {"found", "missing"}


def test_the_page_reader_sees_what_the_evidence_says() -> None:
    found = 0
    for row in generate(13, 300, checked=1.0):
        page = page_for(row)
        if not page:
            continue
        evidence = evidence_from_json(row["evidence"])
        facts = read_page(page.encode(), row["source_url"], row["target_url"])
        assert bool(facts.links) == (evidence.status is LinkStatus.FOUND)
        for link in facts.links[:1]:
            found += 1
            assert (link.position, link.hidden) == (evidence.position, evidence.hidden)
            assert (link.nofollow, link.ugc, link.sponsored) == (evidence.nofollow, evidence.ugc, evidence.sponsored)
    assert found > 50


class Links(HTMLParser):
    """The links of a page, each with the elements around it, and its title."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[tuple[dict[str, str | None], tuple[str, ...]]] = []
        self.title = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append((dict(attrs), tuple(self.open)))
        if tag not in {"meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["title"]:
            self.title += data


def test_pages_show_what_the_evidence_says() -> None:
    seen = set()
    for row in generate(12, 400, checked=1.0):
        evidence = row["evidence"]
        page = page_for(row)
        assert page == page_for(row)
        assert bool(page) == (evidence["status"] in READ)
        if not page:
            continue
        links = Links()
        links.feed(page)
        assert not links.open, "every element is closed"
        ours = [link for link in links.links if link[0]["href"] == row["target_url"]]
        assert len(ours) == (evidence["status"] == "found")
        assert links.title == evidence.get("page_title", "")
        hosts = {urlsplit(link["href"] or "").hostname for link, _ in links.links}
        assert len(hosts) <= max(evidence["outbound_domains"], 1)
        if ours:
            (attributes, around) = ours[0]
            position = evidence["position"]
            seen.add(position)
            assert (position in around) == (position in {"article", "header", "nav", "aside", "footer", "body"})
            assert ("nofollow" in (attributes.get("rel") or "")) == evidence["nofollow"]
            assert ("style" in attributes) == evidence["hidden"]
    assert {"article", "body", "footer"} <= seen


def test_an_unchecked_row_has_no_page() -> None:
    row = next(generate(1, 1, checked=0.0))
    with pytest.raises(ValueError, match="checked=1"):
        page_for(row)
