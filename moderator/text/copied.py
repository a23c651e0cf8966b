"""What of a page's text is its own, beside what it took from our post."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from moderator.text.post import RUN, PostWords
from moderator.text.script import without_disguise
from moderator.text.tokens import shingles, words

__all__ = ["own_words", "page_blocks", "page_runs"]

OURS = 0.3
"""Share of a block's four-word runs from which the block is taken for ours; a block that merely cites has less."""


@lru_cache(maxsize=8)  # features and wording ask for one page in turn
def page_blocks(page_text: str) -> tuple[tuple[str, ...], ...]:
    """The words of each block of a page's main part, letters in disguise made plain.

    Args:
        page_text: The main part, one block a line.
    """
    return tuple([words(block, once=True) for block in without_disguise(page_text).split("\n")])


@lru_cache(maxsize=8)
def page_runs(page_text: str) -> frozenset[int]:
    """The four-word runs of a page's main part, hashed, those from one block into the next among them.

    Args:
        page_text: The main part, one block a line.
    """
    return shingles([*chain.from_iterable(page_blocks(page_text))], RUN)


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
    # most pages have none of our runs; then only blocks of our title's words may be ours
    copies = not post.shingles.isdisjoint(page_runs(page_text))
    blocks = zip(page_text.split("\n"), page_blocks(page_text), strict=True)
    return "\n".join([block for block, said in blocks if not _is_ours(said, post, copies)])


def _is_ours(said: tuple[str, ...], post: PostWords, copies: bool) -> bool:
    """Whether a block is ours; not, where it has words enough and the page copies nothing."""
    if len(said) < RUN:
        return bool(said) and set(said) <= set(post.title_words)
    if not copies:
        return False
    runs = shingles(said, RUN)
    return len(runs & post.shingles) > OURS * len(runs)
