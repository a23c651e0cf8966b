"""What reports add to a score."""

from hypothesis import given
from hypothesis import strategies as st

from moderator.domain_lists.reports import NO_REPORTS, Reports
from moderator.model.reports import EACH, MOST, reports_log_odds, reports_reasons


@given(st.lists(st.floats(0.001, 1), max_size=12), st.floats(0, 8))
def test_it_is_never_negative_and_never_more_than_the_most(weights: list[float], ham: float) -> None:
    added = reports_log_odds(Reports(spam=tuple(weights), ham=ham))
    assert 0.0 <= added <= MOST
    assert added == reports_log_odds(Reports(spam=tuple(weights)))
    assert (added == 0.0) == (not weights)


def test_nobody_adds_nothing_and_is_not_named() -> None:
    assert reports_log_odds(NO_REPORTS) == 0.0
    assert reports_reasons(NO_REPORTS) == ()


def test_reasons_name_the_lists_and_add_up() -> None:
    reports = Reports(spam=(0.5, 0.1), ham=0.2, said_by=("friend", "new"))
    reasons = reports_reasons(reports)
    assert [reason.feature for reason in reasons] == ["reports.spam", "reports.lists", "reports.ham"]
    assert reasons[1].value == "friend (50 %), new (10 %)"
    assert sum(reason.contribution for reason in reasons) == EACH * 0.6
