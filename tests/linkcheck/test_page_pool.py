import os
import signal
from datetime import UTC, datetime

import pytest

from moderator.linkcheck.evidence import build_evidence
from moderator.linkcheck.fetch import Fetched
from moderator.linkcheck.page_pool import PagePool
from moderator.records import Linkback, LinkStatus, Post

pytestmark = pytest.mark.slow
NOW = datetime(2024, 5, 1, tzinfo=UTC)
SENT = Linkback("http://a.example/", "https://ours.example/p", title="Herons", sender_ip="8.8.8.8")
POST = Post("https://ours.example/p", "Herons", "herons at the river are counted every day")


def fetched(body: bytes) -> Fetched:
    return Fetched("http://a.example/", 200, 0, ("8.8.8.8",), "text/html", "", body, "", True)


def test_processes_read_as_we_do() -> None:
    page = fetched(b"<article>herons <a href=https://ours.example/p>at the river are counted</a>")
    with PagePool(1) as read:
        evidence = read(SENT, POST, page, NOW)
        assert evidence == build_evidence(SENT, POST, page, NOW)
        assert evidence.status is LinkStatus.FOUND
        # A process that dies takes one page with it, and the next one is read again.
        reader = read._idle.get()
        os.kill(reader.process.pid or 0, signal.SIGKILL)
        read._idle.put(reader)
        with pytest.raises(ChildProcessError, match="has died"):
            read(SENT, POST, page, NOW)
        assert read(SENT, POST, page, NOW) == evidence
