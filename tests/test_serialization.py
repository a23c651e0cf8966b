"""The JSON forms: what is written is read back, nonsense is refused by name."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from math import inf, isnan, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.errors import InputError
from moderator.records import (
    Case,
    Decision,
    Kind,
    Label,
    Linkback,
    LinkEvidence,
    LinkPosition,
    LinkStatus,
    PageLink,
    Post,
    Reason,
    Verdict,
)
from moderator.serialization import (
    case_from_json,
    case_to_json,
    decision_from_json,
    decision_to_json,
    evidence_from_json,
    evidence_to_json,
    from_text,
    linkback_from_json,
    linkback_to_json,
    to_text,
)
from tests import strategies

_text = strategies.TEXT
_date = st.none() | strategies.DATE
URLS = {"source_url": "https://a.example/1", "target_url": "https://b.example/2"}


def through_json(form: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(form, allow_nan=False))
    return read


@given(strategies.evidence())
@settings(max_examples=60, deadline=None)
def test_evidence_comes_back(evidence: LinkEvidence) -> None:
    assert evidence_from_json(through_json(evidence_to_json(evidence))) == evidence


def test_every_field_of_checked_evidence_is_written() -> None:
    form = evidence_to_json(LinkEvidence(status=LinkStatus.FOUND))
    assert list(form) == [field.name for field in fields(LinkEvidence)]
    assert form["http_status"] is None


def test_unchecked_evidence_is_written_short() -> None:
    assert evidence_to_json(LinkEvidence()) == {"status": "not_checked"}


@pytest.mark.parametrize("form", [{}, {"status": None}, {"status": "not_checked"}, {"from_tomorrow": 1}])
def test_evidence_that_says_nothing_is_not_checked(form: dict[str, Any]) -> None:
    assert evidence_from_json(form) == LinkEvidence()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "maybe"),
        ("status", 7),
        ("status", ["found"]),
        ("position", "attic"),
        ("sender_match", {}),
        ("hidden", "no"),
        ("nofollow", 1),
        ("redirects", -1),
        ("redirects", 1.5),
        ("redirects", True),
        ("http_status", "200"),
        ("http_status", nan),
        ("text_length", inf),
        ("copied_share", 1.2),
        ("copied_share", nan),
        ("copied_share", False),
        ("snippet", 3),
        ("checked_at", "yesterday"),
        ("checked_at", 12),
        ("listed_in", "uribl"),
        ("listed_in", [1]),
    ],
)
def test_nonsense_in_evidence_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(InputError, match=field):
        evidence_from_json({field: value})


@pytest.mark.parametrize("form", [None, [], "found", 3])
def test_evidence_must_be_an_object(form: Any) -> None:
    with pytest.raises(InputError, match="object"):
        evidence_from_json(form)


def test_a_decision_comes_back() -> None:
    decision = Decision(
        linkback_id="7",
        verdict=Verdict.SPAM,
        spam_probability=0.97,
        reasons=(Reason("wording.word", "casino", 1.5, "a word"), Reason("domain.digits", 3.0, -0.5, "digits")),
        evidence=LinkEvidence(status=LinkStatus.MISSING),
        rule="",
        decided_at=datetime(2020, 1, 1, tzinfo=UTC),
        model="default 0123",
    )
    assert decision_from_json(through_json(decision_to_json(decision))) == decision


def test_values_that_json_lacks() -> None:
    reasons = tuple(Reason("f", value, 0.0, "m") for value in (nan, inf, -inf))
    form = through_json(decision_to_json(Decision("7", Verdict.HOLD, 0.5, reasons)))
    assert [reason["value"] for reason in form["reasons"]] == [None, "inf", "-inf"]
    back = decision_from_json(form).reasons[0].value
    assert isinstance(back, float)
    assert isnan(back)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"verdict": "ham"}, "verdict"),
        ({"verdict": None}, "verdict"),
        ({"spam_probability": None}, "spam_probability"),
        ({"spam_probability": 2}, "spam_probability"),
        ({"linkback_id": ""}, "linkback_id"),
        ({"reasons": "many"}, "reasons"),
        ({"reasons": [{"contribution": "x"}]}, "contribution"),
        ({"reasons": [{"contribution": 1, "value": []}]}, "value"),
        ({"evidence": [1]}, "evidence"),
    ],
)
def test_nonsense_in_a_decision_is_refused_by_name(change: dict[str, Any], named: str) -> None:
    form = decision_to_json(Decision("7", Verdict.HOLD, 0.5)) | change
    with pytest.raises(InputError, match=named):
        decision_from_json(form)


@given(
    st.builds(
        Linkback,
        source_url=_text.filter(bool),
        target_url=_text.filter(bool),
        kind=st.sampled_from(Kind),
        title=_text,
        excerpt=_text,
        blog_name=_text,
        sender_ip=_text,
        user_agent=_text,
        received_at=_date,
        site=_text,
    )
)
@settings(max_examples=60, deadline=None)
def test_a_linkback_comes_back(linkback: Linkback) -> None:
    assert linkback_from_json(through_json(linkback_to_json(linkback))) == linkback


@pytest.mark.parametrize("post", [None, Post("https://b.example/canonical", "our", ""), Post("", "", "text")])
@pytest.mark.parametrize("label", [None, Label.HAM])
def test_a_case_comes_back(post: Post | None, label: Label | None) -> None:
    case = Case(
        Linkback(URLS["source_url"], URLS["target_url"], received_at=datetime(2020, 1, 1, tzinfo=UTC)),
        post,
        LinkEvidence(status=LinkStatus.GONE),
        label,
        None if label is None else datetime(2020, 1, 2, tzinfo=UTC),
    )
    assert case_from_json(through_json(case_to_json(case))) == case


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"source_url": ""}, "source_url"),
        ({"target_url": None}, "target_url"),
        ({"title": 3}, "title"),
        ({"kind": "comment"}, "kind"),
        ({"received_at": "9999-12-31T23:59:59-12:00"}, "received_at"),
        ({"received_at": True}, "received_at"),
    ],
)
def test_nonsense_in_a_linkback_is_refused_by_name(change: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        linkback_from_json(URLS | change)


def test_dates_without_offset_are_utc() -> None:
    at = linkback_from_json(URLS | {"received_at": "2020-01-01T12:00:00"}).received_at
    assert at == datetime(2020, 1, 1, 12, tzinfo=UTC)


@given(strategies.evidence())
@settings(max_examples=60, deadline=None)
def test_evidence_comes_back_from_text(evidence: LinkEvidence) -> None:
    for spaced in (False, True):
        assert evidence_from_json(from_text(to_text(evidence_to_json(evidence), spaced=spaced))) == evidence


def test_evidence_of_an_earlier_release_is_read() -> None:
    written = (
        '{"status": "found", "detail": "", "checked_at": "2024-05-01T12:00:00+00:00", "http_status": 200, "redirects": '
        '0.0, "position": "article", "hidden": false, "link_text_share": 1.0000000001, "title_on_page": 1, '
        '"sender_match": "", "listed_in": ["a"], "a_field_that_went": {"x": [1]}, "anchor_text": null}'
    )
    evidence = evidence_from_json(from_text(written))
    assert evidence == LinkEvidence(
        status=LinkStatus.FOUND,
        checked_at=datetime(2024, 5, 1, 12, tzinfo=UTC),
        http_status=200,
        redirects=0,
        position=LinkPosition.ARTICLE,
        hidden=False,
        link_text_share=1.0000000001,
        title_on_page=1.0,
        listed_in=("a",),
    )
    assert type(evidence.redirects) is int
    assert type(evidence.title_on_page) is float


def test_links_leave_out_their_empty_texts() -> None:
    links = (PageLink("https://a.example/", "", "nofollow"), PageLink("", "text"))
    form = evidence_to_json(LinkEvidence(status=LinkStatus.FOUND, page_links=links))
    assert form["page_links"] == [
        {"url": "https://a.example/", "rel": "nofollow", "position": "body"},
        {"url": "", "text": "text", "position": "body"},
    ]
    assert evidence_from_json(form).page_links == links


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, 2.5, None, True]}, '{"a":[1,2.5,null,true]}'),
        ([nan, inf], "[null,null]"),
        (np.float64(0.1), "0.1"),
        ("\ud800é", '"\\ud800\\u00e9"'),
        (Reason("f", nan, 0.5, "m"), '{"feature":"f","value":null,"contribution":0.5,"meaning":"m"}'),
        (Verdict.HOLD, '"hold"'),
    ],
)
def test_text_of_values(value: object, text: str) -> None:
    assert to_text(value) == text


def test_what_json_cannot_hold_is_an_error() -> None:
    with pytest.raises(TypeError, match="object"):
        to_text({"a": object()})


def test_text_that_only_python_writes_is_read() -> None:
    infinite, surrogate = from_text('[Infinity, "\\ud800"]')
    assert (infinite, surrogate) == (inf, "\ud800")
    with pytest.raises(ValueError, match="Expecting"):
        from_text("{")
