"""Accepts a linkback, or refuses it in its protocol's own words; what is accepted waits in the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from moderator.errors import ProtocolError, shown
from moderator.history.keys import keys_of
from moderator.intake.pingback import TARGET_UNUSABLE
from moderator.intake.trackback import TRACKBACK_ERROR
from moderator.records import Kind, Linkback
from moderator.service.rate_limit import network_of
from moderator.service.records import Mention, Origin, Status, is_verified
from moderator.service.store import Accepted, Store
from moderator.service.targets import Existence, Targets
from moderator.urls import parse_url, same_page

__all__ = ["RETRY_AFTER", "BusyError", "LinkbackAcceptor", "new_mention", "refusal"]

_GENERIC, _TARGET_MISSING, _REGISTERED = 0, 32, 48
"""Fault codes of the pingback specification (0x20, 0x30)."""
_BAD_REQUEST = 400
_LONGEST_URL = 2048
"""Characters of an address; longer ones are refused, since no browser or server takes much more."""
_LONGEST = {"title": 1000, "excerpt": 5000, "blog_name": 500, "user_agent": 500}
"""Characters of texts that are kept; as many as are compared with the page."""
_LONGEST_RAW = 16 * 1024
"""Bytes of a form that are kept as they came."""
_SENDERS = 10
"""A sender may fill this part of the queue, one of so many."""
RETRY_AFTER = 120
"""Seconds after which a sender may come again when the queue is full."""


class BusyError(Exception):
    """The queue is full; nothing was kept."""


class LinkbackAcceptor:
    """Takes linkbacks for the configured blogs.

    Args:
        store: Keeps them.
        targets: Knows our posts.
        limit: How many may wait to be judged.
        clock: The time of day.
        wake: Called when one has been kept.
    """

    def __init__(
        self,
        store: Store,
        targets: Targets,
        limit: int,
        clock: Callable[[], datetime],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._targets = targets
        self._limit = limit
        self._clock = clock
        self._wake = wake

    def accept(self, linkback: Linkback, vouch: str = "", raw: bytes = b"") -> Mention:
        """Keeps a linkback for judging; once this returns, it is not lost.

        A webmention that is sent again is judged again, since its page may have changed.

        Args:
            linkback: What was sent.
            vouch: The page that vouches for a webmention; empty: none.
            raw: The form as it came, where its texts rest on a charset; empty: nothing is to be kept beside them.

        Returns:
            The mention.

        Raises:
            ProtocolError: It is refused: no blog of ours, closed, no such post, the same page, or known already.
            BusyError: Too many wait.
            StoreError: It cannot be kept.
        """
        kind, target = linkback.kind, linkback.target_url
        if max(len(linkback.source_url), len(target), len(vouch)) > _LONGEST_URL:
            raise refusal(kind, _GENERIC, f"an address is longer than {_LONGEST_URL} characters")
        linkback = _cut(linkback)
        blog = self._targets.blog_of(target)
        if blog is None:
            raise refusal(kind, TARGET_UNUSABLE, f"the target {shown(target)} is on none of the blogs served here")
        if not self._targets.is_open(blog, target):
            raise refusal(kind, TARGET_UNUSABLE, f"the target {shown(target)} takes no linkbacks")
        if same_page(parse_url(linkback.source_url), parse_url(target)):
            raise refusal(kind, _GENERIC, "source and target are the same page")
        mention = new_mention(linkback, blog.name, Origin.RECEIVER, self._clock())
        known = self._known(mention)
        # one whose page had gone may be sent again: the page may be back
        again = known is not None and known.linkback.kind is kind
        if known is not None and not (again and (kind is Kind.WEBMENTION or known.status is Status.GONE)):
            raise _registered(kind)
        if self._targets.existence(blog, target) is Existence.NO:
            raise refusal(kind, _TARGET_MISSING, f"the target {shown(target)} does not exist")
        now = self._clock()
        if known is not None:
            return self._take_again(known, vouch, now)
        mention = new_mention(replace(linkback, received_at=now, site=blog.name), blog.name, Origin.RECEIVER, now)
        mention = replace(mention, vouch=vouch, due_at=now, raw=raw[:_LONGEST_RAW])
        taken = self._store.accept(mention, self._limit, sender_limit=max(1, self._limit // _SENDERS), once=True)
        if taken is Accepted.FULL:
            raise BusyError
        if taken is Accepted.AGAIN:  # the same came twice at once
            known = self._known(mention)
            if known is None or kind is not Kind.WEBMENTION:
                raise _registered(kind)
            return self._take_again(known, vouch, now)
        self._wake()
        return mention

    def _known(self, mention: Mention) -> Mention | None:
        """What stands for the same source and target already; what anybody may have forged stands for its sender alone.

        A verified mention of any kind counts, and so does one of this kind by this sender. The owner's label is final
        for its kind: said of a forged trackback, it does not keep an honest pingback out.
        """
        kind, sender = mention.linkback.kind, network_of(mention.linkback.sender_ip)
        same = self._store.all_of_pair(mention)
        for known in reversed(same):
            if known.linkback.kind is not kind:
                continue
            mine = network_of(known.linkback.sender_ip) == sender
            if mine or (kind is not Kind.WEBMENTION and known.owner_label is not None):
                return known
        for known in reversed(same):
            if is_verified(known) and (kind is not Kind.WEBMENTION or known.linkback.kind is kind):
                return known
        return None

    def _take_again(self, known: Mention, vouch: str, now: datetime) -> Mention:
        if self._store.queue_length() >= self._limit:
            raise BusyError
        self._store.queue(known.linkback.id, now, vouch=vouch)
        self._wake()
        return known


def new_mention(linkback: Linkback, blog: str, origin: Origin, at: datetime) -> Mention:
    """A mention that waits to be judged.

    Args:
        linkback: What was sent.
        blog: Name of the receiving blog; empty: none of those configured.
        origin: The door it came through.
        at: Now; the moment of receipt where the linkback tells none.
    """
    if linkback.received_at is None:
        linkback = replace(linkback, received_at=at)
    source = parse_url(linkback.source_url)
    keys = keys_of(linkback, source, parse_url(linkback.target_url))
    campaign = "" if keys.template is None else f"{keys.template & (2**64 - 1):016x}"
    return Mention(linkback, blog, origin, Status.WAITING, at, domain=source.author, campaign=campaign)


def _cut(linkback: Linkback) -> Linkback:
    """A linkback without what of its texts is longer than anybody reads."""
    return replace(linkback, **{name: getattr(linkback, name)[:most] for name, most in _LONGEST.items()})


def _registered(kind: Kind) -> ProtocolError:
    return refusal(kind, _REGISTERED, "this linkback has been registered before")


def refusal(kind: Kind, code: int, message: str) -> ProtocolError:
    """A refusal in a protocol's own terms; `code` is the pingback's."""
    if kind is Kind.WEBMENTION:
        return ProtocolError(message, fault_code=_BAD_REQUEST, http_status=_BAD_REQUEST)
    return ProtocolError(message, fault_code=TRACKBACK_ERROR if kind is Kind.TRACKBACK else code)
