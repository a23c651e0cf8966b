"""One row: what it may say, and what is refused with its line, its column and the way out."""

import json
from datetime import UTC, datetime
from math import nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.errors import RowError
from moderator.records import Kind, Label, Linkback, LinkEvidence, LinkStatus, Post
from moderator.serialization import evidence_to_json
from moderator.tables.rows import COLUMNS, MAX_FIELD, case_of, id_of, received_at

URLS = {"source_url": "https://a.example/1", "target_url": "https://b.example/2"}
FOUND = LinkEvidence(status=LinkStatus.FOUND, snippet="there")


def test_a_bare_row_knows_nothing_else() -> None:
    case = case_of(URLS)
    assert case.linkback == Linkback(source_url="https://a.example/1", target_url="https://b.example/2")
    assert (case.post, case.evidence, case.label, case.labelled_at) == (None, LinkEvidence(), None, None)


@pytest.mark.parametrize("empty", [None, "", nan])
def test_empty_means_not_known(empty: object) -> None:
    others = [name for name in COLUMNS if name not in URLS]
    assert case_of(URLS | dict.fromkeys(others, empty)) == case_of(URLS)


@pytest.mark.parametrize("word", ["NaN", "null", "None", "NaT", " "])
def test_words_for_empty_in_columns_that_hold_no_free_text(word: str) -> None:
    names = ("kind", "received_at", "label", "labelled_at", "evidence")
    assert case_of(URLS | dict.fromkeys(names, word)) == case_of(URLS)


def test_a_full_row() -> None:
    case = case_of(
        URLS
        | {
            "id": 12.0,
            "kind": "Trackback",
            "title": "t",
            "excerpt": "e",
            "blog_name": 2005,
            "sender_ip": "192.0.2.1",
            "user_agent": "u",
            "received_at": "2020-01-02T03:04:05Z",
            "site": "s",
            "target_title": "our",
            "target_text": "text",
            "label": "spam",
            "labelled_at": datetime(2020, 1, 3, tzinfo=UTC),
            "evidence": evidence_to_json(FOUND),
            "unknown": object(),
        }
    )
    assert case.linkback == Linkback(
        source_url="https://a.example/1",
        target_url="https://b.example/2",
        kind=Kind.TRACKBACK,
        title="t",
        excerpt="e",
        blog_name="2005",
        sender_ip="192.0.2.1",
        user_agent="u",
        received_at=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
        site="s",
        id="12",
    )
    assert case.post == Post("https://b.example/2", "our", "text")
    assert case.evidence == FOUND
    assert (case.label, case.labelled_at) == (Label.SPAM, datetime(2020, 1, 3, tzinfo=UTC))


def test_evidence_as_text() -> None:
    assert case_of(URLS | {"evidence": json.dumps(evidence_to_json(FOUND))}).evidence == FOUND


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("ham", Label.HAM),
        ("HAM", Label.HAM),
        ("approve", Label.HAM),
        ("approved", Label.HAM),
        ("1", Label.HAM),
        (1, Label.HAM),
        (1.0, Label.HAM),
        ("spam", Label.SPAM),
        ("hold", None),
        ("pending", None),
        ("0", None),
        (0, None),
        ("trash", Label.SPAM),
        ("unsure", None),
        ("gray", None),
    ],
)
def test_the_words_of_queues(word: object, label: Label | None) -> None:
    assert case_of(URLS | {"label": word}).label is label


@pytest.mark.parametrize("word", ["ham", "spam", "hold", "1"])
def test_a_label_changes_nothing_but_the_label(word: str) -> None:
    labelled, bare = case_of(URLS | {"label": word, "labelled_at": "2020-01-01"}), case_of(URLS)
    assert labelled.linkback == bare.linkback
    assert labelled.linkback.id == bare.linkback.id
    assert (labelled.post, labelled.evidence) == (bare.post, bare.evidence)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"source_url": None}, "source_url is missing"),
        ({"source_url": " \t"}, "source_url is missing"),
        ({"target_url": ""}, "target_url is missing"),
        ({"source_url": ["https://a.example/"]}, "source_url is no text"),
        ({"title": {"a": 1}}, "title is no text"),
        ({"title": True}, "title is no text"),
        ({"kind": "comment"}, "kind is none of pingback"),
        ({"kind": []}, "kind is no text"),
        ({"received_at": "last week"}, "received_at is no date"),
        ({"received_at": 1577836800}, "received_at is no date"),
        ({"received_at": "0001-01-01T00:00:00+23:00"}, "received_at is no date"),
        ({"labelled_at": "soon"}, "labelled_at is no date"),
        ({"label": "maybe"}, "label is none of ham"),
        ({"label": "x" * 200}, "label is none of ham"),
        ({"evidence": "{"}, "evidence is no JSON object"),
        ({"evidence": "[1]"}, "evidence is no JSON object"),
        ({"evidence": "[" * 100_000}, "evidence is no JSON object"),
        ({"evidence": {"status": "perhaps"}}, "status is none of"),
        ({"evidence": {"status": "found", "snippet": "a\0"}}, "NUL"),
        ({"evidence": {"listed_in": ["\ud800"]}}, "surrogate"),
        ({"excerpt": "a\0b"}, "excerpt holds a NUL"),
        ({"excerpt": "a\ud800"}, "excerpt holds .* surrogate"),
        ({"id": "\udcff"}, "id holds bytes that are not UTF-8"),
        ({"excerpt": "x" * MAX_FIELD}, "excerpt has 1000000 bytes, the limit is 999999"),
        ({"target_text": "漢" * (MAX_FIELD // 3 + 1)}, "target_text has 1000002 bytes"),
    ],
)
def test_nonsense_is_refused_with_line_and_column(change: dict[str, Any], named: str) -> None:
    with pytest.raises(RowError, match=f"^line 7: .*{named}") as raised:
        case_of(URLS | change, 7)
    assert raised.value.line == 7
    assert len(str(raised.value)) < 400


def test_a_field_just_below_the_limit_is_read() -> None:
    assert len(case_of(URLS | {"excerpt": "x" * (MAX_FIELD - 1)}).linkback.excerpt) == MAX_FIELD - 1


def test_time_and_id_alone() -> None:
    assert received_at({"received_at": "2020-01-01"}) == datetime(2020, 1, 1, tzinfo=UTC)
    assert received_at({"received_at": "rubbish"}) is None
    assert id_of({"id": 3}) == "3"
    assert id_of(URLS) == case_of(URLS).linkback.id
    assert id_of({}) == ""


_anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.none())


@given(st.dictionaries(st.sampled_from(COLUMNS), _anything | st.dictionaries(st.text(max_size=3), _anything)))
@settings(max_examples=150, deadline=None)
def test_anything_is_a_case_or_a_row_error(values: dict[str, Any]) -> None:
    try:
        case_of(values, 1)
    except RowError as error:
        assert str(error).startswith("line 1: ")
