"""A row whose evidence arrives later equals one that knew it from the start."""

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.blogosphere import generate
from moderator.features.context import FeatureContext
from moderator.features.extractor import GROUPS, Extractor
from moderator.features.row import FeatureRow
from moderator.history.memory import MemoryHistory
from moderator.records import LinkEvidence, LinkStatus
from moderator.replay import Replay, ScoredInput
from moderator.tables.rows import case_of
from tests import strategies

EXTRACTOR = Extractor()


@cache
def inputs() -> list[ScoredInput]:
    replay = Replay(MemoryHistory(), EXTRACTOR)
    return [replay.extract_and_record(case_of(row)) for row in generate(seed=3, linkbacks=40)]


def assert_same(one: FeatureRow, other: FeatureRow) -> None:
    differing = [
        name
        for name, a, b in zip(EXTRACTOR.schema.numbers, one.numbers, other.numbers, strict=True)
        if not np.array_equal(a, b, equal_nan=True)
    ]
    assert differing == []
    assert one.wording == other.wording


@given(first=strategies.evidence(), second=strategies.evidence())
@settings(max_examples=60, deadline=None)
def test_evidence_that_arrives_later_gives_the_row_of_a_full_extraction(
    first: LinkEvidence, second: LinkEvidence
) -> None:
    for known in inputs()[:: len(inputs()) // 4]:
        context, row = EXTRACTOR.with_evidence(known.context, known.row, first)
        context, row = EXTRACTOR.with_evidence(context, row, second)
        full = EXTRACTOR.context(replace(known.case, evidence=second), known.context.snapshot)
        assert context == full
        assert_same(row, EXTRACTOR.extract(full))
        snapshot = inputs()[-1].context.snapshot
        context, row = EXTRACTOR.with_evidence(context, row, first, snapshot)
        full = EXTRACTOR.context(replace(known.case, evidence=first), snapshot)
        assert context == full
        assert_same(row, EXTRACTOR.extract(full))


@given(evidence=strategies.evidence(), status=st.sampled_from(LinkStatus), hidden=st.sampled_from((None, False, True)))
@settings(max_examples=60, deadline=None)
def test_a_page_whose_link_alone_is_thought_away_gives_the_row_of_a_full_extraction(
    evidence: LinkEvidence, status: LinkStatus, hidden: bool | None
) -> None:
    known = inputs()[0]
    context, row = EXTRACTOR.with_evidence(known.context, known.row, evidence)
    other = replace(evidence, status=status, hidden=hidden)
    context, row = EXTRACTOR.with_evidence(context, row, other)
    full = EXTRACTOR.context(replace(known.case, evidence=other), known.context.snapshot)
    assert context == full
    assert_same(row, EXTRACTOR.extract(full))


def test_a_page_is_not_read_again_for_its_link() -> None:
    def broken(context: FeatureContext) -> tuple[float, ...]:
        raise AssertionError("read again")

    known = next(known for known in inputs() if known.case.evidence.page_text)
    groups = tuple(replace(group, fill=broken) if group.reads_page else group for group in GROUPS)
    assert len(groups) > sum(group.fill is not broken for group in groups)
    without = replace(known.case.evidence, status=LinkStatus.MISSING, hidden=None)
    Extractor(None, groups).with_evidence(known.context, known.row, without)


def test_another_past_gives_the_row_of_a_full_extraction() -> None:
    for known, other in itertools.pairwise(inputs()):
        snapshot = other.context.snapshot
        context, row = EXTRACTOR.with_snapshot(known.context, known.row, snapshot)
        full = EXTRACTOR.context(known.case, snapshot)
        assert context == full
        assert_same(row, EXTRACTOR.extract(full))


class Unreadable:
    """Evidence or a snapshot that must not be read."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} was read")


@pytest.mark.parametrize("group", [group for group in GROUPS if not group.reads_evidence], ids=lambda group: group.name)
def test_other_groups_do_not_read_evidence(group) -> None:
    for known in inputs():
        unread: FeatureContext = known.context._replace(evidence=Unreadable())  # type: ignore[arg-type]
        group.fill(unread)


@pytest.mark.parametrize("group", [group for group in GROUPS if not group.reads_snapshot], ids=lambda group: group.name)
def test_other_groups_do_not_read_the_snapshot(group) -> None:
    for known in inputs():
        group.fill(known.context._replace(snapshot=Unreadable()))  # type: ignore[arg-type]


def test_nothing_else_is_computed_again() -> None:
    def broken(context: FeatureContext) -> tuple[float, ...]:
        raise AssertionError("computed again")

    groups = tuple(group if group.reads_evidence else replace(group, fill=broken) for group in GROUPS)
    known = inputs()[0]
    Extractor(None, groups).with_evidence(known.context, known.row, LinkEvidence())
