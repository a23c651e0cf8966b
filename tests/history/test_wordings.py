"""What is recognised when another author uses it, and what people share."""

import pytest

from moderator.history.wordings import Wordings, wordings_of
from moderator.records import Linkback, LinkEvidence, LinkPosition, LinkStatus, PageLink, Post
from moderator.urls import parse_url

TARGET = "https://ours.example/2026/pruning-old-garden-roses/"
PAGE = "Old roses want the knife in March, when forsythia blooms, and not a day before. " * 4


def wordings(
    source: str = "https://a.example/", post: Post | None = None, evidence: LinkEvidence | None = None, **sent: str
) -> Wordings:
    linkback = Linkback(source, TARGET, **sent)  # type: ignore[arg-type]
    return wordings_of(linkback, parse_url(source), parse_url(TARGET), evidence or LinkEvidence(), post)


@pytest.mark.parametrize(
    ("title", "alike"),
    [
        ("Five Tips For Essay Writing Services", "five tips for essay writing services"),
        ("How I moved my garden indoors | A diary", "Another blog &raquo; How I moved my garden indoors"),
        ("How I moved my garden <b>indoors</b>!", "How I moved my garden indoors"),
    ],
)
def test_titles_that_are_recognised(title: str, alike: str) -> None:
    assert wordings(title=title).title is not None
    assert wordings(title=title).title == wordings("https://b.example/x", title=alike).title


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Home",
        "Links",
        "Links for 2026-01-05",
        "Bookmarks for January 5th",
        "Daily links roundup",
        "Weekly reading, March edition",
        "On the road again",
        "My roses",
        "Pruning old garden roses",  # ours
    ],
)
def test_titles_that_people_share(title: str) -> None:
    assert wordings(title=title).title is None


def test_our_own_title_is_nobodys() -> None:
    post = Post(TARGET, "When to prune your climbing roses | Ours", "")
    assert wordings(title="When to prune your climbing roses", post=post).title is None
    assert wordings(title="When to prune your climbing roses").title is not None


def test_a_page_title_stands_for_a_missing_one_where_the_page_links() -> None:
    title = "How I moved my garden indoors"
    seen = LinkEvidence(status=LinkStatus.FOUND, page_title=title)
    assert wordings(evidence=seen).title == wordings(title=title).title
    assert wordings(evidence=LinkEvidence(status=LinkStatus.MISSING, page_title=title)).title is None


def test_permalinks() -> None:
    one = wordings("https://a.example/2026/best-essay-writing-service.html").slug
    assert one is not None
    assert one == wordings("https://b.example/x/Best_Essay_Writing_Service/").slug
    for shared in ("", "about", "?p=12", "2026/01/05/", "links-for-2026-01-05", "a-b-c-d", "pruning-old-garden-roses"):
        assert wordings(f"https://a.example/{shared}").slug is None


def test_excerpts() -> None:
    text = "Old roses want the knife in March, when forsythia blooms, and not a day before that. 12"
    assert wordings(excerpt=text).excerpt == wordings("https://b.example/", excerpt=text.replace("12", "77")).excerpt
    assert wordings(excerpt=text).excerpt is not None
    assert wordings(excerpt="Nice post, thank you very much for sharing!").excerpt is None
    post = Post(TARGET, "Roses", f"As I say each year: {text.lower()} Be brave.")
    assert wordings(excerpt=text, post=post).excerpt is None, "a quotation"


def test_pages_count_where_they_link() -> None:
    def page(status: LinkStatus, text: str = PAGE) -> int | None:
        return wordings(evidence=LinkEvidence(status=status, page_text=text)).page

    assert page(LinkStatus.FOUND) is not None
    assert page(LinkStatus.MISSING) is None, "one error page stands on many hosts"
    assert page(LinkStatus.FOUND, "Just a few words") is None
    assert page(LinkStatus.FOUND) != wordings(excerpt=PAGE).excerpt


def test_a_link_that_looks_bought_is_recognised_by_its_site() -> None:
    def bought(*links: PageLink, status: LinkStatus = LinkStatus.FOUND) -> int | None:
        return wordings(evidence=LinkEvidence(status=status, page_links=links)).bought

    def link(url: str, text: str, position: LinkPosition = LinkPosition.BODY) -> PageLink:
        return PageLink(url, text, "", position)

    loans = link("https://loans.example/", "cheap payday loans")
    assert bought(loans) is not None
    assert bought(loans) == bought(link("http://ann.example/", "Ann"), link("http://loans.example", "loans near me"))
    assert bought(loans) == bought(link("https://loans.example:443/#top", "cheap payday loans"))
    assert bought(loans) != bought(link("https://cash.example/", "cheap payday loans"))
    assert bought(loans, status=LinkStatus.MISSING) is None
    assert bought() is None
    for honest in (
        link("https://loans.example/", "Loans & Sons"),
        link("https://loans.example/about/", "cheap payday loans"),
        link("https://loans.example/", "cheap payday loans", LinkPosition.COMMENTS),
        link("no address", "cheap payday loans"),
        link("https://ours.example/", "the best loans blog"),
    ):
        assert bought(honest) is None
