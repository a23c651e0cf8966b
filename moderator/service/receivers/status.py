"""What a webmention's sender may know of it."""

from __future__ import annotations

from moderator.service.records import Mention, Status

__all__ = ["status_page"]

_WORDS = {
    Status.WAITING: ("queued", "It has been received and will be looked at."),
    Status.APPROVED: ("accepted", "It has been accepted."),
    Status.HELD: ("held", "It waits for the blog's owner."),
    Status.SPAM: ("rejected", "It has not been accepted."),
    Status.GONE: ("deleted", "Its source does not link here any more."),
}


def status_page(mention: Mention) -> tuple[str, str]:
    """A word for programs and a page for people; nothing of the sender's is repeated."""
    word, sentence = _WORDS[mention.status]
    if mention.due_at is not None and mention.status is not Status.WAITING:
        sentence += " It will be looked at again."
    page = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Webmention</title></head>'
        f"<body><h1>Webmention: {word}</h1><p>{sentence}</p></body></html>\n"
    )
    return word, page
