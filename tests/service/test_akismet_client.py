"""The client ``akismet`` from PyPI, against a service that listens; only where it connects to is changed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import akismet
import httpx
import pytest

from moderator.records import Label, Verdict
from moderator.service.records import Filter
from tests.service.running import running
from tests.service.service_fakes import AKISMET_KEY, BLOG, POST, World, answer_with, seen

pytestmark = pytest.mark.loopback
PING = {
    "user_ip": "203.0.113.9",
    "permalink": POST,
    "comment_type": "trackback",
    "comment_author": "A garden diary",
    "comment_author_url": "https://garden.example/1",
    "comment_content": "<strong>Pruning</strong>\n\nI pruned my roses",
}


class ToUs(httpx.BaseTransport):
    """Connects to our service whatever the address says."""

    def __init__(self, address: str) -> None:
        self._address = httpx.URL(address)
        self._transport = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = self._address.copy_with(raw_path=request.url.raw_path)
        return self._transport.handle_request(request)

    def close(self) -> None:
        self._transport.close()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with running(world.app) as address:
        yield address


@contextlib.contextmanager
def client(address: str, key: str = AKISMET_KEY) -> Iterator[akismet.SyncClient]:
    config = akismet.Config(key=key, url=BLOG)
    with httpx.Client(transport=ToUs(address)) as http:
        yield akismet.SyncClient.validated_client(config=config, http_client=http)


def test_the_whole_conversation(address: str, world: World) -> None:
    world.pages.evidence["https://garden.example/1"] = seen()
    with client(address) as ours:
        converse(ours, world)


def converse(ours: akismet.SyncClient, world: World) -> None:
    assert ours.verify_key(AKISMET_KEY, BLOG)
    assert ours.comment_check(**PING) is akismet.CheckResponse.HAM
    assert ours.submit_spam(**PING)
    [kept] = world.container.store.find(Filter()).mentions
    assert kept.label is Label.SPAM
    assert ours.comment_check(**PING) is akismet.CheckResponse.SPAM
    assert ours.submit_ham(**PING)
    assert ours.comment_check(**PING) is akismet.CheckResponse.HAM
    assert ours.comment_check(**(PING | {"comment_author": "viagra-test-123"})) is not akismet.CheckResponse.HAM
    assert not ours.usage_limit()["throttled"]
    with pytest.raises(akismet.APIKeyError):
        ours.key_sites()  # this client forgets to send its key there


def test_a_wrong_key(address: str) -> None:
    with pytest.raises(akismet.APIKeyError), client(address, "wrong"):
        pass


def test_discard(address: str, world: World) -> None:
    answer_with(world, Verdict.SPAM, 0.99999)
    with client(address) as ours:
        assert ours.comment_check(**PING) is akismet.CheckResponse.DISCARD
