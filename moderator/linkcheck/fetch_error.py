"""The error of a page that could not be read, with the status that evidence gets."""

from __future__ import annotations

from moderator.errors import ModeratorError
from moderator.records import LinkStatus

__all__ = ["FetchError"]


class FetchError(ModeratorError):
    """A page was not read. It never leaves the link check: the verifier turns it into evidence.

    Attributes:
        status: What becomes of the evidence.
        detail: Why, in few words; never a stranger's text.
        http_status: The last answer's status; None: no answer.
        final_url: The address that was looked at last; empty: none was.
        redirects: Redirects followed until then.
    """

    def __init__(
        self,
        status: LinkStatus,
        detail: str,
        *,
        http_status: int | None = None,
        final_url: str = "",
        redirects: int = 0,
    ) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.http_status = http_status
        self.final_url = final_url
        self.redirects = redirects
