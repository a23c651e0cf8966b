"""What a row tells of its verdict is the JSON form of the decision, in one line with spaces."""

import json
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.batch.verdicts import added_text, held_text
from moderator.records import Decision, LinkEvidence, LinkStatus, Reason, Verdict
from moderator.serialization import decision_to_json


@given(
    st.lists(st.builds(Reason, st.text(max_size=5), st.floats() | st.text(max_size=5), st.floats(-9, 9), st.text())),
    st.floats(0, 1),
    st.sampled_from([LinkEvidence(), LinkEvidence(status=LinkStatus.FOUND, snippet='"\n漢')]),
)
@settings(max_examples=80, deadline=None)
def test_a_verdict_is_written_in_the_form_of_the_decision(
    reasons: list[Reason], chance: float, evidence: LinkEvidence
) -> None:
    decision = Decision("7", Verdict.SPAM, chance, tuple(reasons), evidence)
    form = decision_to_json(decision)
    expected = {name: form[name] for name in ("verdict", "spam_probability", "reasons", "evidence")}
    assert json.loads(added_text(decision)) == expected
    assert added_text(decision).endswith("}}")
    del expected["evidence"]
    assert json.loads(added_text(decision, keep_evidence=True)) == expected
    assert added_text(decision, keep_evidence=True).endswith("]}")


def test_the_form_of_the_text() -> None:
    reasons = (Reason("a.b", 0.5, -1.25, "größer"), Reason("base", inf, 0.1, "x"), Reason("c", nan, 0.0, "\ud800"))
    decision = Decision("7", Verdict.SPAM, 0.9, reasons[:2])
    assert added_text(decision, keep_evidence=True) == (
        '{"verdict": "spam", "spam_probability": 0.9, "reasons": [{"feature": "a.b", "value": 0.5, '
        '"contribution": -1.25, "meaning": "größer"}, {"feature": "base", "value": "inf", "contribution": 0.1, '
        '"meaning": "x"}]}'
    )
    broken = Decision("7", Verdict.SPAM, 0.9, reasons[2:])
    assert added_text(broken, keep_evidence=True) == (
        '{"verdict": "spam", "spam_probability": 0.9, "reasons": [{"feature": "c", "value": null, "contribution": 0.0, '
        '"meaning": "\\ud800"}]}'
    )


@pytest.mark.parametrize("keep", [False, True])
def test_a_held_row(keep: bool) -> None:
    form = json.loads(held_text('line 3: "bad"', keep_evidence=keep))
    assert form["error"] == 'line 3: "bad"'
    assert (form["verdict"], form["spam_probability"], form["reasons"]) == ("hold", 0.5, [])
    assert ("evidence" in form) is not keep
