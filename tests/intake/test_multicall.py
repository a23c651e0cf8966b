"""Several calls in one request: read with limits, each for itself."""

from __future__ import annotations

import xmlrpc.client

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.errors import ProtocolError
from moderator.intake.multicall import MAX_CALLS, read_multicall
from moderator.intake.responses import multicall_response

PING = {"methodName": "pingback.ping", "params": ["http://a.example/1", " http://b.example/2 "]}


def body(*calls: object, method: str = "system.multicall") -> bytes:
    return xmlrpc.client.dumps((list(calls),), method).encode()


def test_calls_are_read_one_by_one() -> None:
    wrong: tuple[object, ...] = (
        "no struct",
        {"methodName": 3},
        {"methodName": "pingback.ping", "params": [1, 2]},
        {"methodName": "pingback.ping", "params": "x"},
        {"methodName": "system.multicall", "params": []},
    )
    first, *others = read_multicall(body(PING, *wrong))
    assert first == ("pingback.ping", ["http://a.example/1", "http://b.example/2"])
    assert [each.fault_code for each in others if isinstance(each, ProtocolError)] == [-32602] * 4 + [-32600]


def test_none_and_as_many_as_may_be() -> None:
    assert read_multicall(body()) == []
    assert len(read_multicall(body(*[PING] * MAX_CALLS))) == MAX_CALLS


BOMB = (
    b"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
    b"<methodCall><methodName>system.multicall</methodName><params><param><value>&b;</value></param></params></methodCall>"
)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (body(*[PING] * (MAX_CALLS + 1)), -32602),
        (body(PING, method="pingback.ping"), -32602),
        (xmlrpc.client.dumps(("x",), "system.multicall").encode(), -32602),
        (xmlrpc.client.dumps((), "system.multicall").encode(), -32602),
        (b"", -32700),
        (b"<methodCall>", -32700),
        (b"<methodCall/>", -32700),
        (body(PING)[:-20], -32700),
        (
            body(PING).replace(b"<string>http", b"<string><int>http", 1).replace(b"</string>", b"</int></string>", 1),
            -32700,
        ),
        (BOMB, -32600),
        (b"<a>" * 2000, -32600),
        (b"<methodCall>" + b"<value/>" * 2000 + b"</methodCall>", -32600),
        (b"<methodCall>" + b" " * 70_000 + b"</methodCall>", -32600),
        (body({"methodName": "x", "params": ["y" * 70_000]}), -32600),
    ],
)
def test_what_is_refused_as_a_whole(sent: bytes, code: int) -> None:
    with pytest.raises(ProtocolError) as raised:
        read_multicall(sent)
    assert raised.value.fault_code == code


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: body({"methodName": "x", "params": []}) + text.encode("utf-8", "replace"))
)
def test_nothing_else_is_raised(sent: bytes) -> None:
    try:
        read_multicall(sent)
    except ProtocolError as error:
        assert error.fault_code < 0


def test_answers_are_read_by_a_client() -> None:
    told = multicall_response(["Received.", ProtocolError("no <such> post", fault_code=32)])
    [answers], _ = xmlrpc.client.loads(told.decode())
    assert answers == [["Received."], {"faultCode": 32, "faultString": "no <such> post"}]
