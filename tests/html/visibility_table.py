"""Ways to hide a link from readers, and links that only look hidden: each a page, with what a browser shows.

`tests/html/test_visibility.py` holds our reading against the table, `tests/browser/test_visibility_table.py` holds
the table against Chromium. `L` stands for the link's opening tag.
"""

from __future__ import annotations

from typing import NamedTuple

TARGET = "https://ours.example/post"
LINK = f'<a class="lnk" id="it" href="{TARGET}">as they wrote</a>'
OPEN = f'<a class="lnk" id="it" href="{TARGET}">'
PROSE = "<p>We lost the beans as well, and half of what stood under glass, in the night of the late frost.</p>"


class Page(NamedTuple):
    """One page of the table."""

    name: str
    body: str
    """What the body holds; ``{L}`` is the link, ``{O}`` its opening tag."""
    head: str = ""
    body_tag: str = "<body>"
    doctype: str = "<!DOCTYPE html>"

    @property
    def html(self) -> str:
        """The whole page."""
        body = self.body.replace("{L}", LINK).replace("{O}", OPEN)
        return (
            f"{self.doctype}<html><head><meta charset=utf-8><title>Frost</title>{self.head}</head>"
            f"{self.body_tag}{PROSE}{body}{PROSE}</body></html>"
        )


def _css(name: str, css: str, body: str = "<div class=box><p>And {L} of it.</p></div>", **more: str) -> Page:
    return Page(name, body, head=f"<style>{css}</style>" + more.pop("head", ""), **more)


def _on(name: str, style: str, body: str = '<p style="{S}">And {L} of it.</p>') -> Page:
    return Page(name, body.replace("{S}", style))


HIDDEN = [
    _on("display none", "display:none"),
    _on("display none, shouted", "DISPLAY : NONE !IMPORTANT"),
    _on("display none, with a comment inside", "display:/* block */none"),
    _on("display none, escaped", r"d\69 splay:none"),
    _on("visibility hidden", "visibility:hidden"),
    _on("visibility collapse", "visibility:collapse"),
    _on("opacity 0", "opacity:0"),
    _on("opacity 0 %", "opacity:0%"),
    _on("opacity almost 0", "opacity:.01"),
    _on("filter opacity", "filter:opacity(0)"),
    _on("font size 0", "font-size:0"),
    _on("font shorthand 0", "font:0/0 a"),
    Page("font size 0, whatever its share", '<div style="font-size:0"><p style="font-size:2em">And {L}</p></div>'),
    _on("font size by calc", "font-size:calc(0px)"),
    _on("height 0 and overflow", "height:0;overflow:hidden"),
    _on("one pixel and overflow", "width:1px;height:1px;overflow:hidden"),
    _on("max-height 0 and overflow-y", "max-height:0;overflow-y:hidden"),
    _on("height 0 and clip", "height:0;overflow:clip"),
    _on("height 0 that scrolls", "height:0;overflow:auto"),
    _on("line-height 0 and overflow", "line-height:0;overflow:hidden"),
    _on("off to the left", "position:absolute;left:-9999px"),
    _on("off to the left in em", "position:absolute;left:-999em"),
    _on("off by the window's width", "position:absolute;left:-100vw;width:300px"),
    _on("off upwards", "position:fixed;top:-2000px"),
    _on("off by inset", "position:absolute;inset:-5000px auto auto -5000px"),
    _on("relative and off", "position:relative;left:-3000px"),
    _on("indented away", "text-indent:-9999px;white-space:nowrap"),
    _on("margin away", "margin-left:-9999px"),
    _on("translated away", "transform:translateX(-9999px)"),
    _on("translated by property", "translate:-9999px"),
    _on("scaled to nothing", "transform:scale(0)"),
    _on("scaled flat", "transform:scaleY(0)"),
    _on("scaled by property", "scale:0"),
    _on("matrix of nothing", "transform:matrix(0,0,0,0,0,0)"),
    _on("turned edgewise", "transform:rotateY(90deg)"),
    _on("clipped", "position:absolute;clip:rect(0,0,0,0)"),
    _on("clipped to a pixel", "position:absolute;clip:rect(1px 1px 1px 1px)"),
    _on("clip-path inset", "clip-path:inset(50%)"),
    _on("clip-path inset on one side", "clip-path:inset(0 100% 0 0)"),
    _on("clip-path circle", "clip-path:circle(0)"),
    _on("clip-path polygon", "clip-path:polygon(0 0,0 0,0 0)"),
    _on("masked", "mask-image:linear-gradient(transparent,transparent)"),
    _on("content-visibility", "content-visibility:hidden"),
    _on("white on white", "", f'<p>And <a style="color:#fff;text-decoration:none" href="{TARGET}">they wrote</a>.</p>'),
    _on(
        "white on white by rgb",
        "",
        f'<p>And <a style="color:rgb(255 255 255);text-decoration:none" href="{TARGET}">x</a>',
    ),
    _on(
        "white on white by hsl",
        "",
        f'<p>And <a style="color:hsl(0 0% 100%);text-decoration:none" href="{TARGET}">x</a>',
    ),
    _on("almost white on white", "", f'<p>And <a style="color:#fdfdfd;text-decoration:none" href="{TARGET}">x</a>'),
    _on("transparent letters", "", f'<p>And <a style="color:transparent;text-decoration:none" href="{TARGET}">x</a>'),
    _on("letters with alpha 0", "", f'<p>And <a style="color:#0000;text-decoration:none" href="{TARGET}">x</a>'),
    _on(
        "transparent fill",
        "",
        f'<p><a style="-webkit-text-fill-color:transparent;text-decoration:none" href="{TARGET}">x</a>',
    ),
    _on(
        "the ground's own colour",
        "background:#123456",
        f'<p style="background:#123456"><a style="color:#123456;text-decoration:none" href="{TARGET}">x</a>',
    ),
    Page(
        "old letters on old ground",
        f'<p><a href="{TARGET}" style="text-decoration:none"><font color=ffffff>x</font></a>',
    ),
    Page(
        "links of the page's colour",
        "<p>And {L}</p>",
        body_tag="<body bgcolor=#ffffff link=#ffffff>",
        head="<style>a{text-decoration:none}</style>",
    ),
    Page("hidden attribute", "<p hidden>And {L} of it.</p>"),
    Page("hidden until found", '<div hidden="until-found">And {L} of it.</div>'),
    Page("closed dialog", "<dialog>And {L} of it.</dialog>"),
    Page("closed popover", "<div popover>And {L} of it.</div>"),
    Page("data list", "<datalist>{L}</datalist>"),
    Page("fallback of a canvas", "<canvas>{L}</canvas>"),
    Page("fallback of a video", "<video controls>{L}</video>"),
    Page("fallback of a meter", "<meter value=1>{L}</meter>"),
    Page("definitions of a drawing", "<svg width=99 height=9><defs><text>{L}</text></defs></svg>"),
    Page("ruby parenthesis", "<ruby>x<rp>{L}</rp></ruby>"),
    Page("nothing in it", "<p>And {O}</a> of it.</p>"),
    Page(
        "blanks without ink",
        "<p>And {O}\u200b\u200d\u3000&nbsp;</a> of it.</p>",
        head="<style>a{text-decoration:none}</style>",
    ),
    Page(
        "one-pixel picture",
        "<p>And {O}<img width=1 height=1 alt=''></a> of it.</p>",
        head="<style>a{text-decoration:none}</style>",
    ),
    Page("its words hidden inside", "<p>And {O}<span style=display:none>as they wrote</span></a> of it.</p>"),
    _css("class", ".box{display:none}"),
    _css("class of the link", ".lnk{display:none}"),
    _css("id", "#it{visibility:hidden}"),
    _css("element", "p{font-size:0}", "<div><p>And {L}</p></div>"),
    _css("child", ".box > p{display:none}"),
    _css("descendant", "body div p a{opacity:0}"),
    _css("attribute", "[class^=bo]{display:none}"),
    _css("attribute of the address", 'a[href*="ours.example"]{display:none}'),
    _css("first child", ".box :first-child{display:none}"),
    _css("not", ".box:not(.seen){display:none}"),
    _css("is", ":is(.nav,.box) p{display:none}"),
    _css("sibling", "h2 + .box{display:none}", "<h2>Frost</h2><div class=box>{L}</div>"),
    _css("list of selectors", "h1, .box, h2{display:none}"),
    _css("important wins", ".box{display:none!important} .box{display:block}"),
    _css("the narrower one wins", "#b.box{display:none} .box{display:block}", "<div class=box id=b>{L}</div>"),
    _css("the later one wins", ".box{display:block} .box{display:none}"),
    _css("media that holds", "@media screen and (min-width:600px){.box{display:none}}"),
    _css("supports", "@supports (display:grid){.box{display:none}}"),
    _css("a layer", "@layer base{.box{display:none}}"),
    _css("variable", ":root{--no:none}.box{display:var(--no)}"),
    _css("variable's fallback", ".box{display:var(--nothing,none)}"),
    _css("white by variable", ":root{--c:#fff}a{color:var(--c);text-decoration:none}"),
    _css("style of all elements", "*{color:#fff}a{text-decoration:none}"),
    _css("animation that ends hidden", "@keyframes out{to{opacity:0}}.box{animation:out .01s forwards}"),
    _css("without a doctype", ".BOX{display:none}", doctype=""),
    _css("behind its ground", ".box{background:#eee}p{position:relative;z-index:-1}"),
    _css("nested rule", ".box{color:red;@media screen{display:none}}"),
    _css("closed accordion", ".box{max-height:0;overflow:hidden;transition:max-height .3s}"),
]

_SCRIPT = "<script>document.documentElement.classList.add('ready');document.body&&0</script>"

SHOWN = [
    Page("plain", "<p>And {L} of it.</p>"),
    _css("print", "@media print{.box{display:none}}"),
    _css("narrow screens", "@media (max-width:600px){.box{display:none}}"),
    _css("narrow screens, by range", "@media (width < 600px){.box{display:none}}"),
    _css("dark mode", "@media (prefers-color-scheme:dark){body{background:#000}a{color:#000}}"),
    _css("less motion", "@media (prefers-reduced-motion:reduce){.box{display:none}}"),
    _css("no mouse", "@media (hover:none){.box{display:none}}"),
    Page("sheet for print", "<p>{L}</p>", head="<style media=print>p{display:none}</style>"),
    Page("style without scripts", "<p>{L}</p>", head="<noscript><style>p{display:none}</style></noscript>"),
    _css("mobile menu", ".box{display:none}@media (min-width:48em){.box{display:block}}"),
    _css("only when hovered", ".box:hover{opacity:0}"),
    _css("only another", ".box.other, #else, .box > h1{display:none}"),
    _css("only an empty one", "p:empty{display:none}"),
    _css("overruled", ".box{display:none}.box{display:block}"),
    _css("overruled by weight", "div.box{display:block}.box{display:none}"),
    _css("overruled by a layer's rank", ".box{display:block}@layer base{.box{display:none}}"),
    _css("hidden attribute, overruled", "[hidden]{display:block}", "<div hidden>{L}</div>"),
    _css("visible inside hidden", ".box{visibility:hidden}a{visibility:visible}"),
    _css("letters with a size of their own", ".box{font-size:0}p{font-size:16px}"),
    _css("sticky header", ".box{position:sticky;top:-40px;height:60px;overflow:hidden}"),
    _css("moved a little", ".box{position:relative;left:-10px;margin-left:-2px}"),
    _css("overflow without a size", ".box{overflow:hidden}"),
    _css("size without overflow", ".box{height:0}"),
    _css("inline and without size", "a{height:0;width:0;overflow:hidden}"),
    _css("box of a ratio", ".box{height:0;padding-bottom:30%;overflow:hidden}"),
    _css("not positioned", ".box{left:-9999px;clip:rect(0,0,0,0)}"),
    _css("fades in by itself", "@keyframes in{from{opacity:0}to{opacity:1}}.box{opacity:0;animation:in .01s forwards}"),
    _css("pulses", "@keyframes p{50%{opacity:0}}.box{animation:p 9s infinite}"),
    _css(
        "page fades in",
        "body{opacity:0}body.ready{opacity:1}",
        "<p>{L}</p><script>document.body.classList.add('ready')</script>",
    ),
    _css(
        "guard against clickjacking",
        "",
        "<p>{L}</p>",
        head="<style id=acj>body{display:none!important}</style>"
        "<script>document.getElementById('acj').remove()</script>",
    ),
    _css(
        "fonts that load",
        "html{visibility:hidden}",
        "<p>{L}</p><script>document.documentElement.style.visibility='visible'</script>",
    ),
    _css(
        "revealed when scrolled to",
        ".box{opacity:0;transform:translateY(20px)}.box.seen{opacity:1;transform:none}",
        "<div class=box>{L}</div><script>document.querySelector('.box').classList.add('seen')</script>",
    ),
    _css(
        "start of an AMP page",
        "body{animation:-amp-start .01s steps(1,end) 0s 1 normal both}"
        "@keyframes -amp-start{from{visibility:hidden}to{visibility:visible}}",
    ),
    Page("closed details", "<details><summary>More</summary>And {L} of it.</details>"),
    Page("open dialog", "<dialog open>And {L} of it.</dialog>"),
    Page("only for those who see", '<p aria-hidden="true">And {L}</p>'),
    _css("white on a gradient", ".box{background:linear-gradient(#123,#456)}a{color:#fff}"),
    _css("white on dark by hsl", ".box{background:hsl(210 50% 20%)}a{color:#fff}"),
    _css("white on dark by variable", ":root{--night:#012}.box{background:var(--night)}a{color:#fff}"),
    _css("white on dark by percent", ".box{background:rgb(0 0 0 / 80%)}a{color:#fff}"),
    Page(
        "white on an old ground",
        f'<table bgcolor="#000033"><tr><td><a href="{TARGET}" style="color:#fff">x</a></td></tr></table>',
    ),
    _css("dark scheme", ":root{color-scheme:dark}a{color:#fff}"),
    _css("white words around a blue link", "p{color:#fff}"),
    _css("gradient letters", "a{color:transparent;background:linear-gradient(red,blue);-webkit-background-clip:text}"),
    _css("letters by their shadow", "a{color:transparent;text-shadow:0 0 2px #000}"),
    _css("half transparent", ".box{opacity:.5}"),
    _css("words by the sheet", "a::before{content:'read it'}", "<p>And {O}</a></p>"),
    _css("unknown value", ".box{display:nonesuch;color:nosuch}"),
    _css("broken rule", ".box:nosuch(, .box{display:none}", "<p>{L}</p>"),
    Page("picture", "<p>{O}<svg width=40 height=40><rect width=40 height=40 fill=red /></svg></a></p>"),
    Page("one of its words hidden", "<p>{O}<span hidden>as</span> they wrote</a></p>"),
    Page("upper case on a page with a doctype", "<div class=box>{L}</div>", head="<style>.BOX{display:none}</style>"),
]
