"""Strangers' doors under generated nonsense: never a server error, never a wait, always the protocol's own shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from moderator.service.records import Filter
from tests.service.service_fakes import AKISMET_KEY, BLOG, POST, World

SOURCE = "https://garden.example/1"
CALL = (
    f"<?xml version='1.0' encoding='utf-8'?><methodCall><methodName>pingback.ping</methodName><params><param><value>"
    f"<string>{SOURCE}</string></value></param><param><value>{POST}</value></param></params></methodCall>"
).encode()
MANY = (
    b"<methodCall><methodName>system.multicall</methodName><params><param><value><array><data><value><struct><member>"
    b"<name>methodName</name><value>pingback.ping</value></member><member><name>params</name><value><array><data>"
    + f"<value>{SOURCE}</value><value>{POST}</value>".encode()
    + b"</data></array></value></member></struct></value></data></array></value></param></params></methodCall>"
)
FORM = f"source={SOURCE}&target={POST}&vouch=https://v.example/".encode()
PING = f"url={SOURCE}&title=Roses&excerpt=On+roses&blog_name=A+blog&charset=utf-8".encode()
ASKED = (
    f"api_key={AKISMET_KEY}&blog={BLOG}&user_ip=203.0.113.9&comment_type=trackback&comment_author=A&"
    f"comment_author_url={SOURCE}&comment_content=%3Cstrong%3Ex%3C/strong%3E%0A%0Ay&permalink={POST}&is_multicall=1"
).encode()
XML_BITS = [
    b"<",
    b">",
    b"&#0;",
    b"&x;",
    b"<!DOCTYPE a [<!ENTITY x 'y'>]>",
    b"<![CDATA[",
    b"<i4>",
    b"\xff\xfe",
    b"utf-16",
]
FORM_BITS = [
    b"&",
    b"=",
    b"%00",
    b"%",
    b"%zz",
    b"%ff%fe",
    b"+",
    b";",
    b"charset=utf-7&",
    b"http://[",
    b"%E2%80%AE",
    b"\r\n",
]
DOORS: dict[str, tuple[str, list[bytes], list[bytes]]] = {
    "pingback": ("/pingback", [CALL, MANY], XML_BITS),
    "trackback": (f"/trackback?target={POST}", [PING], FORM_BITS),
    "webmention": ("/webmention", [FORM], FORM_BITS),
    "check": ("/1.1/comment-check", [ASKED], FORM_BITS),
    "submit": ("/1.1/submit-spam", [ASKED], FORM_BITS),
    "verify": ("/1.1/verify-key", [f"key={AKISMET_KEY}&blog={BLOG}".encode()], FORM_BITS),
}
TYPES = [
    "application/x-www-form-urlencoded",
    "text/xml",
    "application/json",
    "multipart/form-data; boundary=x",
    "",
    "\x7f",
]


def mutations(corpus: list[bytes], bits: list[bytes]) -> st.SearchStrategy[bytes]:
    """A well-formed request that was cut, doubled and spoilt in some places; or bytes without any form."""
    change = st.tuples(
        st.integers(0, 600), st.integers(0, 40), st.one_of(st.sampled_from(bits), st.binary(max_size=12))
    )

    def spoil(body: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
        for place, cut, put in changes:
            place %= len(body) + 1
            body = body[:place] + put + body[place + cut :]
        return body

    spoilt = st.builds(spoil, st.sampled_from(corpus), st.lists(change, max_size=6))
    return st.one_of(spoilt, st.binary(max_size=200), spoilt.map(lambda body: body * 3))


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_no_door_breaks(make_world: Callable[..., World], door: str) -> None:
    path, corpus, bits = DOORS[door]
    world = make_world(requests_per_minute=1_000_000)
    client = TestClient(world.app, raise_server_exceptions=False)

    @given(body=mutations(corpus, bits), content_type=st.sampled_from(TYPES))
    @settings(max_examples=150, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def attempt(body: bytes, content_type: str) -> None:
        answer = client.post(path, content=body, headers={"content-type": content_type})
        assert answer.status_code < 500, answer.text
        if door == "pingback":
            assert b"<methodResponse>" in answer.content
        elif door == "trackback":
            assert b"<response><error>" in answer.content

    attempt()
    # what got in can be judged
    for mention in world.container.store.take(5, world.clock(), timedelta(minutes=1)):
        world.container.workers._process(mention)
    assert all(each.decision for each in world.container.store.find(Filter()).mentions if each.attempts)
