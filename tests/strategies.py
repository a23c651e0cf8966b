"""Hypothesis strategies for records, derived from the records' own types: a new field needs none of its own."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_type_hints

from hypothesis import strategies as st

from moderator.records import LinkEvidence, LinkPosition, PageLink

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
DATE = st.datetimes(timezones=st.just(UTC))
_BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    bool | None: st.none() | st.booleans(),
    int | None: st.none() | st.integers(0, 10**6),
    float | None: st.none() | st.floats(0, 1),
    datetime | None: st.none() | DATE,
    tuple[str, ...] | None: st.none() | st.lists(TEXT, max_size=3).map(tuple),
    tuple[PageLink, ...] | None: st.none()
    | st.lists(st.builds(PageLink, TEXT, TEXT, TEXT, st.sampled_from(LinkPosition)), max_size=3).map(tuple),
}


def evidence() -> st.SearchStrategy[LinkEvidence]:
    """Any evidence, whether or not a page could show it."""
    hints = get_type_hints(LinkEvidence)
    return st.builds(
        LinkEvidence,
        **{
            field.name: _BY_TYPE.get(hints[field.name], st.from_type(hints[field.name]))
            for field in fields(LinkEvidence)
        },
    )
