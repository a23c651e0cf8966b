"""The daily mail, and the daily forgetting."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import ClassVar

import pytest

from moderator.config.service import Mail
from moderator.records import Verdict
from moderator.service import digest as digests
from moderator.service.digest import DailyTasks, digest
from moderator.service.records import Filter
from tests.service.service_fakes import START, World, mention_of

MAIL = Mail(to="me@ours.example", sender="moderator@ours.example", hour=12)


class Postbox:
    def __init__(self) -> None:
        self.got: list[tuple[str, EmailMessage]] = []
        self.broken = False

    def __call__(self, mail: Mail, password: str, message: EmailMessage) -> None:
        if self.broken:
            raise OSError("no mail server")
        self.got.append((password, message))


def daily(world: World, postbox: Postbox) -> DailyTasks:
    made = world.container
    return DailyTasks(world.settings, "secret", made.store, world.clock, made.moderator.prune, postbox)


def test_once_a_day_at_its_hour(make_world: Callable[..., World]) -> None:
    world, postbox = make_world(mail=MAIL, public_url="https://moderator.example/"), Postbox()
    work = daily(world, postbox)
    world.container.store.accept(mention_of(1))
    world.clock.go(hours=-2)
    work.step()
    assert postbox.got == [], "too early"
    world.clock.go(hours=2)
    for _ in range(3):
        work.step()
    [(password, message)] = postbox.got
    assert password == "secret"
    assert message["Subject"] == "1 linkback waiting for your decision"
    assert (message["To"], message["From"]) == (MAIL.to, MAIL.sender)
    assert "https://moderator.example/" in message.get_content()
    daily(world, postbox).step()
    assert len(postbox.got) == 1, "a restart sends no second one"
    world.clock.go(days=1)
    work.step()
    assert len(postbox.got) == 2


def test_nothing_waits_nothing_is_sent(make_world: Callable[..., World]) -> None:
    world, postbox = make_world(mail=MAIL), Postbox()
    world.container.store.accept(mention_of(1, Verdict.SPAM))
    daily(world, postbox).step()
    assert postbox.got == []


def test_a_mail_that_cannot_be_sent_is_tried_again(make_world: Callable[..., World]) -> None:
    world, postbox = make_world(mail=MAIL), Postbox()
    world.container.store.accept(mention_of(1))
    postbox.broken = True
    with pytest.raises(OSError, match="no mail server"):
        daily(world, postbox).step()
    postbox.broken = False
    daily(world, postbox).step()
    assert len(postbox.got) == 1


def test_off_by_default(world: World) -> None:
    postbox = Postbox()
    world.container.store.accept(mention_of(1))
    daily(world, postbox).step()
    assert postbox.got == []


def test_what_strangers_wrote_is_only_text() -> None:
    evil = mention_of(
        1,
        source="https://evil.example/x",
        title="Subject: win\r\nBcc: all@ours.example\n.\nhttps://evil.example/ mail@evil.example "
        "\u202etxt\x1b[31m \ud800",
    )
    message = digest(MAIL, 1, (evil,), "https://moderator.example/")
    assert message["Bcc"] is None
    assert message.get_content_type() == "text/plain"
    text = message.get_content()
    assert "evil.example" not in text
    assert "https[:]//evil[.]example/" in text
    assert "mail[@]evil" in text
    assert not any(sign in text for sign in "\r\x1b\u202e")
    assert len([line for line in text.splitlines() if line]) == 4
    message.as_bytes()


def test_a_mail_has_a_bounded_size() -> None:
    mentions = tuple(mention_of(number, title="long " * 1000) for number in range(200))
    text = digest(MAIL, 200, mentions, "").get_content()
    assert text.startswith("200 waiting.")
    assert text.count("trackback from") == 50
    assert len(text) < 50_000


def test_what_is_old_is_forgotten_once_a_day(make_world: Callable[..., World]) -> None:
    world = make_world(keep_days=30)
    for number, verdict in enumerate(Verdict):
        world.container.store.accept(mention_of(number, verdict))
    world.clock.go(days=31)
    daily(world, Postbox()).step()
    left = {each.decision.verdict for each in world.container.store.find(Filter()).mentions if each.decision}
    assert left == {Verdict.APPROVE, Verdict.HOLD}
    world.container.store.accept(mention_of(9, Verdict.SPAM))
    daily(world, Postbox()).step()
    assert world.container.store.get("m9") is not None, "not before tomorrow"


def test_zero_days_keep_for_ever(make_world: Callable[..., World]) -> None:
    world = make_world(keep_days=0)
    world.container.store.accept(mention_of(1, Verdict.SPAM, received_at=START - timedelta(days=9999)))
    daily(world, Postbox()).step()
    assert world.container.store.get("m1") is not None


class _Server:
    said: ClassVar[list[object]] = []

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.said.append((host, port))

    def __enter__(self) -> _Server:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def starttls(self, context: ssl.SSLContext) -> None:
        self.said.append(("tls", context.verify_mode, context.check_hostname))

    def login(self, user: str, password: str) -> None:
        self.said.append((user, password))

    def send_message(self, message: EmailMessage) -> None:
        self.said.append(message["To"])


def test_by_smtp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtplib, "SMTP", _Server)
    mail = Mail(to="me@ours.example", sender="x@ours.example", host="mail.example", port=587, tls=True, user="me")
    digests._by_smtp(mail, "secret", digest(mail, 0, (), ""))
    assert _Server.said == [
        ("mail.example", 587),
        ("tls", ssl.CERT_REQUIRED, True),
        ("me", "secret"),
        "me@ours.example",
    ]
