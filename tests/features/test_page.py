"""The page's own words and structure as numbers."""

from dataclasses import replace
from math import isnan, log1p, nan

import pytest

from moderator.features.context import FeatureContext
from moderator.features.extractor import Extractor
from moderator.features.page import PageFeatures, page_features
from moderator.features.wording import wording
from moderator.history.base import UNKNOWN_SNAPSHOT
from moderator.records import Case, Linkback, LinkEvidence, LinkPosition, LinkStatus, PageLink, Post, ResponseKind

OURS = (
    "We counted herons at the river for three weeks and asked the anglers what they had seen there. Herons return to "
    "their colonies in February, breed in tall trees and hunt along shallow water. Counting them takes patience, a "
    "notebook and waterproof boots, because the meadows are flooded every spring and the footbridge often floats away."
)
POST = Post("https://blog.example/herons", "Counting herons at the river", OURS)
PERSON = (
    "I went down to the harbour with my daughter yesterday, and we saw that the old crane had been painted. She asked "
    "me why anybody would paint a crane that lifts nothing, and I had no answer for her. My neighbour thinks it is art."
)
SEEN = LinkEvidence(
    status=LinkStatus.FOUND, page_title="Harbour news", page_text=PERSON, page_links=(), internal_links=4
)


def context(evidence: LinkEvidence, post: Post | None = POST) -> FeatureContext:
    linkback = Linkback("https://source.example/post", "https://blog.example/herons")
    return Extractor().context(Case(linkback, post, evidence), UNKNOWN_SNAPSHOT)


def features(evidence: LinkEvidence, post: Post | None = POST) -> PageFeatures:
    return page_features(context(evidence, post))


def links(*addresses: str, text: str = "", rel: str = "") -> tuple[PageLink, ...]:
    return tuple(PageLink(address, text, rel, LinkPosition.ARTICLE) for address in addresses)


@pytest.mark.parametrize(
    "evidence",
    [
        LinkEvidence(),
        LinkEvidence(LinkStatus.FOUND, page_title="Old evidence", text_length=300),
        LinkEvidence(LinkStatus.GONE),
    ],
)
def test_what_was_not_recorded_is_unknown(evidence: LinkEvidence) -> None:
    assert all(isnan(value) for value in features(evidence))
    context = Extractor().context(
        Case(Linkback("https://a.example/", "https://b.example/"), None, evidence), UNKNOWN_SNAPSHOT
    )
    assert wording(context)[-3:] == ("", "", "")


def test_the_page_is_worded_in_three_channels() -> None:
    evidence = replace(SEEN, page_links=links("https://www.casino.example/x", text="Best SLOTS"))
    said = wording(
        Extractor().context(
            Case(Linkback("https://a.example/", "https://b.example/"), None, evidence), UNKNOWN_SNAPSHOT
        )
    )
    assert (said.page_title, said.page_links) == ("harbour news", "casino . example best slots")
    assert said.page_text.startswith("i went down to the harbour")


def test_people_speak_of_themselves() -> None:
    person = features(SEEN)
    seller = features(
        replace(SEEN, page_text="Casino slots bonus: cheap payday loans and casino jackpots online. " * 20)
    )
    assert person.text_first_share > 0.05 > seller.text_first_share
    assert person.text_vice_share == 0 < 0.3 < seller.text_vice_share
    assert person.text_distinct_share > 0.5 > seller.text_distinct_share
    assert person.text_top_share < 0.1 < seller.text_top_share


def test_a_copy_of_our_post_is_told() -> None:
    copy = features(replace(SEEN, page_title="Counting herons at the river - News hub", page_text=OURS))
    assert copy.text_is_ours == 1.0
    assert copy.title_is_ours == 1.0
    assert features(SEEN).text_is_ours == 0.0


def test_a_spun_copy_is_told_by_its_vocabulary() -> None:
    words = OURS.split()
    spun = " ".join(word for pair in zip(words[1::2], words[::2], strict=False) for word in pair)
    assert features(replace(SEEN, page_text=spun)).text_spun > 0.8
    assert features(replace(SEEN, page_text=OURS)).text_spun < 0.1
    assert features(SEEN).text_spun < 0.1


def test_letters_in_disguise_are_counted() -> None:
    assert features(replace(SEEN, page_text=PERSON.replace("a", "а"))).text_mixed_scripts > 10
    assert features(replace(SEEN, page_text="Вчера я была у реки. " + PERSON)).text_mixed_scripts == 0


def test_titles_that_repeat_themselves() -> None:
    assert features(replace(SEEN, page_title="slot machines bonus - slot machines bonus")).title_repeats == 1.0
    assert features(replace(SEEN, page_title="5 Tips For Essay Writing Service Reviews")).title_numbered == 1.0
    assert features(SEEN).title_repeats == 0.0


def test_paid_and_sponsored_links() -> None:
    shop = features(
        replace(
            SEEN,
            page_links=links(
                *[f"https://bestcasino.example/?ref={number}" for number in range(9)],
                text="casino bonus",
                rel="sponsored",
            ),
        )
    )
    assert (shop.links_vice_share, shop.links_paid, shop.links_to_one, shop.links_keywords, shop.links_rel) == (
        1.0,
    ) * 5
    roundup = features(replace(SEEN, page_links=links(*[f"https://blog{number}.example/a" for number in range(9)])))
    assert (roundup.links_vice_share, roundup.links_paid, roundup.links_keywords) == (0.0, 0.0, 0.0)
    assert roundup.links_to_one < 0.2


@pytest.mark.parametrize(
    ("canonical", "elsewhere", "is_ours"),
    [
        ("", 0.0, 0.0),
        ("https://source.example/other", 0.0, 0.0),
        ("https://shop.example/", 1.0, 0.0),
        ("https://blog.example/herons", 1.0, 1.0),
    ],
)
def test_where_the_page_says_that_it_lives(canonical: str, elsewhere: float, is_ours: float) -> None:
    seen = features(replace(SEEN, page_canonical=canonical))
    assert (seen.canonical_elsewhere, seen.canonical_is_ours) == (elsewhere, is_ours)


def test_where_readers_are_sent() -> None:
    assert features(replace(SEEN, page_redirect="https://shop.example/")).redirect_elsewhere == 1.0
    assert features(replace(SEEN, page_redirect="https://source.example/new")).redirect_elsewhere == 0.0


def test_signs_of_a_person_are_passed_on() -> None:
    signs = features(replace(SEEN, page_feed=True, page_author=False, page_comments=None))
    assert (signs.feed, signs.author) == (1.0, 0.0)
    assert isnan(signs.comments)


def test_without_our_post_nothing_is_said_of_copies() -> None:
    seen = features(SEEN, None)
    assert all(isnan(value) for value in (seen.text_is_ours, seen.text_spun, seen.title_is_ours))
    assert seen.text_words != nan


def test_a_bought_link_in_an_honest_article_is_seen() -> None:
    bought = PageLink("https://some-name.example/", "payday loans", "", LinkPosition.ARTICLE)
    cited = PageLink("https://friend.example/2024/herons-again", "Herons, again", "", LinkPosition.ARTICLE)
    sidebar = replace(bought, position=LinkPosition.ASIDE)
    found = features(replace(SEEN, page_links=(bought, cited, cited, sidebar)))
    assert found.article_bought == pytest.approx(log1p(1))
    assert found.article_keywords == pytest.approx(log1p(1))
    assert found.article_trade == pytest.approx(log1p(1))
    assert found.article_front_pages == pytest.approx(1 / 3)
    assert found.article_phrases == pytest.approx(log1p(1))
    honest = features(replace(SEEN, page_links=(cited, sidebar)))
    assert (honest.article_bought, honest.article_phrases, honest.article_front_pages) == (0.0, 0.0, 0.0)
    nowhere = features(replace(SEEN, page_links=(sidebar,)))
    assert nowhere.article_bought == 0.0
    assert isnan(nowhere.article_front_pages)


@pytest.mark.parametrize(
    ("text", "keyword", "phrase", "sold"),
    [
        ("payday loans", True, True, True),
        ("casino", True, False, True),
        ("Best Online Casino", False, False, True),
        ("Loans explained", False, False, False),
        ("the marsh in june", True, True, False),
        ("The Heron Diary", False, False, False),
        ("\u30d6\u30ed\u30b0", False, False, False),
    ],
)
def test_what_a_links_text_says(text: str, keyword: bool, phrase: bool, sold: bool) -> None:
    link = PageLink("https://some-name.example/", text, "", LinkPosition.ARTICLE)
    found = features(replace(SEEN, page_links=(link,)))
    told = (found.article_keywords, found.article_phrases, found.article_bought)
    assert [value > 0 for value in told] == [keyword, phrase, sold]
    assert found.article_trade == found.article_bought


@pytest.mark.parametrize(
    ("address", "front"),
    [
        ("https://a.example", 1.0),
        ("https://a.example/", 1.0),
        ("https://a.example/?page=1", 0.0),
        ("https://a.example/post", 0.0),
        ("https://a.example/post/", 0.0),
    ],
)
def test_a_front_page_is_a_host_without_a_path(address: str, front: float) -> None:
    assert features(replace(SEEN, page_links=links(address))).article_front_pages == front


def test_one_paragraph_that_sells_stands_out() -> None:
    sells = "Compare payday loans and cheap insurance, order viagra online, casino bonus codes today."
    found = features(replace(SEEN, page_text="\n".join([PERSON, sells, PERSON, PERSON])))
    spread = features(replace(SEEN, page_text="\n".join([PERSON, "We had a casino once.", PERSON, "No loans here."])))
    assert found.text_trade_block > spread.text_trade_block + 2
    assert features(SEEN).text_trade_block == 0.0


def test_a_bridge_may_forward_to_the_original() -> None:
    forwards = replace(SEEN, page_redirect="https://social.example/@ben/1")
    assert features(forwards).redirect_elsewhere == 1.0
    assert features(replace(forwards, page_response=ResponseKind.LIKE)).redirect_elsewhere == 0.0
