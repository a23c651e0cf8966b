"""Features that can only ever speak for one side, whatever a sample of training rows happens to show.

Fixed directions cost nothing on the training rows' own sites and keep a model from learning a site's accident, such
as a blog whose few pages that do not link back happen to be honest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import Schema

__all__ = ["FOR_HAM", "FOR_SPAM", "directions"]

FOR_SPAM = frozenset(
    {
        "wording.title",
        "wording.excerpt",
        "wording.address",
        "wording.host",
        "lists.blocked",
        "lists.shortener",
        "link.missing",
        "link.gone",
        "link.hidden",
        "link.copied_share",
        "link.dns_listed",
        "standing.neighbour_spam_share",
    }
)
"""More of it speaks for spam."""
FOR_HAM = frozenset(
    {
        "lists.allowed",
        "lists.personal",
        "link.found",
        "link.in_article",
        "link.excerpt_on_page",
        "link.title_on_page",
    }
)
"""More of it speaks for ham."""


def directions(schema: Schema) -> NDArray[np.int8]:
    """1, -1 or 0 for each column of the trees' input."""
    return np.array([(name in FOR_SPAM) - (name in FOR_HAM) for name in schema.columns], np.int8)
