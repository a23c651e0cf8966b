import math

import pytest

from moderator.domain_lists.base import NO_LISTS
from moderator.features.context import FeatureContext
from moderator.features.link import LINK, LinkFeatures, link_features
from moderator.history.base import UNKNOWN_SNAPSHOT
from moderator.records import Linkback, LinkEvidence, LinkPosition, LinkStatus, SenderMatch
from moderator.urls import parse_url

SOURCE = "https://blog.example.com/a"
TARGET = "https://ours.example.org/p"


def context(evidence: LinkEvidence) -> FeatureContext:
    linkback = Linkback(source_url=SOURCE, target_url=TARGET)
    return FeatureContext(
        linkback, parse_url(SOURCE), parse_url(TARGET), (), (), (), None, evidence, NO_LISTS, UNKNOWN_SNAPSHOT
    )


FOUND = LinkEvidence(
    status=LinkStatus.FOUND,
    final_url=SOURCE,
    http_status=200,
    redirects=0,
    position=LinkPosition.ARTICLE,
    hidden=False,
    nofollow=True,
    ugc=False,
    sponsored=False,
    anchor_text="read this",
    snippet="please read this now",
    outbound_links=10,
    outbound_domains=5,
    text_length=2000,
    link_text_share=0.25,
    title_on_page=1.0,
    excerpt_on_page=0.5,
    copied_share=0.0,
    page_relevance=0.3,
    sender_match=SenderMatch.SAME_NETWORK,
    listed_in=(),
)


def test_names_and_meanings() -> None:
    assert LINK.names[0] == "link.not_checked"
    assert len(LINK.names) == len(set(LINK.names)) == len(LinkFeatures._fields) == len(LINK.meanings)


def test_not_checked_leaves_everything_unknown() -> None:
    # Even a record that carries more is not read when nobody looked.
    features = link_features(context(LinkEvidence(redirects=3, hidden=True, sender_match=SenderMatch.SAME_ADDRESS)))
    assert features.not_checked == 1.0
    assert all(math.isnan(value) for value in features[1:])


@pytest.mark.parametrize("status", [status for status in LinkStatus if status is not LinkStatus.NOT_CHECKED])
def test_each_state_sets_its_own_flag(status: LinkStatus) -> None:
    features = link_features(context(LinkEvidence(status=status)))._asdict()
    flags = [other.value for other in LinkStatus]
    assert {name: features[name] for name in flags} == {name: float(name == status) for name in flags}
    # Nothing else was said, so nothing else is known.
    assert all(math.isnan(value) for name, value in features.items() if name not in flags)


def test_a_read_page() -> None:
    features = link_features(context(FOUND))
    assert not any(math.isnan(value) for value in features)
    assert (features.in_article, features.in_furniture, features.in_comments) == (1.0, 0.0, 0.0)
    assert (features.hidden, features.nofollow, features.ugc, features.sponsored) == (0.0, 1.0, 0.0, 0.0)
    assert features.anchor_length == math.log1p(9)
    assert features.domains_per_link == 0.5
    assert features.links_per_1000 == math.log1p(5)
    assert (features.sender_same_address, features.sender_same_network) == (0.0, 1.0)
    assert (features.moved_domain, features.dns_listed) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (LinkPosition.ARTICLE, (1.0, 0.0, 0.0)),
        (LinkPosition.BODY, (0.0, 0.0, 0.0)),
        (LinkPosition.HEADER, (0.0, 1.0, 0.0)),
        (LinkPosition.NAV, (0.0, 1.0, 0.0)),
        (LinkPosition.ASIDE, (0.0, 1.0, 0.0)),
        (LinkPosition.FOOTER, (0.0, 1.0, 0.0)),
        (LinkPosition.COMMENTS, (0.0, 0.0, 1.0)),
    ],
)
def test_position(position: LinkPosition, expected: tuple[float, float, float]) -> None:
    features = link_features(context(LinkEvidence(status=LinkStatus.FOUND, position=position)))
    assert (features.in_article, features.in_furniture, features.in_comments) == expected


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (SenderMatch.SAME_ADDRESS, (1.0, 1.0)),
        (SenderMatch.SAME_NETWORK, (0.0, 1.0)),
        (SenderMatch.DIFFERENT, (0.0, 0.0)),
    ],
)
def test_sender(match: SenderMatch, expected: tuple[float, float]) -> None:
    features = link_features(context(LinkEvidence(status=LinkStatus.MISSING, sender_match=match)))
    assert (features.sender_same_address, features.sender_same_network) == expected


@pytest.mark.parametrize(
    ("final", "expected"),
    [
        ("https://www.example.com/elsewhere", 0.0),
        ("https://example.net/a", 1.0),
    ],
)
def test_moved_domain(final: str, expected: float) -> None:
    assert link_features(context(LinkEvidence(status=LinkStatus.FOUND, final_url=final))).moved_domain == expected


def test_a_page_without_links_has_no_ratio() -> None:
    features = link_features(
        context(LinkEvidence(status=LinkStatus.MISSING, outbound_links=0, outbound_domains=0, text_length=0))
    )
    assert math.isnan(features.domains_per_link)
    assert features.outbound_links == features.links_per_1000 == 0.0
