"""WordPress's export: streamed, mended where it is no XML, refused where it is dangerous."""

import gzip
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderator.errors import QueueError, RowError
from moderator.wordpress.wxr import ExportReader, WxrExport

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.1" -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>A blog</title>
<link>https://blog.example</link>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_blog_url>https://blog.example</wp:base_blog_url>
"""
TAIL = "</channel>\n</rss>\n"


def comment(number: int = 1, kind: str = "pingback", **fields: str) -> str:
    """One comment as WordPress exports it."""
    told = {
        "url": "https://a.example/1",
        "author": "A page",
        "approved": "0",
        "content": "[&#8230;] words [&#8230;]",
        "date": f"2026-01-01 00:{number // 60 % 60:02d}:{number % 60:02d}",
    } | fields
    return f"""<wp:comment>
<wp:comment_id>{number}</wp:comment_id>
<wp:comment_author><![CDATA[{told["author"]}]]></wp:comment_author>
<wp:comment_author_url>{told["url"]}</wp:comment_author_url>
<wp:comment_author_IP><![CDATA[192.0.2.1]]></wp:comment_author_IP>
<wp:comment_date_gmt><![CDATA[{told["date"]}]]></wp:comment_date_gmt>
<wp:comment_content><![CDATA[{told["content"]}]]></wp:comment_content>
<wp:comment_approved><![CDATA[{told["approved"]}]]></wp:comment_approved>
<wp:comment_type><![CDATA[{kind}]]></wp:comment_type>
<wp:commentmeta><wp:meta_key>comment_id</wp:meta_key><wp:meta_value>x</wp:meta_value></wp:commentmeta>
</wp:comment>
"""


def item(*comments: str, title: str = "A post", text: str = "Text of the post") -> str:
    """One post as WordPress exports it."""
    return f"""<item>
<title><![CDATA[{title}]]></title>
<link>https://blog.example/2026/post/</link>
<content:encoded><![CDATA[{text}]]></content:encoded>
<wp:post_id>3</wp:post_id>
{"".join(comments)}</item>
"""


def write(folder: Path, *items: str, head: str = HEAD, tail: str = TAIL) -> Path:
    path = folder / "export.xml"
    path.write_text(head + "".join(items) + tail, encoding="utf-8")
    return path


def test_pings_come_with_their_posts_and_comments_stay_out(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        item(comment(1), comment(2, "comment"), comment(3, ""), comment(4, "trackback", author="B", approved="1")),
        item(comment(5), title="Second"),
    )
    source = WxrExport(path)
    rows = list(source.read())
    cases = [source.case(row) for row in rows]
    assert [case.linkback.id for case in cases] == [f"blog.example#comment-000000000{n}" for n in (1, 4, 5)]
    assert cases[0].linkback.title == "A page" and cases[0].linkback.excerpt == "words"
    assert cases[0].post is not None and cases[0].post.text == "Text of the post"
    assert cases[0].linkback.target_url == "https://blog.example/2026/post/"
    assert (cases[1].label, cases[0].label) == ("ham", None)
    assert cases[1].linkback.blog_name == "B"
    assert cases[2].post is not None and cases[2].post.title == "Second"
    assert [row.position for row in rows] == [1, 2, 3]
    assert [row.position for row in source.read(after=2)] == [3]
    assert rows[0].line == 14


def test_gzip(tmp_path: Path) -> None:
    packed = tmp_path / "export.xml.gz"
    packed.write_bytes(gzip.compress(write(tmp_path, item(comment())).read_bytes()))
    assert len(list(WxrExport(packed).read())) == 1
    packed.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(QueueError, match="no whole gzip"):
        list(WxrExport(packed).read())


MENDED = [
    ("http://a.example/?a=1&b=2", "http://a.example/?a=1&b=2"),
    ("http://a.example/?a=1&amp;b=2", "http://a.example/?a=1&b=2"),
    ("http://a.example/?a=1&#038;b=2", "http://a.example/?a=1&b=2"),
    ("http://a.example/?copy&copy=1&", "http://a.example/?copy&copy=1&"),
]


@pytest.mark.parametrize(("written", "expected"), MENDED)
def test_addresses_that_wordpress_writes_bare(tmp_path: Path, written: str, expected: str) -> None:
    source = WxrExport(write(tmp_path, item(comment(url=written))))
    assert [source.case(row).linkback.source_url for row in source.read()] == [expected]


def test_control_characters_and_broken_utf8_do_not_end_the_reading(tmp_path: Path) -> None:
    path = write(tmp_path, item(comment(author="a\x08b"), comment(2)))
    path.write_bytes(path.read_bytes().replace(b"A page", b"A \xe9\xff page"))
    titles = [row.values["title"] for row in WxrExport(path).read()]
    assert titles == ["ab", "A \ufffd\ufffd page"]


def test_declared_encoding(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    text = (HEAD.replace("UTF-8", "ISO-8859-1") + item(comment(author="Café")) + TAIL).encode("latin-1")
    path.write_bytes(text)
    assert [row.values["title"] for row in WxrExport(path).read()] == ["Café"]


BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
BAD = {
    "entity bomb": (HEAD.replace("<rss", BOMB + "<rss") + TAIL, "document type"),
    "outer entity": (HEAD.replace("<rss", '<!DOCTYPE r SYSTEM "file:///etc/passwd"><rss') + TAIL, "document type"),
    "cut off": (HEAD + item(comment())[:-200], "cut off at line"),
    "cut off in a text": (HEAD + item(comment())[:-400], "cut off at line"),
    "empty": ("", "holds no XML"),
    "no xml": ("This is the export that you wanted.", "holds no XML"),
    "html": ("<!DOCTYPE html><html></html>", "document type"),
    "other xml": ("<rss><channel></channel></rss>", "no export of WordPress"),
    "encoding": (HEAD.replace("UTF-8", "rot13") + TAIL, "save it as UTF-8"),
    "endless tag": (HEAD + "<x " + "a" * (9 << 20), "tag of more than"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_in_one_line(tmp_path: Path, name: str) -> None:
    text, message = BAD[name]
    path = tmp_path / "export.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QueueError, match=message) as refused:
        list(WxrExport(path).read())
    assert "export.xml" in str(refused.value) and "\n" not in str(refused.value)


BEFORE = {
    "a blank line": "\n",
    "lines and spaces": "\n \t\r\n\n",
    "a mark, then a line": "\ufeff\n",
    "a line, then a mark": "\n\ufeff",
    "a notice": "<br />\n<b>Notice</b>: Undefined index: x in <b>/srv/theme.php</b> on line <b>3</b><br />\n",
    "a bare notice": "PHP Warning: 1 < 2 & so on\n",
}
BEHIND = {"a zero": "0", "a comment": "<!-- cached -->\n", "a notice": "<b>Warning</b>: a & b <c"}


@pytest.mark.parametrize("name", BEFORE)
def test_what_a_theme_prints_before_the_export_does_no_harm(tmp_path: Path, name: str) -> None:
    latin = HEAD.replace("UTF-8", "ISO-8859-1")
    path = write(tmp_path, item(comment(1), comment(2, title="x")), head=BEFORE[name] + HEAD)
    assert [row.error for row in WxrExport(path).read()] == ["", ""]
    if BEFORE[name].isascii():  # the declaration counts wherever it stands
        path.write_bytes((BEFORE[name] + latin + item(comment(author="Café")) + TAIL).encode("latin-1"))
        assert [row.values["title"] for row in WxrExport(path).read()] == ["Café"]


@pytest.mark.parametrize("name", BEHIND)
def test_what_stands_behind_the_export_does_no_harm(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, item(comment(1), comment(2)), tail=TAIL + BEHIND[name])
    assert len(list(WxrExport(path).read())) == 2


TEXTS = [
    ("a ]]> b", "a ]]> b"),
    ("a ]]]]><![CDATA[> b", "a ]]> b"),
    ("<p>x ]]> <b>bold & plain</p>", "<p>x ]]> <b>bold & plain</p>"),
    ("how to write <wp:comment> and </item>", "how to write <wp:comment> and </item>"),
    ("]]]]><![CDATA[></wp:comment> quoted", "]]></wp:comment> quoted"),
]


@pytest.mark.parametrize(("written", "expected"), TEXTS)
@pytest.mark.parametrize("size", [1, 7, 1 << 18])
def test_texts_that_break_xml(written: str, expected: str, size: int) -> None:
    data = (HEAD + item(comment(1, content=written), comment(2), text=written) + TAIL).encode()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    # the declaration stands in the first piece
    head = pieces[0] if size > 100 else data[:200]
    chunks = pieces if size > 100 else [head, *(data[at : at + size] for at in range(200, len(data), size))]
    found = list(ExportReader("x").read(chunks))
    assert [one.error for one in found] == ["", ""]
    assert found[0].columns["comment_content"] == expected
    assert found[0].columns["target_text"] == expected


def test_named_entities_and_bare_ands_outside_of_cdata(tmp_path: Path) -> None:
    head = HEAD.replace("<title>A blog</title>", "<title>Anna &amp; Ben &nbsp; A & B</title>")
    post = item(comment()).replace(
        "<wp:post_id>", "<guid isPermaLink='false'>https://blog.example/?p=3&x=1</guid><wp:post_id>"
    )
    post = post.replace("<![CDATA[A post]]>", "Caf&eacute; &hellip; &unknown; & more")
    post = post.replace("<wp:meta_key>comment_id", "<wp:meta_key>a&b")
    row = next(WxrExport(write(tmp_path, post, head=head)).read())
    assert row.values["target_title"] == "Café … &unknown; & more"


BROKEN = [
    ("<wp:comment_content><![CDATA[[&#8230;] words [&#8230;]]]></wp:comment_content>", "<wp:comment_content><![CDATA["),
    ("</wp:comment_author_url>", ""),
    ("]]></wp:comment_content>", "</wp:comment_content>"),
]


@pytest.mark.parametrize(("whole", "broken"), BROKEN)
def test_one_broken_comment_is_told_with_its_line_and_the_rest_is_read(tmp_path: Path, whole: str, broken: str) -> None:
    bad = comment(2).replace(whole, broken)
    source = WxrExport(write(tmp_path, item(comment(1), bad, comment(3)), item(comment(4))))
    rows = list(source.read())
    assert [bool(row.error) for row in rows] == [False, True, False, False]
    assert [source.case(row).linkback.id[-1] for row in rows if not row.error] == ["1", "3", "4"]
    assert rows[1].error.startswith("line 2") or rows[1].error.startswith("line 3")
    with pytest.raises(RowError, match="has no end where it should"):
        source.case(rows[1])


def test_a_broken_post_keeps_its_comments(tmp_path: Path) -> None:
    bad = item(comment(1)).replace("</title>", "")
    source = WxrExport(write(tmp_path, bad, item(comment(2))))
    assert len(list(source.read())) == 2
    assert len(source.notes) == 1 and "line 10: 'title'" in source.notes[0]


def meta(**values: str) -> str:
    return "".join(
        f"<wp:commentmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value>"
        "</wp:commentmeta>"
        for key, value in values.items()
    )


def test_comments_of_the_webmention_plugin_are_webmentions(tmp_path: Path) -> None:
    with_meta = comment(2, "comment", url="https://author.example/").replace(
        "</wp:comment>",
        meta(protocol="webmention", webmention_source_url="https://a.example/reply?x=1&y=2") + "</wp:comment>",
    )
    by_ping = comment(3, "mention").replace("</wp:comment>", meta(protocol="pingback") + "</wp:comment>")
    path = write(
        tmp_path,
        item(comment(1, "webmention"), with_meta, by_ping, comment(4, "like"), comment(5, "comment"))
        + item(comment(6, "order_note"), comment(7, "order_note"), comment(8, "")),
    )
    source = WxrExport(path)
    cases = [source.case(row) for row in source.read()]
    assert [case.linkback.kind for case in cases] == ["webmention", "webmention", "pingback", "webmention"]
    assert cases[1].linkback.source_url == "https://a.example/reply?x=1&y=2"
    assert source.left_out == {"comment": 2, "order_note": 2}


@pytest.mark.parametrize("label", ["UTF-8", "UTF-16"])
def test_utf16_is_read(tmp_path: Path, label: str) -> None:
    path = tmp_path / "export.xml"
    path.write_text(HEAD.replace("UTF-8", label) + item(comment(author="Café")) + TAIL, encoding="utf-16")
    assert [row.values["title"] for row in WxrExport(path).read()] == ["Café"]


def test_utf32_is_named(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    path.write_text(HEAD + TAIL, encoding="utf-32-be")
    with pytest.raises(QueueError, match="UTF-32"):
        list(WxrExport(path).read())


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(QueueError, match="there is no file"):
        WxrExport(tmp_path / "none.xml")


def test_a_ping_without_source_is_a_row_with_an_error(tmp_path: Path) -> None:
    source = WxrExport(write(tmp_path, item(comment(url=""), comment(2))))
    first, second = source.read()
    with pytest.raises(RowError, match=r"line \d+: source_url is missing"):
        source.case(first)
    assert source.case(second).linkback.source_url


def test_memory_is_flat() -> None:
    one = item(*[comment(number) for number in range(1, 200)], text="word " * 20_000).encode()

    def chunks(count: int) -> Iterator[bytes]:
        yield HEAD.encode()
        for _ in range(count):
            yield one
        yield TAIL.encode()

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            assert sum(1 for _ in ExportReader("x").read(chunks(count))) == 199 * count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few = peak(3)
    assert peak(15) < few * 1.5 + 1_000_000
