"""Webhooks: the owner's programs get events of what was approved, held, called spam or withdrawn.

A webhook gets a JSON object with ``event`` (``approved``, ``held``, ``spam``, ``withdrawn``), the mention and its
decision. Its header ``X-Moderator-Signature: t=SECONDS,v1=HEX`` holds the HMAC-SHA256 of ``SECONDS.BODY`` under the
webhook secret. What cannot be delivered is kept and tried again. An event may come twice, and comes again when an
update brought other words: the last one holds.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import requests

from moderator.config.service import Blog
from moderator.service.background import BackgroundTask
from moderator.service.events import event_of
from moderator.service.store import OutboxEvent, Store

__all__ = ["WebhookSender", "signature"]

_TIMEOUT = 10.0
_LOOK = 5.0
"""Seconds between two looks whether something is due."""
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=6)
_TRIES = 12
"""Deliveries tried in about a day and a half, then it is given up."""
_log = logging.getLogger(__name__)

Send = Callable[[str, bytes, Mapping[str, str]], int]
"""Posts a body to an address and gives the HTTP status."""


def signature(secret: str, at: datetime, body: bytes) -> str:
    """The value of the signature's header.

    >>> from datetime import UTC
    >>> signature("s", datetime(2026, 1, 1, tzinfo=UTC), b"{}")[:17]
    't=1767225600,v1=b'
    """
    seconds = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


class WebhookSender(BackgroundTask):
    """Tells webhooks, in a thread of its own.

    Args:
        store: Keeps the events to be sent.
        blogs: The blogs, some with a webhook.
        secret: Signs; empty: nothing is signed.
        clock: The time of day.
        send: Posts; None: by HTTP.
    """

    def __init__(
        self,
        store: Store,
        blogs: Sequence[Blog],
        secret: str,
        clock: Callable[[], datetime],
        send: Send | None = None,
    ) -> None:
        super().__init__("webhooks", _LOOK, patience=15.0)
        self._store = store
        self._webhooks = {blog.name: blog.webhook for blog in blogs if blog.webhook}
        self._secret = secret
        self._clock = clock
        self._send = send or _post

    def step(self) -> None:
        """Sends until nothing is due."""
        while self.deliver() and not self._ended.is_set():
            pass

    def deliver(self) -> int:
        """Sends what is due, in order; where several processes share the store, one of them does it.

        Returns:
            How many were tried.
        """
        with self._store.exclusive("webhooks") as mine:
            due = self._store.due_events(self._clock()) if mine else []
            for each in due:
                if self._ended.is_set():
                    break  # the rest is kept
                self._deliver(each)
        return len(due)

    def _deliver(self, event: OutboxEvent) -> None:
        address = self._webhooks.get(event.payload["blog"], "")
        if not address:
            self._store.mark_sent([event.number])
            return
        payload = event.payload["body"]
        if event.attempts:
            # the mention may have changed since, and the newer event been sent: the last event must hold
            mention = self._store.get(payload["mention"]["id"])
            payload = None if mention is None else event_of(mention)
        if payload is None:
            self._store.mark_sent([event.number])
            return
        body = json.dumps(payload).encode()
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers["X-Moderator-Signature"] = signature(self._secret, self._clock(), body)
        try:
            status = self._send(address, body, headers)
            problem = "" if 200 <= status < 300 else f"http {status}"
        except Exception as error:  # whatever it is, the other events are sent
            problem = type(error).__name__
        if not problem:
            self._store.mark_sent([event.number])
        elif event.attempts + 1 >= _TRIES:
            _log.error("the webhook of blog %s is given up after %d tries: %s", event.payload["blog"], _TRIES, problem)
            self._store.mark_sent([event.number])
        else:
            pause = min(_FIRST_PAUSE * 2**event.attempts, _LONGEST_PAUSE)
            self._store.postpone(event.number, self._clock() + pause, problem)


def _post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    with requests.Session() as session:
        session.trust_env = False  # no proxy and no password from the environment
        answer = session.post(
            address, data=body, headers=dict(headers), timeout=_TIMEOUT, allow_redirects=False, stream=True
        )
        return answer.status_code
