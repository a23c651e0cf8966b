"""The daily work: a mail with what is held, and the deletion of old mentions."""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

from moderator.config.service import Mail, ServiceSettings
from moderator.service.background import BackgroundTask
from moderator.service.records import Filter, Mention, Status
from moderator.service.store import Store

__all__ = ["DailyTasks", "digest"]

_LISTED = 50
"""Mentions that one mail names."""
_SHOWN = 120
"""Characters of one text of a stranger's."""
_TIMEOUT = 30.0
_PAUSE = 60.0
"""Seconds between two looks at the clock."""
_PAUSE_AFTER_FAILURE = 900.0
_DAY_SENT = "digest sent"
_DAY_TIDIED = "tidied"
_LINKED = re.compile(r"[.:@](?=\S)")
"""What makes an address of a text, for a mail program."""
_log = logging.getLogger(__name__)

Post = Callable[[Mail, str, EmailMessage], None]
"""Sends a message by a mail server, with a password."""


def digest(mail: Mail, waiting: int, mentions: tuple[Mention, ...], address: str) -> EmailMessage:
    """The mail about what waits.

    Args:
        mail: From whom, to whom.
        waiting: How many wait.
        mentions: The latest of them.
        address: Where the moderation page is; empty: unknown.
    """
    message = EmailMessage()
    message["From"], message["To"] = mail.sender, mail.to
    message["Subject"] = f"{waiting} linkback{'s' if waiting != 1 else ''} waiting for your decision"
    lines = [f"{waiting} waiting." + (f" Decide at {address}" if address else ""), ""]
    for mention in mentions[:_LISTED]:
        linkback = mention.linkback
        chance = "?" if mention.decision is None else f"{mention.decision.spam_probability:.0%}"
        lines.append(f"{chance:>4} spam  {linkback.kind.value} from {_plain(mention.domain or linkback.source_url)}")
        if linkback.title:
            lines.append(f"            {_plain(linkback.title)}")
        lines.append(f"            about {_in_one_line(linkback.target_url)}")
    message.set_content("\n".join(lines) + "\n")
    return message


def _plain(text: str) -> str:
    """A stranger's text in one line, without what a mail program would make a link of a stranger's page of."""
    line = _in_one_line(text)
    return _LINKED.sub(r"[\g<0>]", line)


def _in_one_line(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."


class DailyTasks(BackgroundTask):
    """Sends the digest at its hour, and forgets what is old, in a thread of its own.

    Args:
        settings: What the owner chose.
        password: The mail server's; empty: none.
        store: Keeps the mentions.
        clock: The time of day.
        prune: Lets the history forget what was received before a moment.
        post: Sends; None: by SMTP.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        password: str,
        store: Store,
        clock: Callable[[], datetime],
        prune: Callable[[datetime], object],
        post: Post | None = None,
    ) -> None:
        super().__init__("daily work", _PAUSE, pause_after_failure=_PAUSE_AFTER_FAILURE)
        self._settings = settings
        self._password = password
        self._store = store
        self._clock = clock
        self._prune = prune
        self._post = post or _by_smtp

    def step(self) -> None:
        """Does what is due today, unless another process that shares the store is at it."""
        with self._store.exclusive("daily") as mine:
            if mine:
                self._do_due()

    def _do_due(self) -> None:
        now = self._clock()
        today = now.date().isoformat()
        keep = self._settings.keep_days
        if keep and self._store.get_value(_DAY_TIDIED) != today:
            before = now - timedelta(days=keep)
            self._store.delete_old(before)
            self._prune(before)
            self._store.set_value(_DAY_TIDIED, today)
        mail = self._settings.mail
        if mail is None or now.hour < mail.hour or self._store.get_value(_DAY_SENT) == today:
            return
        held = Filter(status=Status.HELD)
        waiting = self._store.counts(held)[Status.HELD]
        if waiting:
            page = self._store.find(held, _LISTED)
            self._post(mail, self._password, digest(mail, waiting, page.mentions, self._settings.public_url))
        self._store.set_value(_DAY_SENT, today)


def _by_smtp(mail: Mail, password: str, message: EmailMessage) -> None:
    with smtplib.SMTP(mail.host, mail.port, timeout=_TIMEOUT) as server:
        if mail.tls:
            # the standard library alone would take any certificate
            server.starttls(context=ssl.create_default_context())
        if mail.user:
            server.login(mail.user, password)
        server.send_message(message)
