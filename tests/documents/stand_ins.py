"""A blog and somebody who links to it, on loopback: what stands for a reader's blog and the web around it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["blog_and_reply", "free_port"]

_POST = (
    "<html><head><title>Old roses</title></head><body><article><h1>Old roses</h1><p>How to prune old garden roses in "
    "early spring, with a sharp knife and a calm hand.</p></article></body></html>"
)
_REPLY = (
    "<html><head><title>Pruning, again</title></head><body><article><p>My neighbour sent me a piece about old garden "
    'roses, and I tried it: <a href="{target}">cut in early spring</a>, above the third bud, says the author. Ours '
    "stood in the wind all winter, so I waited for two weeks more.</p></article></body></html>"
)


def free_port() -> int:
    """A port of loopback that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def blog_and_reply() -> Iterator[tuple[str, str]]:
    """Serves a blog with a post and a sitemap, and elsewhere a page that links to the post.

    Yields:
        The blog's address, and the page's.
    """
    posts: dict[str, str] = {}
    with _served("127.0.0.1", posts) as blog:
        post = f"{blog}2026/roses"
        posts |= {
            "/": f'<html><body><a href="{post}">Old roses</a></body></html>',
            "/2026/roses": _POST,
            "/sitemap.xml": f"<urlset><url><loc>{post}</loc></url></urlset>",
        }
        with _served("127.0.0.2", {"/reply": _REPLY.format(target=post)}) as someone:
            yield blog, f"{someone}reply"


@contextmanager
def _served(host: str, pages: Mapping[str, str]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/xml" if self.path.endswith(".xml") else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer((host, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://{host}:{server.server_address[1]}/"
        finally:
            server.shutdown()
