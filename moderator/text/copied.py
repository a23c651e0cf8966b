"""What of a page's text is its own, beside what it took from our post."""

from __future__ import annotations

from collections.abc import Iterator

from moderator.text.post import RUN, PostWords
from moderator.text.script import without_disguise
from moderator.text.tokens import shingles, words

__all__ = ["own_words", "page_blocks"]

OURS = 0.3
"""Share of a block's four-word runs from which the block is taken for ours; a block that merely cites has less."""


def page_blocks(page_text: str) -> tuple[tuple[str, ...], ...]:
    """The words of each block of a page's main part, letters in disguise made plain.

    Args:
        page_text: The main part, one block a line.
    """
    return tuple([said for _, said in _blocks(page_text)])


def own_words(page_text: str, post: PostWords | None) -> str:
    """The blocks of a page's main part that are not copied from our post.

    Args:
        page_text: The main part, one block a line.
        post: Our post; None: not known, and then all is the page's own.

    Returns:
        The blocks; empty: all of them are ours, or there is no text.
    """
    if post is None or not post.shingles:
        return page_text
    return "\n".join([block for block, said in _blocks(page_text) if not _is_ours(said, post)])


def _blocks(page_text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each block with its words, letters in disguise made plain."""
    return zip(page_text.split("\n"), map(words, without_disguise(page_text).split("\n")), strict=True)


def _is_ours(said: tuple[str, ...], post: PostWords) -> bool:
    if len(said) < RUN:
        return bool(said) and set(said) <= set(post.title_words)
    runs = shingles(said, RUN)
    return len(runs & post.shingles) > OURS * len(runs)
