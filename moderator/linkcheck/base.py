"""What a link verifier is: the seam between the engine and the strangers' web."""

from __future__ import annotations

from typing import Protocol

from moderator.records import Linkback, LinkEvidence, Post

__all__ = ["LinkVerifier"]


class LinkVerifier(Protocol):
    """Looks at a linkback's source page and says what it shows."""

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        """Reads the source page and compares it with the target, the claim and our post.

        Never raises for anything a stranger can cause: what could not be read is a status.
        """
        ...
