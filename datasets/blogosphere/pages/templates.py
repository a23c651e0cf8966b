"""HTML templates of blog software through the eras, in two splits; honest people and spammers use the same ones.

Which one a site has depends on its address alone, so that neither template nor era tells who writes. The places to
fill are written as ``%(name)s``.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["TEMPLATES", "Template"]


class Template(NamedTuple):
    """One software's page."""

    name: str
    page: str
    comment: str = "<li><p>%(text)s</p></li>"
    item: str = "<li>%(text)s</li>"
    """A line of a list beside the article."""


_TABLES: Final = Template(
    "tables",
    """<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>%(title)s</title>%(head)s
<link rel="stylesheet" href="/styles-site.css" type="text/css"></head>
<body bgcolor="#ffffff" text="#222222" link="#0033aa"><table width="780" align="center" cellpadding="8">
<tr><td colspan="2" class="banner"><h1><a href="%(home)s/">%(site)s</a></h1></td></tr>
<tr><td valign="top" class="content"><div class="date">%(date)s</div><h2>%(heading)s</h2>
%(body)s
<div class="posted">Posted by %(author)s</div><ol class="comments">%(comments)s</ol></td>
<td valign="top" width="180" class="side"><b>Recent entries</b><ul>%(recent)s</ul>
<ul>%(aside)s</ul></td></tr>
<tr><td colspan="2" class="footer"><font size="1">Powered by Movable Pen 2.6 %(bottom)s</font></td></tr></table></body>
</html>""",
)
_CLASSIC: Final = Template(
    "classic",
    """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="%(lang)s"><head profile="http://gmpg.org/xfn/11"><title>%(title)s\
</title><meta name="generator" content="WordPress 2.8" />
<link rel="alternate" type="application/rss+xml" href="%(home)s/feed/" />
<link rel="pingback" href="%(home)s/xmlrpc.php" />
<style type="text/css">#page { width: 760px; } .narrow { width: 450px; }</style>%(head)s</head><body><div id="page">
<div id="header"><div id="headerimg"><h1><a href="%(home)s/">%(site)s</a></h1></div></div><hr />
<div id="content" class="narrowcolumn"><div class="post" id="post-%(number)s"><h2><a href="%(url)s" rel="bookmark">\
%(heading)s</a></h2><small>%(date)s by %(author)s</small><div class="entry">
%(body)s
</div><p class="postmetadata">Filed under <a href="%(home)s/category/%(tag)s/">%(tag)s</a></p></div>
<ol class="commentlist">%(comments)s</ol></div>
<div id="sidebar"><ul><li><h2>Recent Posts</h2><ul>%(recent)s</ul></li><li><h2>Blogroll</h2><ul>%(aside)s</ul></li>
</ul></div><hr /><div id="footer"><p>%(site)s is proudly powered by WordPress %(bottom)s</p></div></div>
</body></html>""",
)
_HOSTED: Final = Template(
    "hosted",
    """<!DOCTYPE html>
<html dir="ltr" lang="%(lang)s"><head><meta charset="utf-8"/><title>%(title)s</title>
<link rel="alternate" type="application/atom+xml" href="%(home)s/feeds/posts/default"/>%(head)s
<style>.post-body { line-height: 1.4; } @media print { .sidebar { display: none; } }</style>
<script>window.dataLayer = window.dataLayer || [];</script></head><body class="item-view"><div class="content-outer">
<div class="header section"><p class="title">%(site)s</p></div><div class="main section" id="main">
<h2 class="date-header">%(date)s</h2><div class="post hentry"><h3 class="post-title entry-title">%(heading)s</h3>
<div class="post-body entry-content">%(body)s</div><div class="post-footer">Posted by <span class="fn">%(author)s</span>
</div></div><div class="comments" id="comments"><ul>%(comments)s</ul></div></div>
<div class="sidebar section"><div class="widget"><h2>Archive</h2><ul>%(recent)s</ul></div>
<div class="widget LinkList"><h2>Links</h2><ul>%(aside)s</ul></div></div>
<div class="footer section">%(bottom)s</div></div></body></html>""",
)
_MODERN: Final = Template(
    "modern",
    """<!doctype html>
<html lang="%(lang)s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>%(title)s</title><meta property="og:site_name" content="%(site)s">
<meta property="og:title" content="%(heading)s"><link rel="stylesheet" href="/main.css">
<link rel="alternate" type="application/rss+xml" href="%(home)s/rss.xml">%(head)s
</head><body><header><a href="%(home)s/">%(site)s</a><nav><a href="%(home)s/about">About</a> <a href="%(home)s/archive">
Archive</a></nav></header><main><article><header><h1>%(heading)s</h1><time datetime="%(iso)s">%(date)s</time> ·
%(author)s</header>
%(body)s
</article><section id="comments"><ol>%(comments)s</ol></section></main><aside><h2>More</h2><ul>%(recent)s</ul><ul>
%(aside)s</ul></aside><footer>© %(site)s %(bottom)s</footer><script src="/main.js" defer></script></body></html>""",
)
_INDIE: Final = Template(
    "indie",
    """<!doctype html>
<html lang="%(lang)s"><head><meta charset="utf-8"><title>%(title)s</title>
<link rel="webmention" href="%(home)s/mention"><link rel="me" href="%(home)s/">%(head)s
<style>body { max-width: 40em; margin: auto; color: #111; }</style></head><body>
<div class="h-card"><a class="p-name u-url" rel="me" href="%(home)s/">%(author)s</a></div>
<main class="h-entry"><h1 class="p-name">%(heading)s</h1><div class="e-content">%(body)s</div>
<a class="u-url" href="%(url)s"><time class="dt-published" datetime="%(iso)s">%(date)s</time></a></main>
<ul class="responses">%(comments)s</ul><nav><ul>%(recent)s</ul></nav><aside><ul>%(aside)s</ul></aside>
<footer>%(site)s %(bottom)s</footer></body></html>""",
    comment='<li class="u-comment h-cite"><p class="e-content">%(text)s</p></li>',
)
_PLAIN: Final = Template(
    "plain",
    """<html><head><title>%(title)s</title>%(head)s</head><body>
<h1>%(heading)s</h1>
%(body)s
<hr><p>%(comments)s</p><p>%(aside)s</p><p><i>%(author)s, %(date)s.</i> <a href="%(home)s/">%(site)s</a> %(recent)s
%(bottom)s</p></body></html>""",
    comment="%(text)s<br>",
    item="%(text)s | ",
)
_PORTAL: Final = Template(
    "portal",
    """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="%(lang)s"><head><title>%(title)s</title>
<meta name="Generator" content="Drupal 6" /><link rel="alternate" href="%(home)s/rss.xml" type="application/rss+xml" />
%(head)s</head><body class="node-type-blog"><div id="wrapper"><div id="branding">%(site)s</div>
<div class="breadcrumb"><a href="%(home)s/">Home</a></div><div id="center"><div class="node" id="node-%(number)s">
<h1 class="with-tabs">%(heading)s</h1><span class="submitted">%(date)s — %(author)s</span>
<div class="node-content clear-block">%(body)s</div></div><div class="box"><ul>%(comments)s</ul></div></div>
<div id="sidebar-right" class="sidebar"><div class="block"><ul>%(recent)s</ul></div><div class="block"><ul>%(aside)s
</ul></div></div><div id="footer">%(bottom)s</div></div></body></html>""",
)
_BLOCKS: Final = Template(
    "blocks",
    """<!DOCTYPE html>
<html lang="%(lang)s"><head><meta charset="UTF-8" /><title>%(title)s</title>
<link rel="alternate" type="application/rss+xml" href="%(home)s/feed/" />%(head)s<meta name="generator"
 content="WordPress 6.4" /><style id="global-styles-inline-css">:root{--wp--color--base:#fff}body{margin:0}</style>
</head>
<body class="wp-embed-responsive"><div class="wp-site-blocks"><header class="wp-block-template-part">
<p class="wp-block-site-title"><a href="%(home)s/">%(site)s</a></p></header><main id="wp--skip-link--target">
<h1 class="wp-block-post-title">%(heading)s</h1><div class="wp-block-post-date"><time datetime="%(iso)s">%(date)s</time>
</div><div class="entry-content wp-block-post-content">%(body)s</div><div class="wp-block-comments"><ol>%(comments)s
</ol></div><p>%(author)s</p></main><div class="wp-block-columns"><ul class="wp-block-latest-posts">%(recent)s</ul>
<ul class="wp-block-list">%(aside)s</ul></div><footer class="wp-block-template-part"><p>%(bottom)s</p></footer></div>
</body></html>""",
)
_STATIC: Final = Template(
    "static",
    """<!doctype html>
<html lang="%(lang)s"><head><meta charset="utf-8"><meta name="generator" content="Hugo 0.120"><title>%(title)s</title>
<link rel="icon" href="/favicon.svg"><link href="/index.xml" rel="alternate" type="application/rss+xml">%(head)s</head>
<body><nav class="top"><a href="%(home)s/">%(site)s</a> / <a href="%(home)s/tags/">tags</a></nav>
<section class="single"><h1>%(heading)s</h1><p class="meta">%(date)s, %(author)s, #%(tag)s</p>
%(body)s
</section><section class="thread"><ul>%(comments)s</ul></section><div class="related"><ul>%(recent)s</ul></div>
<div class="webring"><ul>%(aside)s</ul></div><footer><small>%(bottom)s</small></footer></body></html>""",
)
_BUILDER: Final = Template(
    "builder",
    """<!DOCTYPE html>
<html lang="%(lang)s"><head><meta charset="utf-8"><title>%(title)s</title><meta property="og:site_name"
 content="%(site)s">%(head)s<script type="application/ld+json">{"@type": "BlogPosting"}</script></head>
<body><div id="SITE_CONTAINER"><div class="s1"><div class="s2"><div class="logo">%(site)s</div><div class="menu">
<a href="%(home)s/">Home</a> <a href="%(home)s/blog">Blog</a> <a href="%(home)s/contact">Contact</a></div></div></div>
<div class="s3"><div class="s4"><div class="rich"><h1>%(heading)s</h1><div>%(author)s · %(date)s</div><div class="post">
%(body)s
</div></div></div><div class="s5"><ul>%(comments)s</ul></div></div><div class="s6"><div class="gallery"><ul>%(recent)s
</ul></div><div class="links"><ul>%(aside)s</ul></div></div><div class="s7">%(bottom)s</div></div></body></html>""",
)
_STREAM: Final = Template(
    "stream",
    """<!doctype html>
<html lang="%(lang)s" class="no-js"><head><meta charset="utf-8"><title>%(title)s</title><link rel="micropub"
 href="%(home)s/micropub">%(head)s</head><body><article class="h-entry post"><div class="p-author h-card">
<a class="u-url p-name" href="%(home)s/">%(author)s</a></div><h2 class="p-name">%(heading)s</h2>
<div class="e-content entry">%(body)s</div><p class="permalink"><a class="u-url" href="%(url)s">
<time class="dt-published" datetime="%(iso)s">%(date)s</time></a></p></article><details><summary>Responses</summary><ul>
%(comments)s</ul></details><div class="p-category">%(tag)s</div><ul class="older">%(recent)s</ul>
<ul class="blogroll">%(aside)s</ul><footer class="site-footer">%(site)s %(bottom)s</footer></body></html>""",
)
_COLUMN: Final = Template(
    "column",
    """<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"><title>%(title)s</title>%(head)s
</head><body><center><h3>%(site)s</h3></center><p><b>%(heading)s</b><br><small>%(date)s</small></p>
%(body)s
<p align="right">%(author)s</p><dl>%(comments)s</dl><p>Older: %(recent)s</p><p>Elsewhere: %(aside)s</p>
<address>%(bottom)s</address></body></html>""",
    comment="<dd>%(text)s</dd>",
    item="%(text)s, ",
)
TEMPLATES: Final[dict[str, tuple[Template, ...]]] = {
    "train": (_TABLES, _CLASSIC, _HOSTED, _MODERN, _INDIE, _PLAIN),
    "test": (_PORTAL, _BLOCKS, _STATIC, _BUILDER, _STREAM, _COLUMN),
}
"""By the name of the split."""
