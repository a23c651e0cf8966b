"""Flask: a blueprint that takes pingbacks and webmentions by the library, without the service.

app.config["MAX_CONTENT_LENGTH"] = 256 * 1024
app.register_blueprint(linkbacks(load_moderator(), find_post, keep))
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from moderator import Linkback, Moderator, Post
from moderator.errors import ProtocolError
from moderator.intake import fault_response, read_pingback, read_webmention, success_response
from moderator.records import Decision, Kind

__all__ = ["linkbacks"]

_TARGET_MISSING = 32
"""The pingback specification's fault code (0x20)."""


def linkbacks(
    moderator: Moderator, find_post: Callable[[str], Post | None], keep: Callable[[Linkback, Decision], None]
) -> Blueprint:
    """The blueprint.

    Args:
        moderator: Judges; share one among all requests.
        find_post: Your post at an address; None: there is none.
        keep: Stores a linkback with its decision, to be shown if it was approved.
    """
    blueprint = Blueprint("linkbacks", __name__)

    @blueprint.post("/pingback")
    def pingback() -> Response:
        try:
            judge(read_pingback(request.get_data(), sender_ip=request.remote_addr or ""))
        except ProtocolError as error:
            return Response(fault_response(error, Kind.PINGBACK), mimetype="text/xml")
        return Response(success_response(Kind.PINGBACK), mimetype="text/xml")

    @blueprint.post("/webmention")
    def webmention() -> Response:
        sender = request.remote_addr or ""
        try:
            judge(read_webmention(request.get_data(), request.content_type or "", sender_ip=sender))
        except ProtocolError as error:
            return Response(fault_response(error, Kind.WEBMENTION), 400, mimetype="text/plain")
        return Response(success_response(Kind.WEBMENTION), 202, mimetype="text/plain")

    def judge(linkback: Linkback) -> None:
        post = find_post(linkback.target_url)
        if post is None:
            raise ProtocolError("there is no such post", fault_code=_TARGET_MISSING)
        keep(linkback, moderator.check(linkback, post))

    return blueprint
