"""The addresses that a linkback names."""

from __future__ import annotations

from moderator.urls import parse_url

__all__ = ["MAX_URL", "web_address"]

MAX_URL = 2048
"""Longest address that is accepted, in characters."""


def web_address(text: str) -> str:
    """An http or https address, without white space around it.

    Args:
        text: The address as sent.

    Raises:
        ValueError: It is missing, too long, of another scheme or without a usable host; the message says which.

    >>> web_address(" http://a.example/1 ")
    'http://a.example/1'
    """
    text = text.strip()
    if not text:
        raise ValueError("is missing")
    if len(text) > MAX_URL:
        raise ValueError(f"is longer than {MAX_URL} characters")
    if any(character <= " " or character == "\x7f" for character in text):
        raise ValueError("holds white space or control characters")
    url = parse_url(text)
    if url.scheme not in ("http", "https"):
        raise ValueError("is no http or https address")
    if not url.host:
        raise ValueError("has no usable host")
    return text
