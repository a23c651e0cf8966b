"""What is stored of a decision is the JSON that its codec tells, compact and in ASCII."""

import json
from math import inf, nan

import numpy as np
import pytest

from moderator.history.rows import DECISION_COLUMNS, decision_values
from moderator.records import Decision, Reason, Verdict
from moderator.serialization import reason_to_json

REASONS = (
    Reason("sending.sender_1h", 12.0, 1 / 3, "linkbacks from the sender's address in the last hour"),
    Reason("link.found", nan, -0.25, "the page holds a link"),
    Reason("domain.odd", inf, 1e-300, "odd"),
    Reason("domain.odd", -inf, -0.0, "odd"),
    Reason("link.snippet", 'see "us" \ud800 \u2026 \n', 0.0, "the text around the link"),
    Reason("wording.title", 1e16, -1e22, "größer"),
    Reason("wording.host", np.float64(0.1), np.float64(1 / 7), "numbers of numpy's"),
    Reason("base", 2, 0, "whole numbers"),
)


@pytest.mark.parametrize("count", range(len(REASONS) + 1))
def test_reasons_are_stored_in_their_json_form(count: int) -> None:
    told = dict(zip(DECISION_COLUMNS, decision_values(Decision("a", Verdict.HOLD, 0.5, REASONS[:count])), strict=True))
    forms = [reason_to_json(reason) for reason in REASONS[:count]]
    assert (json.loads(told["reasons"]) if forms else told["reasons"]) == (forms or None)
