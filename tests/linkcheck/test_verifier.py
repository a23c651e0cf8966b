import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.linkcheck.base import LinkVerifier
from moderator.linkcheck.budget import Budget
from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.guard import Destination
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.linkcheck.verifier import HttpVerifier
from moderator.records import Kind, Linkback, LinkEvidence, LinkPosition, LinkStatus, PageLink, Post, SenderMatch

SOURCE, TARGET = "http://blog.example/entry", "https://ours.example/post"
ADDRESS = "93.184.215.14"
NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
PAGE = (
    f"<title>My herons</title><meta property=og:site_name content=Birds><article><p>We counted herons at the river, as "
    f'<a rel=nofollow href="{TARGET}">they did</a>.</p><a href="https://other.example/">x</a></article>'
).encode()


class FakeWeb:
    """Resolver and transport in one: one page, whatever is asked."""

    def __init__(self, body: bytes = PAGE, content_type: str = "text/html", fault: Exception | None = None) -> None:
        self.body = body
        self.status = 200
        self.headers: Mapping[str, str] = {"Content-Type": content_type}
        self.fault = fault
        self.asked = 0

    def resolve(self, host: str, timeout: float) -> tuple[str, ...]:
        return (ADDRESS,)

    def get(
        self, to: Destination, address: str, headers: Mapping[str, str], budget: Budget, connect_timeout: float
    ) -> "FakeWeb":
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return self

    def chunks(self) -> Iterator[bytes]:
        yield self.body

    def close(self) -> None:
        pass


class Lists:
    def look_up(self, domain: str, address: str) -> tuple[str, ...]:
        return (f"{domain}/{address}",)


def verifier(web: FakeWeb, lists: Lists | None = None, **changes: object) -> HttpVerifier:
    chosen = LinkCheckSettings(**{"pause": 0.0, **changes})  # type: ignore[arg-type]  # values of many types
    return HttpVerifier(chosen, resolver=web, transport=web, lists=lists, now=lambda: NOW)


def test_it_is_a_verifier() -> None:
    made: LinkVerifier = verifier(FakeWeb())
    assert made.verify(Linkback(SOURCE, TARGET)).status is LinkStatus.FOUND


def test_everything_at_once() -> None:
    sent = Linkback(SOURCE, TARGET, title="My herons", excerpt="We counted herons at the sea", sender_ip="93.184.0.1")
    evidence = verifier(FakeWeb(), Lists()).verify(sent, Post(TARGET, "Herons", "Herons at the river are counted"))
    relevance = evidence.page_relevance
    assert relevance is not None and 0.1 < relevance < 1
    assert evidence == LinkEvidence(
        status=LinkStatus.FOUND,
        checked_at=NOW,
        final_url=SOURCE,
        http_status=200,
        redirects=0,
        position=LinkPosition.ARTICLE,
        hidden=False,
        nofollow=True,
        ugc=False,
        sponsored=False,
        anchor_text="they did",
        snippet="We counted herons at the river, as they did .",
        outbound_links=2,
        outbound_domains=2,
        text_length=evidence.text_length,
        link_text_share=evidence.link_text_share,
        page_title="My herons",
        page_blog_name="Birds",
        page_text="We counted herons at the river, as they did.",
        page_links=(PageLink("https://other.example/", "x", "", LinkPosition.ARTICLE),),
        internal_links=0,
        page_feed=False,
        page_author=False,
        page_dated=False,
        page_microformats=False,
        page_comments=False,
        title_on_page=1.0,
        excerpt_on_page=0.75,
        copied_share=pytest.approx(1 / 3),  # type: ignore[arg-type]  # compares with a float
        page_relevance=relevance,
        sender_match=SenderMatch.SAME_NETWORK,
        listed_in=("blog.example/93.184.0.1",),
    )


def test_unknown_stays_unknown() -> None:
    evidence = verifier(FakeWeb(b"<p>other words")).verify(Linkback(SOURCE, TARGET))
    assert evidence.status is LinkStatus.MISSING
    assert (evidence.hidden, evidence.nofollow, evidence.title_on_page, evidence.copied_share) == (None,) * 4
    assert (evidence.sender_match, evidence.listed_in) == (SenderMatch.UNKNOWN, None)
    assert evidence.outbound_links == 0


def test_webmentions_may_embed() -> None:
    web = FakeWeb(f'<video src="{TARGET}"></video>'.encode())
    assert verifier(web).verify(Linkback(SOURCE, TARGET, Kind.WEBMENTION)).status is LinkStatus.FOUND
    assert verifier(web).verify(Linkback(SOURCE, TARGET, Kind.PINGBACK)).status is LinkStatus.MISSING


def test_plain_text_holds_no_link_but_may_be_a_copy() -> None:
    text = f"herons at the river are counted {TARGET}"
    evidence = verifier(FakeWeb(text.encode(), "text/plain")).verify(Linkback(SOURCE, TARGET), Post(TARGET, "", text))
    assert (evidence.status, evidence.detail, evidence.copied_share) == (LinkStatus.NOT_HTML, "text/plain", 1.0)


def test_too_large_only_without_a_link() -> None:
    padding = b"<p>words</p>" * 2000
    assert verifier(FakeWeb(padding + PAGE), page_bytes=5000).verify(Linkback(SOURCE, TARGET)).status is (
        LinkStatus.TOO_LARGE
    )
    assert verifier(FakeWeb(PAGE + padding), page_bytes=5000).verify(Linkback(SOURCE, TARGET)).status is (
        LinkStatus.FOUND
    )


def test_meta_refresh_is_told() -> None:
    web = FakeWeb(b'<meta http-equiv=refresh content="0;url=/elsewhere">')
    assert verifier(web).verify(Linkback(SOURCE, TARGET)).detail == "meta refresh"


@pytest.mark.parametrize("fault", [RuntimeError("oops"), ValueError(), MemoryError(), RecursionError()])
def test_our_own_faults_say_nothing_about_the_source(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        evidence = verifier(FakeWeb(fault=fault)).verify(Linkback(SOURCE, TARGET))
    assert evidence == LinkEvidence(detail="internal error")
    assert "failed" in caplog.text


def test_failures_and_pages_are_remembered() -> None:
    web = FakeWeb()
    made = verifier(web, pause=100.0)
    assert made.wait(SOURCE) == 0.0
    made.verify(Linkback(SOURCE, TARGET))
    assert made.wait(SOURCE) == 0.0  # it is answered from memory
    assert 99 < made.wait(SOURCE + "2") <= 100
    made.verify(Linkback(SOURCE, TARGET + "2"))
    assert web.asked == 1


def test_memory_for_pages_is_bounded() -> None:
    web = FakeWeb(PAGE + b" " * 10_000)
    made = verifier(web, cache_bytes=30_000, per_host_minute=100)
    for number in range(20):
        made.verify(Linkback(f"{SOURCE}{number}", TARGET))
    assert len(made._pages) == 2
    # What is forgotten or replaced is no longer counted.
    made.forget(f"{SOURCE}19")
    made.verify(Linkback(f"{SOURCE}19", TARGET))
    assert len(made._pages) == 2
    for number in (18, 19):
        made.forget(f"{SOURCE}{number}")
    assert (len(made._pages), made._size) == (0, 0)


def test_gone_pages_keep_where_they_were() -> None:
    web = FakeWeb()
    web.status = 410
    evidence = verifier(web).verify(Linkback(SOURCE, TARGET))
    assert evidence == LinkEvidence(LinkStatus.GONE, "http 410", NOW, final_url=SOURCE, http_status=410, redirects=0)


def test_refusals_of_the_address_itself() -> None:
    web = FakeWeb()
    evidence = verifier(web).verify(Linkback("http://127.0.0.1/", TARGET))
    assert evidence == LinkEvidence(LinkStatus.REFUSED, "loopback address", NOW)
    assert web.asked == 0


@given(st.text(max_size=40), st.text(max_size=40), st.binary(max_size=200), st.text(max_size=30))
@settings(max_examples=150, deadline=None)
def test_never_raises(source: str, target: str, body: bytes, content_type: str) -> None:
    web = FakeWeb(body, content_type)
    for url in (source, f"http://a.example/{source}"):
        evidence = verifier(web).verify(Linkback(url, target, title=source, excerpt=target, sender_ip=source))
        assert evidence.detail != "internal error"


def at(seconds: float) -> Linkback:
    return Linkback(SOURCE, TARGET, received_at=NOW + timedelta(seconds=seconds))


def test_a_page_fetched_before_the_linkback_came_is_fetched_again() -> None:
    web = FakeWeb()
    made = verifier(web, pause=0.0)
    for seconds, asked in ((-9, 1), (-5, 1), (0, 1), (1, 2), (-1, 2)):
        assert made.verify(at(seconds)).status is LinkStatus.FOUND
        assert web.asked == asked


def test_a_page_that_was_not_public_yet_is_found_by_the_next_linkback() -> None:
    web = FakeWeb(fault=FetchError(LinkStatus.GONE, "http 404"))
    made = verifier(web, pause=0.0)
    assert made.verify(at(-9)).status is LinkStatus.GONE
    web.fault = None
    assert made.verify(at(-9)).status is LinkStatus.FOUND


def test_one_failed_look_answers_all_linkbacks_that_waited_for_it() -> None:
    web = FakeWeb(fault=FetchError(LinkStatus.UNREACHABLE, "timeout"))
    made = verifier(web, pause=0.0)
    for _ in range(3):
        assert made.verify(at(-9)).detail == "timeout"
    assert web.asked == 1
    web.fault = None
    assert made.verify(at(1)).status is LinkStatus.FOUND
