"""The measurement on a simulated web: what the engine must hold whatever the model thinks, and what the table says."""

import pytest

from moderator.domain_lists.lazy import LazyLists
from moderator.features.extractor import Extractor
from moderator.records import LinkStatus, Verdict
from tests.benchmarks.simulated_web import Outcome, simulate, summary, table
from tests.small_model import small_model


@pytest.fixture(scope="module")
def trusting() -> tuple[list[Outcome], int]:
    """A world judged by a model that likes everything."""
    model = small_model(Extractor(LazyLists(None)).schema, {"link.redirects": (1e9, -9.0, -9.0)})
    return simulate(260, seed=3, model=model)


def test_no_page_is_approved_that_does_not_link(trusting: tuple[list[Outcome], int]) -> None:
    outcomes, _ = trusting
    approved = [outcome for outcome in outcomes if outcome.verdict is Verdict.APPROVE]
    assert len(approved) > 50
    assert all(outcome.links and outcome.status is LinkStatus.FOUND for outcome in approved)
    assert not any(outcome.strategy in ("hidden", "forged") for outcome in approved)
    assert sum(not outcome.links for outcome in outcomes) > 50, "of which there are many"


def test_the_summary_counts(trusting: tuple[list[Outcome], int]) -> None:
    outcomes, fetched = trusting
    found = summary(outcomes, fetched)
    assert len(outcomes) == 260
    assert sum(outcome.spam for outcome in outcomes) == round(0.85 * 260)
    assert found.approved_without_link == found.spam_approved_unread == 0
    assert 0.9 < found.fetches < 1.5, "every page is looked at once, redirects apart"
    assert found.ham_called_spam == 0


def test_the_table_has_a_line_for_each_strategy(trusting: tuple[list[Outcome], int]) -> None:
    outcomes, _ = trusting
    lines = table(outcomes).splitlines()
    assert len(lines) == 1 + len({outcome.strategy for outcome in outcomes})
    assert "spam" in lines[1]
    assert "ham" in lines[-1]
