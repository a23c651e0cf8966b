"""Domain reputation, first part: what the source's address shows by itself."""

from __future__ import annotations

import re
from math import log1p, nan
from typing import Annotated, NamedTuple

from moderator.features.base import Group
from moderator.features.context import FeatureContext
from moderator.features.hostname import host_shape, share_spelled
from moderator.features.permalink import PATH_LIMIT, permalink
from moderator.records import Kind
from moderator.text import content_words, count_of, plain, title_parts, vocabulary

__all__ = ["DOMAIN", "DomainFeatures", "domain_features"]

_DATE = re.compile(r"/(?:19|20)\d\d(?:[/-][01]?\d(?:[0-3]\d)?|[01]\d(?:[0-3]\d)?)(?!\d)")
_YEAR = re.compile(r"/(?:19|20)\d\d/")
_POST_NUMBER = re.compile(r"(?:^|&)p(?:age_id)?=\d+$")
_RANDOM = re.compile(r"[a-z][A-Z]|[A-Za-z]\d[A-Za-z]|[A-Z]\d|\d[A-Z]")
_TOKEN = re.compile("[a-z]+")
_SLUG_WORD = re.compile("[a-z0-9]+")
_PAGES = frozenset({"html", "htm", "shtml"})
_SCRIPTS = frozenset({"php", "php3", "php4", "php5", "asp", "aspx", "cfm", "cgi", "jsp", "pl"})


class DomainFeatures(NamedTuple):
    """The source's host and path. All but `no_host` and `self_ping` are nan where the host is unusable."""

    no_host: Annotated[float, "the source's address has no usable host"]
    ip_address: Annotated[float, "the source's host is a bare IP address"]
    name_length: Annotated[float, "length of the domain's name in characters"]
    name_hyphens: Annotated[float, "hyphens in the host name"]
    name_digits: Annotated[float, "digits in the domain's name"]
    name_digit_share: Annotated[float, "share of digits in the domain's name"]
    name_labels: Annotated[float, "labels in front of the domain, beside www and blog"]
    punycode: Annotated[float, "the host name is written in another script"]
    suffix_class: Annotated[float, "sort of suffix: 0 institution, 1 country, 2 org, 3 com or net, 4 cheap"]
    blog_host: Annotated[float, "the source is a blog on a platform for blogs"]
    blogspot: Annotated[float, "the source is a blog at blogspot"]
    silo: Annotated[float, "the source is a page at a site that tells its authors by paths"]
    page_host: Annotated[float, "the source is a page at a site where anybody gets one and few people link from"]
    name_trade_words: Annotated[float, "words of shops and search traffic in the host name"]
    name_vowel_share: Annotated[float, "share of vowels among the host name's letters"]
    name_consonant_run: Annotated[float, "longest run of consonants in the host name"]
    odd_port: Annotated[float, "the address names a port that is not the usual one"]
    url_length: Annotated[float, "length of the address, log(1 + characters)"]
    root_only: Annotated[float, "the address is a front page"]
    depth: Annotated[float, "path segments"]
    dated_path: Annotated[float, "a date in the path: 1 with month, 0.5 year only"]
    page_extension: Annotated[float, "the path ends in .html or the like"]
    script_extension: Annotated[float, "the path ends in .php or the like"]
    post_number: Annotated[float, "the query is a post's number (?p=12)"]
    query_junk: Annotated[float, "there is a query that is no post's number"]
    query_parameters: Annotated[float, "parameters of the query"]
    slug_words: Annotated[float, "words in the last path segment"]
    slug_length: Annotated[float, "length of the last path segment, at most 120"]
    path_digit_share: Annotated[float, "share of digits in a path without a date"]
    mixed_case_segments: Annotated[float, "path segments in mixed case"]
    short_code_segments: Annotated[float, "path segments of 2 to 5 letters and digits mixed"]
    random_segments: Annotated[float, "path segments that look random"]
    embedded_url: Annotated[float, "another address stands inside the address"]
    feed_words: Annotated[float, "the path names a feed, sitemap or trackback"]
    blog_words: Annotated[float, "the address names a blog, archive or post"]
    member_words: Annotated[float, "the address names a member, profile, forum, redirect or search"]
    system_directory: Annotated[float, "the path leads through a directory of images, scripts or uploads"]
    path_trade_words: Annotated[float, "words of shops and search traffic in the path"]
    address_vice_words: Annotated[float, "words that honest posts hardly hold in host and path"]
    title_spells_name: Annotated[float, "share of the domain's name that the title's words spell"]
    title_names_site: Annotated[float, "share of the domain's name that a title of several parts spells"]
    title_spells_subdomain: Annotated[float, "share of the labels in front of the domain that the title's words spell"]
    title_in_name: Annotated[float, "share of the title's longer words that stand in the host name"]
    title_in_slug: Annotated[float, "share of the title's words that stand in the last path segment"]
    blog_spells_name: Annotated[float, "share of the host name that the blog name's words spell"]
    blog_in_slug: Annotated[float, "share of the blog name's words that stand in the last path segment"]
    blog_spells_path: Annotated[float, "share of the path that the blog name's words spell"]
    self_ping: Annotated[float, "source and target have the same author; unknown for trackbacks, which prove nothing"]


_EMBEDDED = ("http:", "https:", "http%3a", "https%3a")
"""How another address begins in a path or query."""
_UNUSABLE = DomainFeatures(1.0, *([nan] * (len(DomainFeatures._fields) - 1)))


def domain_features(context: FeatureContext) -> DomainFeatures:
    """Reads the source's address, alone and beside the title and blog name sent.

    Args:
        context: The shared inputs; source, target, kind and the words of title and blog name are read.

    Returns:
        The features; those beside a title or blog name are nan where there is none.
    """
    source, target = context.source, context.target
    if not source.host:
        return _UNUSABLE
    known = vocabulary()
    shape = host_shape(source)
    path = permalink(source.path)
    query = source.query[:PATH_LIMIT]
    lower_query = query.lower()
    in_path = set(_TOKEN.findall(path.lower))
    tokens = in_path.union(_TOKEN.findall(lower_query)) if query else in_path
    segments = path.segments
    post_number = bool(query) and _POST_NUMBER.search(lower_query) is not None
    has_date = _DATE.search(source.path[:PATH_LIMIT]) is not None
    dated = 1.0 if has_date else 0.5 if _YEAR.search(source.path[:PATH_LIMIT]) else 0.0
    rest = source.text[8 : 8 + 2 * PATH_LIMIT].lower()
    words, name_words = context.title_words, context.name_words
    slug = set(path.slug)
    spelled = share_spelled(shape.label, words) if words else nan
    return DomainFeatures(
        no_host=0.0,
        ip_address=float(source.is_ip),
        name_length=shape.length,
        name_hyphens=shape.hyphens,
        name_digits=shape.digits,
        name_digit_share=shape.digit_share,
        name_labels=shape.labels,
        punycode=shape.punycode,
        suffix_class=shape.suffix_class,
        blog_host=shape.blog_host,
        blogspot=shape.blogspot,
        silo=shape.silo,
        page_host=shape.page_host,
        name_trade_words=shape.trade_words,
        name_vowel_share=shape.vowel_share,
        name_consonant_run=shape.consonant_run,
        odd_port=float(source.port is not None),
        url_length=log1p(len(source.text)),
        root_only=float(not segments and not query),
        depth=float(len(segments)),
        dated_path=dated,
        page_extension=float(path.extension in _PAGES),
        script_extension=float(path.extension in _SCRIPTS),
        post_number=float(post_number),
        query_junk=float(bool(query) and not post_number),
        query_parameters=float(query.count("&") + 1 if query else 0),
        slug_words=float(len(path.slug)),
        slug_length=float(min(len(path.stem), 120)),
        path_digit_share=0.0 if has_date else _digit_share(path.lower),
        mixed_case_segments=_mixed_case(segments),
        short_code_segments=float(sum(map(_is_code, segments))),
        random_segments=_random_segments(segments),
        embedded_url=float("http" in rest and any(start in rest for start in _EMBEDDED)),
        feed_words=float(not known.feed_words.isdisjoint(tokens)),
        blog_words=float(
            not known.blog_words.isdisjoint(in_path) or source.host.startswith(("blog.", "blogs.", "weblog."))
        ),
        member_words=float(not known.member_words.isdisjoint(tokens)),
        system_directory=float(not known.system_directories.isdisjoint(map(str.lower, segments[:-1]))),
        path_trade_words=float(len(known.trade & in_path)),
        address_vice_words=float(len(known.vice & in_path)) + shape.vice_words,
        title_spells_name=spelled,
        title_names_site=spelled if not words or len(title_parts(plain(context.linkback.title))) > 1 else 0.0,
        title_spells_subdomain=share_spelled(shape.under, words) if words else nan,
        title_in_name=_share_in_name(words, shape.letters),
        title_in_slug=_share_in_slug(words, slug),
        blog_spells_name=share_spelled(shape.label + shape.under, name_words) if name_words else nan,
        blog_in_slug=_share_in_slug(name_words, slug),
        blog_spells_path=share_spelled("".join(_SLUG_WORD.findall(path.lower)), name_words) if name_words else nan,
        self_ping=nan
        if context.linkback.kind is Kind.TRACKBACK or not target.host
        else float(source.author == target.author),
    )


def _digit_share(text: str) -> float:
    return count_of(text, "0123456789") / len(text) if text else 0.0


def _mixed_case(segments: tuple[str, ...]) -> float:
    path = "/".join(segments)
    if path == path.lower():  # most are
        return 0.0
    return float(sum(segment != segment.lower() and segment != segment.upper() for segment in segments))


def _random_segments(segments: tuple[str, ...]) -> float:
    if not _RANDOM.search("/".join(segments)):  # one look is enough for most paths
        return 0.0
    return float(sum([_RANDOM.search(segment) is not None for segment in segments]))


def _is_code(segment: str) -> bool:
    return 2 <= len(segment) <= 5 and segment.isalnum() and not segment.isdigit() and not segment.isalpha()


def _share_in_name(words: tuple[str, ...], letters: str) -> float:
    """Share of the words of four letters or more, small words left out, that stand in a host name."""
    longer = [word for word in content_words(words) if len(word) > 3]
    return sum([word in letters for word in longer]) / len(longer) if longer and letters else nan


def _share_in_slug(words: tuple[str, ...], slug: set[str]) -> float:
    """Share of the words of three letters or more, small words left out, that stand in a slug; nan without either."""
    longer = [word for word in content_words(words) if len(word) > 2]
    return sum(map(slug.__contains__, longer)) / len(longer) if longer and slug else nan


DOMAIN = Group.of("domain", "domain reputation", DomainFeatures, domain_features)
"""The features of the source's address."""
