"""What of a page's text is its own, beside what it took from our post."""

from __future__ import annotations

from moderator.text.post import RUN, PostWords
from moderator.text.script import without_disguise
from moderator.text.tokens import shingles, words

__all__ = ["own_words"]

OURS = 0.3
"""Share of a block's four-word runs from which the block is taken for ours; a block that merely cites has less."""


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
    return "\n".join(block for block in page_text.split("\n") if not _is_ours(block, post))


def _is_ours(block: str, post: PostWords) -> bool:
    said = words(without_disguise(block))
    runs = shingles(said, RUN)
    if not runs:
        return bool(said) and set(said) <= set(post.title_words)
    return len(runs & post.shingles) > OURS * len(runs)
