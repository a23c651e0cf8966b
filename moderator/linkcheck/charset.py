"""The name that `moderator.html.charset` had in 0.1, kept for programs that were written for it."""

from moderator.html.charset import decode_page

__all__ = ["decode_page"]
