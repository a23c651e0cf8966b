"""The source page's own words and structure, as its evidence recorded them.

A page that copies ours, that stuffs a keyword, that links to shops with their trade names for anchors, or that says it
really lives elsewhere, gives itself away whatever its sender claims. Pages that nobody read, and evidence of a time
when pages' words were not recorded, leave everything unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from math import log1p, nan
from typing import Annotated, NamedTuple

from moderator.features.base import Group
from moderator.features.context import FeatureContext
from moderator.features.hostname import trade_fragments
from moderator.records import MAIN_PART, LinkEvidence, PageLink, ResponseKind
from moderator.text import content_words, phrases_in, plain, title_parts, vocabulary, words
from moderator.text.anchors import Anchor, anchor_of
from moderator.text.copied import own_words, page_blocks, page_runs
from moderator.text.post import PostWords
from moderator.text.script import mixed_script_places
from moderator.urls import host_of, is_front_page, parse_url, same_page

__all__ = ["PAGE", "PageFeatures", "page_features"]

_FEW_WORDS = 20
"""Words up to which shares of a text's words say nothing."""
_PAID = ("ref=", "aff", "tag=", "clickid", "partner", "hop.clickbank", "utm_campaign", "promo", "/go/", "/out/")
"""Parts of addresses by which somebody is paid for a visitor."""
_COPY = 0.1
"""Share of a page's runs that are our post's from which its own words are looked at apart; a quotation has less."""
_SECOND = frozenset({"you", "your", "you're"})
_COUNTED = ("nofollow", "sponsored", "ugc")


class PageFeatures(NamedTuple):
    """What the page says and how it is built; nan where that was not recorded."""

    read: Annotated[float, "the page was read: from here on its own words count more than what was sent"]
    text_words: Annotated[float, "words in the page's main part that are not ours, log(1 + count)"]
    text_stop_share: Annotated[float, "share of small words in the page's main part"]
    text_first_share: Annotated[float, "share of I, my, we ... in the page's main part"]
    text_second_share: Annotated[float, "share of you and your in the page's main part"]
    text_trade_share: Annotated[float, "share of words of shops and search traffic in the page's main part"]
    text_vice_share: Annotated[float, "share of words in the page's main part that honest posts hardly hold"]
    text_vice_words: Annotated[float, "distinct words in the page's main part that honest posts hardly hold"]
    text_set_phrases: Annotated[float, "set phrases of splogs and of praise in the page's main part"]
    text_distinct_share: Annotated[float, "share of distinct words among the page's first 300"]
    text_top_share: Annotated[float, "share of the page's words that are its most frequent telling word"]
    text_title_density: Annotated[float, "share of the page's words that are telling words of its title"]
    text_exclamations: Annotated[float, "exclamation marks for 1,000 characters of the page"]
    text_block_length: Annotated[float, "words in a block of the page's main part, log(1 + mean)"]
    text_trade_block: Annotated[float, "words of shops and of vice in the paragraph that holds most of them"]
    text_mixed_scripts: Annotated[float, "places where Latin and Greek or Cyrillic letters touch, on the page"]
    text_is_ours: Annotated[float, "share of the page's four-word runs that are our post's"]
    text_spun: Annotated[float, "share of our post's telling words on the page that no copied run explains"]
    title_is_ours: Annotated[float, "likeness of the page's title to our post's title"]
    title_words: Annotated[float, "words in the page's title"]
    title_trade_share: Annotated[float, "share of words of shops and search traffic in the page's title"]
    title_vice_words: Annotated[float, "words in the page's title that honest posts hardly hold"]
    title_repeats: Annotated[float, "the page's title says the same twice"]
    title_numbered: Annotated[float, "the page's title begins with a number, as lists of tips do"]
    title_in_text: Annotated[float, "share of the page title's telling words that its text holds"]
    links_out: Annotated[float, "recorded links to other hosts, log(1 + count)"]
    links_in_article: Annotated[float, "of them those in the main part, log(1 + count)"]
    article_keywords: Annotated[float, "links in the main part whose text is a bare keyword, log(1 + count)"]
    article_trade: Annotated[float, "links in the main part whose text names something sold, log(1 + count)"]
    article_front_pages: Annotated[float, "share of the links in the main part that lead to a site's front page"]
    article_bought: Annotated[float, "such links to a site's front page, log(1 + count)"]
    article_phrases: Annotated[
        float, "links in the main part by two to four words in lower case to a front page, log(1 + count)"
    ]
    links_to_one: Annotated[float, "share of the links to others that lead to one host"]
    links_trade_share: Annotated[float, "share of links to others with words of shops in anchor or host"]
    links_vice_share: Annotated[float, "share of links to others with words that honest posts hardly hold"]
    links_vice: Annotated[float, "such links, log(1 + count)"]
    links_keywords: Annotated[float, "share of links to others whose text is a bare keyword: short and in lower case"]
    links_paid: Annotated[float, "share of links to others whose address pays somebody"]
    links_cheap: Annotated[float, "share of links to others under top-level domains that cost next to nothing"]
    links_rel: Annotated[float, "share of links to others that say nofollow, ugc or sponsored"]
    links_sponsored: Annotated[float, "links to others that say sponsored, log(1 + count)"]
    internal_links: Annotated[float, "links from the page to its own host, log(1 + count)"]
    canonical_elsewhere: Annotated[float, "the page says that it really lives on another domain"]
    canonical_is_ours: Annotated[float, "the page says that our post is the original"]
    redirect_elsewhere: Annotated[float, "a refresh or script sends the reader to another domain"]
    feed: Annotated[float, "the page names a feed"]
    author: Annotated[float, "the page names its author in markup"]
    dated: Annotated[float, "the page says in markup when it was published"]
    microformats: Annotated[float, "the page has an h-card or h-entry"]
    comments: Annotated[float, "comments by others stand on the page"]


_UNKNOWN = PageFeatures(*([nan] * len(PageFeatures._fields)))
_NO_TEXT = (nan,) * 17
_NO_TITLE = (nan,) * 7


def page_features(context: FeatureContext) -> PageFeatures:
    """Looks at the recorded page.

    Args:
        context: The shared inputs; its evidence, post and parsed addresses are read.

    Returns:
        The features; nan for whatever was not recorded.
    """
    evidence = context.evidence
    if evidence.page_links is None:
        return _UNKNOWN
    blocks = page_blocks(evidence.page_text) if evidence.page_text else ()
    text = tuple(chain.from_iterable(blocks))
    title = words(plain(evidence.page_title, 300)) if evidence.page_title else ()
    return PageFeatures(
        1.0,
        *(_text(evidence, blocks, text, title, context.post) if text else _NO_TEXT),
        *(_title(evidence, title, text, context.post) if title else _NO_TITLE),
        *_links(evidence.page_links),
        *_structure(context),
    )


def _structure(context: FeatureContext) -> tuple[float, ...]:
    evidence = context.evidence
    canonical = evidence.page_canonical
    # bridges tell a like or a reply by a page of microformats that forwards to the original
    bridge = evidence.page_response is not ResponseKind.MENTION
    return (
        _log(evidence.internal_links),
        _elsewhere(canonical, context),
        float(bool(canonical) and same_page(parse_url(canonical), context.target)),
        0.0 if bridge else _elsewhere(evidence.page_redirect, context),
        _flag(evidence.page_feed),
        _flag(evidence.page_author),
        _flag(evidence.page_dated),
        _flag(evidence.page_microformats),
        _flag(evidence.page_comments),
    )


def _text(
    evidence: LinkEvidence,
    blocks: Sequence[tuple[str, ...]],
    text: tuple[str, ...],
    title: tuple[str, ...],
    post: PostWords | None,
) -> tuple[float, ...]:
    runs = page_runs(evidence.page_text)
    copied = len(runs & post.shingles) if post else 0
    is_ours = copied / len(runs) if post and post.shingles and runs else nan
    mixed, spun = float(mixed_script_places(evidence.page_text)), _spun(text, copied, post)
    if is_ours > _COPY:
        # our own good words say nothing for whoever took them
        blocks = [words(block) for block in own_words(evidence.page_text, post).split("\n")]
        text = tuple(chain.from_iterable(blocks))
        if not text:
            return (log1p(0), *([nan] * 13), mixed, is_ours, spun)
    return (*_manner(evidence, blocks, text, title), mixed, is_ours, spun)


def _manner(
    evidence: LinkEvidence, blocks: Sequence[tuple[str, ...]], text: tuple[str, ...], title: tuple[str, ...]
) -> tuple[float, ...]:
    known = vocabulary()
    count = len(text)
    enough = count > _FEW_WORDS
    counts = Counter(text)
    distinct = frozenset(counts)
    small = known.stop & distinct

    def share(sort: Iterable[str]) -> float:
        return sum(map(counts.__getitem__, sort)) / count if enough else nan

    vice, trade = (
        [word for word in sort & distinct if len(word) > 2 and word not in small] for sort in (known.vice, known.trade)
    )
    telling_counts = [count for word, count in counts.items() if len(word) > 2 and word not in small]
    of_title = {word for word in content_words(title) if len(word) > 2}
    return (
        log1p(count),
        share(small),
        share(known.first_person & distinct),
        share(_SECOND & distinct),
        share(trade),
        share(vice),
        float(len(vice)),
        float(phrases_in(text, known.splog)),
        len(distinct if count <= 300 else set(text[:300])) / min(count, 300) if enough else nan,
        max(telling_counts, default=0) / count if enough else nan,
        share(of_title & distinct) if of_title else nan,
        1000.0 * evidence.page_text.count("!") / len(evidence.page_text),
        log1p(count / (evidence.page_text.count("\n") + 1)),
        # a paid paragraph in an honest article hides in shares of the whole
        float(max(map(len, map(frozenset([*vice, *trade]).intersection, blocks)))) if vice or trade else 0.0,
    )


def _spun(text: tuple[str, ...], copied: int, post: PostWords | None) -> float:
    """How much more of our post's vocabulary a page has than the runs that it copies: another's article, reworded."""
    if post is None or len(post.subject) < _FEW_WORDS or not post.shingles:
        return nan
    shared = len(post.subject.intersection(text)) / len(post.subject)
    return shared - copied / len(post.shingles)


def _title(
    evidence: LinkEvidence, title: tuple[str, ...], text: tuple[str, ...], post: PostWords | None
) -> tuple[float, ...]:
    known = vocabulary()
    parts = [words(part) for part in title_parts(evidence.page_title)]
    said = [word for word in content_words(title) if len(word) > 2]
    return (
        _likeness(parts or [title], post.title_core) if post and post.title_core else nan,
        float(len(title)),
        sum(map(known.trade.__contains__, title)) / len(title),
        float(sum(map(known.vice.__contains__, title))),
        float(len(parts) > len(set(parts))),
        float(title[0].isdigit()),
        sum(map(set(text).__contains__, said)) / len(said) if said and text else nan,
    )


def _likeness(parts: Sequence[tuple[str, ...]], ours: tuple[str, ...]) -> float:
    """The best Jaccard likeness of a title's part to our own title."""
    wanted = set(ours)
    return max(len(wanted & set(part)) / len(wanted | set(part)) for part in parts)


def _links(links: tuple[PageLink, ...]) -> tuple[float, ...]:
    count = len(links)
    if not count:
        return (0.0, 0.0, 0.0, 0.0, nan, 0.0, 0.0, nan, nan, nan, 0.0, nan, nan, nan, nan, 0.0)
    facts = [_link(link.url, link.text) for link in links]
    hosts = Counter(fact.host for fact in facts)
    vice = sum(fact.vice for fact in facts)
    article = [fact for fact, link in zip(facts, links, strict=True) if link.position in MAIN_PART]
    return (
        log1p(count),
        log1p(len(article)),
        log1p(sum(fact.anchor.keyword for fact in article)),
        log1p(sum(fact.anchor.sold for fact in article)),
        sum(fact.front for fact in article) / len(article) if article else nan,
        log1p(sum(fact.front and fact.anchor.sold for fact in article)),
        log1p(sum(fact.front and fact.anchor.phrase for fact in article)),
        max(hosts.values()) / count,
        sum(fact.trade for fact in facts) / count,
        vice / count,
        log1p(vice),
        sum(fact.anchor.keyword for fact in facts) / count,
        sum(fact.paid for fact in facts) / count,
        sum(fact.cheap for fact in facts) / count,
        sum(any(word in link.rel for word in _COUNTED) for link in links) / count,
        log1p(sum("sponsored" in link.rel for link in links)),
    )


class _LinkFacts(NamedTuple):
    host: str
    anchor: Anchor
    trade: bool
    """Words of shops in the link's text or host."""
    vice: bool
    paid: bool
    cheap: bool
    front: bool


@lru_cache(maxsize=4096)  # pages of one blog share their links
def _link(url: str, text: str) -> _LinkFacts:
    host = host_of(url).removeprefix("www.")
    trade, vice, cheap = _in_host(host)
    anchor = anchor_of(text)
    return _LinkFacts(
        host=host,
        anchor=anchor,
        trade=trade or anchor.trade,
        vice=vice or anchor.vice,
        paid=any(map(url.lower().__contains__, _PAID)),
        cheap=cheap,
        front=is_front_page(url),
    )


@lru_cache(maxsize=8192)
def _in_host(host: str) -> tuple[bool, bool, bool]:
    """Whether a host has words of shops, words that honest hosts hardly hold, and a cheap suffix."""
    known = vocabulary()
    name, _, suffix = host.rpartition(".")
    return (
        trade_fragments(name) > 0,
        not known.vice.isdisjoint(name.replace(".", "-").split("-"))
        or any(map(name.__contains__, known.vice_in_hosts)),
        suffix in known.cheap_suffixes,
    )


def _elsewhere(address: str, context: FeatureContext) -> float:
    if not address:
        return 0.0
    domain = parse_url(address).domain
    final = parse_url(context.evidence.final_url).domain if context.evidence.final_url else context.source.domain
    return float(bool(domain) and domain not in (final, context.source.domain))


def _flag(value: bool | None) -> float:
    return nan if value is None else float(value)


def _log(count: int | None) -> float:
    return nan if count is None else log1p(count)


PAGE = Group.of("page", "the page's own words", PageFeatures, page_features, reads_evidence=True, reads_page=True)
"""The features of the source page's words and structure."""
