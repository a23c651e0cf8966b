"""Answers are well-formed whatever they quote."""

from xml.etree.ElementTree import fromstring
from xmlrpc.client import Fault, loads

import pytest

from moderator.errors import ProtocolError
from moderator.intake import fault_response, success_response
from moderator.records import Kind

NASTY = 'a <b> & "c" ]]> \x00\x1b \ud800 é'


def test_pingback_fault_is_an_xmlrpc_fault() -> None:
    with pytest.raises(Fault) as caught:
        loads(fault_response(ProtocolError(NASTY, fault_code=17), Kind.PINGBACK))
    assert caught.value.faultCode == 17
    assert caught.value.faultString == 'a <b> & "c" ]]> ?? ? é'


def test_pingback_success() -> None:
    assert loads(success_response(Kind.PINGBACK, "Thanks & bye"))[0] == ("Thanks & bye",)


def test_trackback_answers() -> None:
    fault = fromstring(fault_response(ProtocolError(NASTY, fault_code=1), Kind.TRACKBACK))
    assert (fault.tag, fault.findtext("error"), fault.findtext("message")) == (
        "response",
        "1",
        'a <b> & "c" ]]> ?? ? é',
    )
    assert fromstring(success_response(Kind.TRACKBACK)).findtext("error") == "0"


def test_webmention_answers_are_text() -> None:
    assert (
        fault_response(ProtocolError("no & target", fault_code=400, http_status=400), Kind.WEBMENTION)
        == b"no & target\n"
    )
    assert success_response(Kind.WEBMENTION) == b"Received.\n"
