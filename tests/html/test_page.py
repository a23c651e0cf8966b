import gc
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from moderator.html.flatten import flatten, is_plain
from moderator.html.markup import Markup
from moderator.html.page import read_page
from moderator.records import LinkPosition
from tests.growth import assert_linear

URL = "https://blog.example.com/2024/05/entry/"
TARGET = "https://ours.example.org/posts/hello"
A = f'<a href="{TARGET}">hello</a>'


def link(href: str, inner: str = "hello") -> str:
    return f'<p>some words <a href="{href}">{inner}</a> more words</p>'


ARTICLE, BODY, HEADER, NAV = LinkPosition.ARTICLE, LinkPosition.BODY, LinkPosition.HEADER, LinkPosition.NAV
ASIDE, FOOTER, COMMENTS = LinkPosition.ASIDE, LinkPosition.FOOTER, LinkPosition.COMMENTS

# Name, page, whether it links, and further facts of the best link (or, with a leading dot, of the page).
PAGES: list[tuple[str, str | bytes, bool, dict[str, Any]]] = [
    # linking, in all spellings of the address
    ("plain", link(TARGET), True, {"text": "hello", "position": BODY, "hidden": False, "nofollow": False}),
    ("http for https", link("http://ours.example.org/posts/hello"), True, {}),
    ("www", link("https://www.ours.example.org/posts/hello"), True, {}),
    ("trailing slash", link(TARGET + "/"), True, {}),
    ("fragment", link(TARGET + "#comments"), True, {}),
    ("default port", link("https://ours.example.org:443/posts/hello"), True, {}),
    ("capitals in the host", link("HTTPS://OURS.Example.ORG/posts/hello"), True, {}),
    ("tracking parameters", link(TARGET + "?utm_source=x&amp;utm_medium=y&fbclid=1"), True, {}),
    ("percent-encoding", link("https://ours.example.org/%70osts/h%65llo"), True, {}),
    ("no scheme", link("//ours.example.org/posts/hello"), True, {}),
    ("white space around", link(f" \n{TARGET}\t"), True, {}),
    ("line break inside", link(TARGET.replace("/hello", "/\nhello")), True, {}),
    ("backslashes", link("https:\\\\ours.example.org\\posts\\hello"), True, {}),
    ("entities", link(TARGET.replace("/", "&#x2F;").replace(":", "&colon;")), True, {}),
    ("dot segments", link("https://ours.example.org/a/../posts/./hello"), True, {}),
    ("trailing dot of the host", link("https://ours.example.org./posts/hello"), True, {}),
    ("base href", f'<base href="https://ours.example.org/posts/">{link("hello")}', True, {}),
    ("base href, rooted", f'<base href="https://ours.example.org/">{link("/posts/hello")}', True, {}),
    ("first of two bases",
     f'<base href="//ours.example.org/"><base href="//x.example/">{link("posts/hello")}', True, {}),
    ("unquoted", f"<p>see <a href={TARGET}>hello</a>", True, {}),
    ("capital tags", f"<P>see <A HREF='{TARGET}'>hello</A>", True, {}),
    ("area", f'<map><area href="{TARGET}"></map>', True, {"text": ""}),
    ("picture inside", link(TARGET, '<img src="x.png" alt="y">'), True, {"text": "", "hidden": False}),
    ("nested markup inside", link(TARGET, "<b>hel</b>lo <i>there</i>"), True, {"text": "hel lo there"}),
    ("svg link", f'<svg><a href="{TARGET}"><text>x</text></a></svg>', True, {}),
    # not linking
    ("nothing", "", False, {".text": ""}),
    ("no link", "<p>words</p>", False, {".text": "words", ".outbound_links": 0}),
    ("other page", link("https://ours.example.org/posts/other"), False, {".outbound_links": 1}),
    ("other query", link(TARGET + "?p=2"), False, {}),
    ("front page", link("https://ours.example.org/"), False, {}),
    ("prefix of it", link("https://ours.example.org/posts"), False, {}),
    ("longer than it", link(TARGET + "-again"), False, {}),
    ("subdomain", link("https://x.ours.example.org/posts/hello"), False, {}),
    ("host with ours in front", link("https://ours.example.org.evil.example/posts/hello"), False, {}),
    ("other port", link("https://ours.example.org:8443/posts/hello"), False, {}),
    ("other scheme", link("ftp://ours.example.org/posts/hello"), False, {}),
    ("relative on another host", link("/posts/hello"), False, {".outbound_links": 0}),
    ("in a parameter", link("https://evil.example/?to=" + TARGET), False, {}),
    ("user name", link("https://ours.example.org@evil.example/posts/hello"), False, {}),
    ("javascript", link(f"javascript:open('{TARGET}')"), False, {".outbound_links": 0}),
    # pretending
    ("in text", f"<p>{TARGET}</p>", False, {}),
    ("in a comment", f"<!-- {A} -->", False, {}),
    ("in a script", f"<script>document.write('{A}')</script>", False, {}),
    ("in a json script", f'<script type="application/ld+json">{{"url": "{TARGET}"}}</script>', False, {}),
    ("in a style", f"<style>/* {A} */</style>", False, {}),
    ("in noscript", f"<noscript>{A}</noscript>", False, {}),
    ("in noscript in the head", f"<head><noscript>{A}</noscript></head><body>x", False, {}),
    ("in odd noscript", f"<head><NoScript\n x=y>{A}</NOSCRIPT ></head><body>x", False, {}),
    ("in a template", f"<template>{A}</template>", False, {}),
    ("in a template, another thing ends", f"<div><template></noscript></div></noframes>{A}</template>", False, {}),
    ("in noscript, another thing ends", f"<noscript></template></noframes></p>{A}</noscript>", False, {}),
    ("in noframes, another thing ends", f"<noscript></noscript><noframes></noscript>{A}</noframes>", False, {}),
    ("in noscript without end", f"<p>x<noscript><p>{A}", False, {".text": "x"}),
    ("after noscript with a comment", f"<noscript><!-- </noscript>{A}", True, {"snippet": "hello"}),
    ("after noscript in noscript", f"<noscript><noscript></noscript>{A}", True, {}),
    ("after the end of no noscript", f"x</noscript>{A}", True, {}),
    ("around noscript", f'<p>a<a href="{TARGET}"><noscript><b>n</b></noscript>hello</a>', True,
     {"text": "hello", "snippet": "a hello"}),
    ("in what is no noscript", f"<no\u017fcript>{A}</no\u017fcript><noscript\xa0>{A}", True, {}),
    ("frames", "<p>x<noframes>y</noframes>", False, {".text": "x"}),
    ("in a textarea", f"<textarea>{A}</textarea>", False, {}),
    ("in the title", f"<title>{A}</title>", False, {}),
    ("in an attribute", f"<p title='{A}'>x</p>", False, {}),
    ("in an iframe", f"<iframe>{A}</iframe>", False, {}),
    ("iframe of it", f'<iframe src="{TARGET}"></iframe>', False, {}),
    ("in xmp", f"<xmp>{A}</xmp>", False, {}),
    ("escaped", "&lt;a href='" + TARGET + "'>hello&lt;/a>", False, {}),
    ("link element", f'<link rel="alternate" href="{TARGET}">', False, {}),
    ("form", f'<form action="{TARGET}"><button>go</button></form>', False, {}),
    ("data attribute", f'<a data-href="{TARGET}">hello</a>', False, {}),
    ("no href", f'<a name="{TARGET}">hello</a>', False, {}),
    ("canonical and refresh",
     f'<link rel=canonical href="/x"><meta http-equiv=Refresh content="0; URL={TARGET}">', False,
     {".canonical": "https://blog.example.com/x", ".redirect": TARGET}),
    ("picture of it", f'<img src="{TARGET}">', False, {}),
    # where it stands
    ("article", f"<article>{link(TARGET)}</article>", True, {"position": ARTICLE}),
    ("main", f"<main>{link(TARGET)}</main>", True, {"position": ARTICLE}),
    ("entry", f'<div class="h-entry"><div class="e-content">{link(TARGET)}</div></div>', True, {"position": ARTICLE}),
    ("nav", f"<nav>{A}</nav>", True, {"position": NAV}),
    ("nav by role", f'<div role="navigation">{A}</div>', True, {"position": NAV}),
    ("header", f"<header>{A}</header>", True, {"position": HEADER}),
    ("footer", f"<article>x</article><footer>{A}</footer>", True, {"position": FOOTER}),
    ("footer by id", f'<div id="footer">{A}</div>', True, {"position": FOOTER}),
    ("aside", f"<aside>{A}</aside>", True, {"position": ASIDE}),
    ("sidebar", f'<div class="left sidebar">{A}</div>', True, {"position": ASIDE}),
    ("aside in an article", f"<article>x<aside>{A}</aside></article>", True, {"position": ASIDE}),
    ("article in an aside", f"<aside><article>{A}</article></aside>", True, {"position": ASIDE}),
    ("comments", f'<article>x<div id="comments"><p>{A}</p></div></article>', True, {"position": COMMENTS}),
    ("a comment", f'<ol class="commentlist"><li id="comment-12">{A}</li></ol>', True, {"position": COMMENTS}),
    ("comments open", f'<body class="comments"><article class="post">{A}</article>', True, {"position": ARTICLE}),
    ("best of several", f"<footer>{A}</footer><article>{A}</article><p hidden>{A}", True, {"position": ARTICLE}),
    # hidden from readers
    ("hidden attribute", f"<div hidden>{A}</div>", True, {"hidden": True}),
    ("display none", f'<div style="display : NONE">{A}</div>', True, {"hidden": True}),
    ("visibility", f'<a style="visibility:hidden" href="{TARGET}">x</a>', True, {"hidden": True}),
    ("opacity", f'<p style="opacity:0.0">{A}</p>', True, {"hidden": True}),
    ("little opacity", f'<p style="opacity:.8">{A}</p>', True, {"hidden": False}),
    ("tiny letters", f'<p style="font-size:0px">{A}</p>', True, {"hidden": True}),
    ("zero size", f'<p style="height:0;overflow:hidden">{A}</p>', True, {"hidden": True}),
    ("one pixel", f'<p style="width:1px;height:1px;overflow:hidden">{A}</p>', True, {"hidden": True}),
    ("off-screen", f'<p style="position:absolute;left:-9999px">{A}</p>', True, {"hidden": True}),
    ("indented away", f'<p style="text-indent:-9999em">{A}</p>', True, {"hidden": True}),
    ("clipped", f'<p style="position:absolute;clip:rect(0 0 0 0)">{A}</p>', True, {"hidden": True}),
    ("aria-hidden", f'<p aria-hidden="true">{A}</p>', True, {"hidden": False}),
    ("same colour", f'<p style="background:#fff"><a style="color:white" href="{TARGET}">x</a>', True, {"hidden": True}),
    ("white on bare page", f'<a style="color:rgb(255,255,255)" href="{TARGET}">x</a>', True, {"hidden": True}),
    ("white on a styled page", f'<link rel=stylesheet href=s><a style="color:#fff" href="{TARGET}">x</a>', True,
     {"hidden": False}),
    ("transparent", f'<a style="color:transparent" href="{TARGET}">x</a>', True, {"hidden": True}),
    ("other colours",
     f'<p style="background:#fff"><a style="color:#900" href="{TARGET}">x</a>', True, {"hidden": False}),
    ("empty link", f'<a href="{TARGET}"></a>', True, {"hidden": True, "text": ""}),
    ("invisible letters", f'<a href="{TARGET}">\u200b\u200d&nbsp;</a>', True, {"hidden": True}),
    ("one-pixel picture", f'<a href="{TARGET}"><img width=1 height=1 src=x></a>', True, {"hidden": True}),
    ("own style sheet", f"<style>/* x */ .q, p i {{left:-5000px;position:absolute}}</style><p class=q>{A}", True,
     {"hidden": True}),
    ("style for print only", f"<style>@media print {{.q {{display:none}}}}</style><p class=q>{A}", True,
     {"hidden": False}),
    ("closed dialog", f"<dialog>{A}</dialog>", True, {"hidden": True}),
    # rel
    ("nofollow", f'<a rel="external NoFollow" href="{TARGET}">x</a>', True, {"nofollow": True, "ugc": False}),
    ("ugc", f'<a rel="ugc" href="{TARGET}">x</a>', True, {"ugc": True, "nofollow": False}),
    ("sponsored", f'<a rel="sponsored noopener" href="{TARGET}">x</a>', True, {"sponsored": True}),
    # broken
    ("never closed", f"<div><p>see <a href='{TARGET}'>hello", True, {"text": "hello"}),
    ("crossed", f"<b><p>x</b><i><a href='{TARGET}'>hello</i></a></p>", True, {}),
    ("in a table's cracks", f"<table><a href='{TARGET}'>hello</a><tr><td>x</table>", True, {}),
    ("after the end", f"</body></html>{A}", True, {}),
    ("null characters", f"<p>\0{A}\0", True, {}),
    ("doctype and rubbish", f"<!DOCTYPE x [<!ENTITY y 'z'>]><?php echo 1 ?><![CDATA[ ]]>{A}", True, {}),
    ("quoted bracket", f"<p title='a > b'>{A}", True, {}),
    # charsets
    ("utf-8 by sight", f"<title>Grüße</title>{A}".encode(), True, {".title": "Grüße", ".charset": "utf-8"}),
    ("latin-1 by sight", f"<title>Grüße</title>{A}".encode("latin-1"), True, {".title": "Grüße", ".charset": "cp1252"}),
    ("meta charset", f"<meta charset=koi8-r><title>Привет</title>{A}".encode("koi8-r"), True, {".title": "Привет"}),
    ("meta content-type",
     f'<meta http-equiv=content-type content="text/html; charset=Shift_JIS"><title>例え</title>{A}'.encode("cp932"),
     True,
     {".title": "例え"}),
    ("byte order mark", b"\xef\xbb\xbf" + f"<meta charset=koi8-r><title>ß</title>{A}".encode(), True, {".title": "ß"}),
    ("utf-16", f"<title>ß</title>{A}".encode("utf-16"), True, {".title": "ß"}),
    ("meta lies of utf-16", f"<meta charset=utf-16><title>ß</title>{A}".encode(), True, {".title": "ß"}),
    ("meta in a comment", f"<!-- <meta charset=koi8-r> --><title>ß</title>{A}".encode(), True, {".title": "ß"}),
    ("unknown charset", f"<meta charset=zip_codec><title>x</title>{A}".encode(), True, {".title": "x"}),
    # the page as a whole
    ("names", '<title> A \n B </title><meta property="og:site_name" content="The Blog">', False,
     {".title": "A B", ".blog_name": "The Blog"}),
    ("counts", "".join(link(f"https://{host}/x") for host in ("a.com", "b.a.com", "www.c.net", "c.net"))
     + link("https://blog.example.com/y") + link("/z") + link("mailto:a@b.example"), False,
     {".outbound_links": 4, ".outbound_domains": 2}),
    ("half of it links", "<p>1234 <a href=/x>5678</a></p>", False, {".text": "1234 5678", ".link_text_share": 4 / 9}),
    ("unseen text", "<p>seen</p><script>s</script><style>t</style><noscript>u</noscript>", False, {".text": "seen"}),
]  # fmt: skip


def encoded(page: str | bytes) -> bytes:
    return page if isinstance(page, bytes) else page.encode("utf-8")


def test_enough_pages() -> None:
    names = [name for name, *_ in PAGES]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize(("page", "links", "facts"), [case[1:] for case in PAGES], ids=[case[0] for case in PAGES])
def test_pages(page: str | bytes, links: bool, facts: dict[str, Any]) -> None:
    seen = read_page(encoded(page), URL, TARGET)
    assert bool(seen.links) is links
    for name, expected in facts.items():
        actual = getattr(seen, name[1:]) if name.startswith(".") else getattr(seen.links[0], name)
        assert actual == expected, name


@pytest.mark.parametrize(
    ("page", "links"), [case[1:3] for case in PAGES if isinstance(case[1], str)], ids=lambda value: None
)
def test_flattened_pages_link_alike(page: str, links: bool) -> None:
    # A page that is too wild to parse is flattened; it must neither gain nor lose a link.
    wild = page + "<div>" * 10_000
    if "<textarea>" in page or "<xmp>" in page or "in a comment" in page:
        wild = "<div>" * 10_000 + page
    seen = read_page(wild.encode(), URL, TARGET)
    assert seen.nested
    assert bool(seen.links) is links


@pytest.mark.parametrize("name", ["article", "nav", "comments", "display none", "nofollow", "own style sheet", "names"])
def test_flattened_pages_keep_their_facts(name: str) -> None:
    page = next(case[1] for case in PAGES if case[0] == name)
    calm = read_page(encoded(page), URL, TARGET)
    wild = read_page(flatten(encoded(page).decode()).encode(), URL, TARGET)
    assert (wild.links, wild.title, wild.blog_name) == (calm.links, calm.title, calm.blog_name)


@pytest.mark.parametrize("tag", ["img", "video", "audio"])
def test_embeds_count_where_the_protocol_says_so(tag: str) -> None:
    page = f'<{tag} src="{TARGET}"></{tag}>'.encode()
    assert not read_page(page, URL, TARGET).links
    assert read_page(page, URL, TARGET, embeds=True).links


def test_xhtml_may_close_at_once() -> None:
    page = f'<html><head><title/><script src="x"/></head><body><div/><a id="top"/><p>{A}</p></body></html>'.encode()
    assert not read_page(page, URL, TARGET).links
    assert read_page(page, URL, TARGET, xml=True).links[0].text == "hello"


def test_international_names() -> None:
    page = b'<a href="http://xn--bcher-kva.example/stra%C3%9Fe">x</a>'
    assert read_page(page, URL, "https://bücher.example/straße").links


def test_snippet_surrounds_the_link() -> None:
    page = f"<p>{'before ' * 50}{A}{' after' * 50}</p><p>elsewhere</p>"
    snippet = read_page(page.encode(), URL, TARGET).links[0].snippet
    assert "before hello after" in snippet
    assert len(snippet) < 300 and "elsewhere" not in snippet


@pytest.mark.parametrize("name", ["u-in-reply-to", "u-like-of", "u-repost-of", "u-bookmark-of"])
def test_a_response_in_microformats_needs_no_text(name: str) -> None:
    def hidden(markup: str) -> bool:
        page = f"<title>x</title><article class=h-entry><p>Same here, we lost all the beans.</p>{markup}</article>"
        return read_page(page.encode(), URL, TARGET).links[0].hidden

    assert not hidden(f'<a class="{name}" href="{TARGET}"></a>')
    assert hidden(f'<a href="{TARGET}"></a>')
    assert hidden(f'<div style="display:none"><a class="{name}" href="{TARGET}"></a></div>')


def test_no_target_no_link() -> None:
    assert not read_page(b"<a href=''>x</a><a href='#'>y</a>", URL, "").links
    assert not read_page(b"<a href=''>x</a>", "not a url", "also none").links


U = {
    "div": "<div>",
    "a": "<a href=x>",
    "p a": "<p><a href=x>",
    "options": "<select><option>",
    "fonts": "<font id=1>",
    "lists": "<ul><li>",
    "brackets": "<",
    "open quote": '<a href="',
    "comments": "<!--",
    "ends": "</div>",
    "tables": "<table><tr><td>",
    "crossed": "<b><div></b>",
    "svg": "<svg><g>",
    "templates": "<template>",
    "scripts": "<script></script>",
    "styles": "<style>a{",
    "titles": "<title>",
    "entities": "&lt;&#x41;",
    "quoted brackets": '<p t="<">',
    "split tag": '<a x="<" ' + "y " * 300,
    "split tag, other bracket": '<a x=">" ' + "y " * 300,
    "equals": "= ",
    "equals and quote": '="',
    "spaces": "a" + " " * 50,
    "noscripts": "<noscript>",
    "braces": "<style>" + "}{" * 50,
    "metas": "<meta charset",
    "links": f'<div><a href="{TARGET}">x</a></div>',
    "links of us": A,
    "https": "<a href=https://",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(U))
def test_time_grows_with_length_and_no_faster(name: str) -> None:
    assert_linear(lambda size: read_page((U[name] * (size // len(U[name]) + 1))[:size].encode(), URL, TARGET))


def test_a_link_deep_down_is_found() -> None:
    for page in (
        "<div>" * 40_000 + A + "</div>" * 40_000,
        "<p>" + "".join(f"<font id={n}>" for n in range(3000)) + "<p>x" * 3000 + A,
        "<a" + " x" * 100_000 + ">y</a>" + A,
        '<a x="' + '>" y="' * 20_000 + '">y</a>' + A,
        "<a href=/a>b</a>" * 100_000 + A,
        "<select>" + "<option>x" * 50_000 + "</select>" + A,
    ):
        assert read_page(page.encode(), URL, TARGET).links, page[:40]


@pytest.mark.parametrize(
    "trick",
    [
        f"<template>{A}</template>",
        f"<div><template></div>{A}</template>",
        f"<template><template></template>{A}</template>",
        f"<p><template><title></template></title>{A}</template>",
        f"<noscript>{A}</noscript>",
        f"<noscript></template></div>{A}</noscript>",
    ],
)
def test_what_is_inert_stays_so_when_flattened(trick: str) -> None:
    deep = "<div>" * 7000
    for page in (trick + deep, deep + trick, "<div>" * 150 + trick + deep):
        seen = read_page(page.encode(), URL, TARGET)
        assert seen.nested and not seen.links, page[:60]
    assert read_page((deep + trick + A).encode(), URL, TARGET).links


@pytest.mark.parametrize(
    ("around", "hidden"),
    [
        (f"<div>{A}</div>", False),
        (f"<div hidden>{A}</div>", True),
        (f"<section style='display:none'><div>{A}", True),
        (f"<div hidden><a href=/>else</a></div>{A}", False),
        (f"<div hidden><a href=/>else</a>{A}</div>", True),
        (f"<p hidden>else<p>{A}", False),
        (f"</div><section><div hidden></section></div></div>{A}", False),
    ],
)
def test_what_is_too_deep_to_keep_still_hides_its_links(around: str, hidden: bool) -> None:
    [link] = read_page(("<div>" * 7000 + around).encode(), URL, TARGET).links
    assert link.hidden is hidden


def test_ordinary_pages_are_parsed_as_they_are() -> None:
    paragraph = '<p class="x">words <b>and</b> <i class="y">more</i> <a href="/z" title="a &gt; b">words</a></p>\n'
    page = "<html><body>" + paragraph * 1000 + "<script>var x = '<b>';</script></body></html>"
    assert is_plain(Markup(page))
    assert not read_page(page.encode(), URL, TARGET).nested


PIECES = [*U.values(), A, TARGET, "</a>", "</p>", "</b>", "</template>", "</select>", "-->", '"', "'", ">", "x", "\0"]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=40), st.booleans())
@settings(max_examples=200, deadline=None)
def test_never_raises(pieces: list[str], deep: bool) -> None:
    page = ("<div>" * 7000 if deep else "") + "".join(pieces)
    seen = read_page(page.encode("utf-8", "replace"), URL, TARGET, embeds=True)
    assert 0 <= seen.link_text_share <= 1
    assert seen.outbound_domains <= seen.outbound_links


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "utf-16", "koi8-r", "zip", "iso-2022-jp", "\0"]))
@settings(max_examples=200, deadline=None)
def test_never_raises_on_bytes(data: bytes, charset: str) -> None:
    read_page(data, URL, TARGET, charset=charset)


def test_random_markup_keeps_its_link_when_flattened() -> None:
    chooser = random.Random(7)
    tags = ["div", "p", "ul", "li", "b", "section", "span", "table", "tr", "td", "h2", "blockquote", "em"]
    for _ in range(100):
        parts = []
        for _ in range(chooser.randrange(60)):
            tag = chooser.choice(tags)
            parts.append(f"</{tag}>" if chooser.random() < 0.4 else f'<{tag} class="c">text')
        parts.insert(chooser.randrange(len(parts) + 1), A)
        page = "".join(parts)
        assert bool(read_page(flatten(page).encode(), URL, TARGET).links)


def test_a_page_is_freed_as_soon_as_it_is_read() -> None:
    """A hostile page takes tens of megabytes, which must not wait for a collection of cycles."""
    gc.collect()
    gc.disable()
    try:
        html = b"<style>a{color:red}</style><main style='opacity:0'>See <a href=/b>this</a>.</main><script></script>"
        assert read_page(html, "https://a.example/", "https://a.example/b").links
        assert not any(isinstance(kept, LexborHTMLParser) for kept in gc.get_objects())
    finally:
        gc.enable()
