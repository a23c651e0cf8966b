"""Real pings for a real blog: pages that link to it, a pingback for each, and trackbacks."""

from __future__ import annotations

import contextlib
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape as xml

from tests.wordpress.site import Site

PAGES = {
    "/tea": ("My tea & me", "I followed a guide on growing tea at home and", "my harvest", "was good last summer."),
    "/pills?id=1&shop=2": ("CHEAP PILLS best price", "buy cheap pills online", "cheap pills", "casino viagra poker."),
    "/brot": ("Brot backen", "Über den kalten Teig schreibt", "dieses Blog", "sehr schön & genau."),
    "/links": ("Links", "many links of the week:", "one more", "and so on and so forth."),
}
TRACKBACKS = [
    ("A quiet blog", "On bread", "A slow dough needs a night in the cold, and I agree with it.", "/bread-notes"),
    ("casino", "Texas holdem poker", "play poker online casino texas holdem best bonus", "/p?x=1&y=2"),
    ("casino", "Texas holdem poker 2", "play poker online casino texas holdem best bonus", "/p?x=2&y=3"),
    ("Gärtner's <b>Blog</b>", 'Tee "selbst" anbauen', "Grüner Tee wächst im Schatten & braucht Zeit.", "/tee"),
    ("", "No name", "", "/none"),
]


@contextlib.contextmanager
def pages(targets: list[str]) -> Iterator[str]:
    """Serves pages that link to the targets in turn."""
    links = dict(zip(PAGES, (targets * len(PAGES))[: len(PAGES)], strict=True))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            title, before, anchor, after = PAGES[self.path]
            body = (
                f"<html><head><title>{escape(title)}</title></head><body><p>Welcome to the page of today.</p>"
                f'<p>{escape(before)} <a href="{links[self.path]}">{anchor}</a> {escape(after)}</p></body></html>'
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def send_all(site: Site) -> int:
    """Sends a pingback for each page and every trackback.

    Returns:
        How many WordPress took.
    """
    targets = [post["url"] for post in site.posts]
    with pages(targets) as home, ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(pingback, site, home + path, target, f"203.0.113.{number}")
            for number, (path, target) in enumerate(zip(PAGES, targets * 4, strict=False))
        ]
        taken = sum(one.result() for one in asked)
    for number, (name, title, excerpt, path) in enumerate(TRACKBACKS):
        form = {"url": "http://sender.example" + path, "title": title, "excerpt": excerpt, "blog_name": name}
        taken += trackback(site, targets[number % 2], form, f"203.0.113.{100 + number}")
    return taken


def pingback(site: Site, source: str, target: str, sender: str) -> bool:
    body = (
        '<?xml version="1.0"?><methodCall><methodName>pingback.ping</methodName><params>'
        f"<param><value><string>{xml(source)}</string></value></param>"
        f"<param><value><string>{xml(target)}</string></value></param></params></methodCall>"
    )
    return b"registered" in _post(site.url + "/xmlrpc.php", body.encode(), "text/xml", sender)


def trackback(site: Site, target: str, form: dict[str, str], sender: str) -> bool:
    data = urllib.parse.urlencode(form).encode()
    return b"<error>0</error>" in _post(
        target + "trackback/", data, "application/x-www-form-urlencoded; charset=utf-8", sender
    )


def comment(site: Site, post: int, text: str) -> None:
    """A comment by a person, straight into the database."""
    site.database.run(
        "INSERT INTO wp_comments (comment_post_ID, comment_author, comment_author_url, comment_content,"
        " comment_approved, comment_type, comment_date, comment_date_gmt) VALUES"
        f" ({post}, 'A person', 'http://person.example/', '{text}', '0', 'comment', NOW(), NOW())",
        "wordpress",
    )


def _post(url: str, data: bytes, kind: str, sender: str) -> bytes:
    request = urllib.request.Request(url, data, {"Content-Type": kind, "X-Test-Sender": sender})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        return bytes(error.read())
