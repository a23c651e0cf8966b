from datetime import UTC, datetime, timedelta
from math import isnan

from moderator.features.copies import COPIES, copy_features
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.records import Case, Linkback, LinkEvidence, LinkPosition, LinkStatus, PageLink
from moderator.replay import Replay
from tests.features.test_sending import NOW

START = datetime.fromtimestamp(NOW, UTC)
EXTRACTOR = Extractor(groups=(COPIES,))
PAGE = "Old roses want the knife in March, when forsythia blooms, and not a day before. " * 4


def case(
    host: str, days: int, evidence: LinkEvidence | None = None, title: str = "How I moved my garden indoors"
) -> Case:
    linkback = Linkback(
        f"https://{host}/how-i-moved-my-garden-indoors", "https://ours.example/p", title=title,
        received_at=START + timedelta(days=days)
    )  # fmt: skip
    return Case(linkback, None, evidence or LinkEvidence())


def test_one_article_from_several_domains_over_months() -> None:
    replay = Replay(MemoryHistory(), EXTRACTOR)
    seen = [
        copy_features(replay.extract_and_record(case(f"{host}.example", days)).context)
        for host, days in (("a", 0), ("a", 40), ("b", 90), ("c", 300), ("a", 301))
    ]
    assert [(one.title_authors, one.slug_authors) for one in seen] == [(0, 0), (0, 0), (1, 1), (2, 2), (2, 2)]
    assert [one.title_days for one in seen[2:]] == [90, 300, 301]
    assert isnan(seen[0].title_days)
    assert isnan(seen[0].excerpt_authors)


def test_a_page_seen_later_is_recognised() -> None:
    found = LinkEvidence(status=LinkStatus.FOUND, page_text=PAGE)
    replay = Replay(MemoryHistory(), EXTRACTOR)
    replay.extract_and_record(case("a.example", 0, found, title=""))
    unseen = replay.extract(case("b.example", 50, title=""))
    assert isnan(copy_features(unseen.context).page_authors)
    seen = replay.see(unseen, found)
    assert copy_features(seen.context).page_authors == 1
    assert seen.keys.page is not None
    assert repr(seen.row) == repr(replay.extract(case("b.example", 50, found, title="")).row)


def test_one_customer_of_several_pages_is_recognised() -> None:
    def placed(*links: PageLink) -> LinkEvidence:
        return LinkEvidence(status=LinkStatus.FOUND, page_links=links)

    paid = PageLink("https://shop.example/", "cheap essay writers", "", LinkPosition.ARTICLE)
    named = PageLink("https://shop.example/", "Essay Writers Ltd", "", LinkPosition.ARTICLE)
    replay = Replay(MemoryHistory(), EXTRACTOR)
    seen = [
        copy_features(replay.extract_and_record(case(f"{host}.example", days, placed(link))).context)
        for host, days, link in (("a", 0, paid), ("a", 1, paid), ("b", 200, paid), ("c", 201, named))
    ]
    assert [one.bought_authors for one in seen[:3]] == [0, 0, 1]
    assert seen[2].bought_days == 200
    assert isnan(seen[3].bought_authors)
