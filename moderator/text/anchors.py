"""What the text of a link says of it: a name, a keyword, or something sold.

People link by names and by pieces of their sentences; who is paid for a link writes what others search for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from moderator.text.tokens import words
from moderator.text.vocabulary import vocabulary

__all__ = ["Anchor", "anchor_of"]

_KEYWORD = 4
"""Words of a keyword at most."""


class Anchor(NamedTuple):
    """A link's text."""

    trade: bool
    """It has a word of shops and search traffic."""
    vice: bool
    """It has a word that honest posts hardly hold."""
    keyword: bool
    """It is short and in lower case."""
    phrase: bool
    """It is a keyword of two words and more that begins with a letter: a name is written in capitals, what people
    search for is not, and of "7 notes on moss" nobody can tell."""
    sold: bool
    """It names something that is sold, as a keyword or with two such words."""

    @property
    def bought(self) -> bool:
        """Whether a link with this text to a site's front page looks as if somebody had paid for it."""
        return self.sold or self.phrase


@lru_cache(maxsize=4096)  # pages of one blog share their links
def anchor_of(text: str) -> Anchor:
    """Reads a link's text.

    Args:
        text: The text, white space collapsed; empty: a picture, or nothing.

    >>> anchor_of("cheap payday loans").bought, anchor_of("Ann's Garden").bought
    (True, False)
    """
    known = vocabulary()
    said = words(text)
    of_shops = sum(word in known.trade or word in known.vice for word in said)
    # scripts without capitals have no lower case either
    keyword = 0 < len(said) <= _KEYWORD and text == text.lower() != text.upper() and "." not in text
    return Anchor(
        trade=not known.trade.isdisjoint(said),
        vice=not known.vice.isdisjoint(said),
        keyword=keyword,
        phrase=keyword and len(said) > 1 and text[0].isalpha(),
        sold=of_shops > (0 if keyword else 1),
    )
