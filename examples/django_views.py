"""Django: views that take webmentions and trackbacks by the library, without the service.

In ``urls.py``::

    views = LinkbackViews(load_moderator(), find_post, keep)
    urlpatterns = [
        path("webmention", views.webmention),
        path("<path:address>/trackback/", views.trackback),
    ]
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from moderator import Linkback, Moderator, Post
from moderator.errors import ProtocolError
from moderator.intake import fault_response, read_trackback, read_webmention, success_response
from moderator.records import Decision, Kind

__all__ = ["LinkbackViews"]

FindPost = Callable[[str], Post | None]
"""Your post at an address; None: there is none."""
Keep = Callable[[Linkback, Decision], None]
"""Stores a linkback with its decision, to be shown if it was approved."""


class LinkbackViews:
    """The views of one site.

    Args:
        moderator: Judges; share one among all requests.
        find_post: Finds your posts.
        keep: Keeps what was decided.
    """

    def __init__(self, moderator: Moderator, find_post: FindPost, keep: Keep) -> None:
        self._moderator = moderator
        self._find_post = find_post
        self._keep = keep
        self.webmention = csrf_exempt(require_POST(self._webmention))
        self.trackback = csrf_exempt(require_POST(self._trackback))

    def _webmention(self, request: HttpRequest) -> HttpResponse:
        try:
            sender = request.META.get("REMOTE_ADDR", "")
            self._judge(read_webmention(request.body, request.content_type or "", sender_ip=sender))
        except ProtocolError as error:
            return HttpResponse(fault_response(error, Kind.WEBMENTION), "text/plain", error.http_status)
        return HttpResponse(success_response(Kind.WEBMENTION), "text/plain", 202)

    def _trackback(self, request: HttpRequest, address: str) -> HttpResponse:
        target = request.build_absolute_uri(f"/{address}/")
        content_type, sender = request.META.get("CONTENT_TYPE", ""), request.META.get("REMOTE_ADDR", "")
        try:
            self._judge(read_trackback(request.body, content_type, target_url=target, sender_ip=sender))
        except ProtocolError as error:
            return HttpResponse(fault_response(error, Kind.TRACKBACK), "text/xml")
        return HttpResponse(success_response(Kind.TRACKBACK), "text/xml")

    def _judge(self, linkback: Linkback) -> None:
        post = self._find_post(linkback.target_url)
        if post is None:
            raise ProtocolError("there is no such post", fault_code=1, http_status=400)
        self._keep(linkback, self._moderator.check(linkback, post))
