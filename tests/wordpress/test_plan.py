"""What may be changed, and what not."""

import pytest

from moderator.errors import InputError
from moderator.model.policy import Rule
from moderator.records import Decision, Verdict
from moderator.wordpress.plan import Plan, read_plan

WANTED = [
    # plan, status, verdict, probability of spam -> new status
    ({}, "hold", "spam", 0.9, "spam"),
    ({}, "hold", "approve", 0.1, "approved"),
    ({}, "hold", "hold", 0.5, ""),
    ({}, "approved", "spam", 0.99, ""),
    ({}, "spam", "approve", 0.01, ""),
    ({}, "trash", "approve", 0.01, ""),
    ({}, "post-trashed", "spam", 0.99, ""),
    ({"only": ["spam"]}, "hold", "approve", 0.1, ""),
    ({"only": ["spam"]}, "hold", "spam", 0.9, "spam"),
    ({"min_confidence": 0.95}, "hold", "spam", 0.94, ""),
    ({"min_confidence": 0.95}, "hold", "spam", 0.96, "spam"),
    ({"min_confidence": 0.95}, "hold", "approve", 0.06, ""),
    ({"min_confidence": 0.95}, "hold", "approve", 0.04, "approved"),
    ({"include_decided": True}, "spam", "approve", 0.01, "approved"),
    ({"include_decided": True}, "approved", "spam", 0.99, "spam"),
    ({"include_decided": True}, "approved", "hold", 0.5, ""),
    ({"include_decided": True, "only": ["hold"]}, "approved", "hold", 0.5, "hold"),
    ({"include_decided": True}, "trash", "approve", 0.01, ""),
    ({"include_decided": True}, "approved", "approve", 0.01, ""),
]


@pytest.mark.parametrize(("wishes", "status", "verdict", "chance", "after"), WANTED)
def test_what_is_wanted(wishes: dict[str, object], status: str, verdict: str, chance: float, after: str) -> None:
    plan = read_plan(**wishes)  # type: ignore[arg-type]
    assert plan.new_status(status, Decision("1", Verdict(verdict), chance)) == after


def test_a_failure_inside_changes_nothing() -> None:
    plan = read_plan(only=["hold"], include_decided=True)
    assert plan.new_status("approved", Decision("1", Verdict.HOLD, 0.5, rule=Rule.FAILURE.value)) == ""


BAD = [
    ({"only": ["ham"]}, "verdicts are approve, hold and spam"),
    ({"min_confidence": 1.5}, "no probability"),
    ({"min_confidence": float("nan")}, "no probability"),
    ({"statuses": ["trash"]}, "pending, approved or spam"),
    ({"statuses": ["spam"]}, "add --include-decided"),
]


@pytest.mark.parametrize(("wishes", "message"), BAD)
def test_wishes_that_make_no_sense(wishes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_plan(**wishes)  # type: ignore[arg-type]


def test_the_same_wishes_read_the_same() -> None:
    assert read_plan(["spam", "approve"]).to_json() == Plan().to_json() == read_plan(statuses=["pending"]).to_json()
