"""What is written of a verdict by hand is what the encoder would write."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.batch.verdicts import added_text, held_text
from moderator.records import Decision, LinkEvidence, LinkStatus, Reason, Verdict
from moderator.serialization import decision_to_json
from moderator.tables.jsonl import encode


@given(
    st.lists(st.builds(Reason, st.text(max_size=5), st.floats() | st.text(max_size=5), st.floats(-9, 9), st.text())),
    st.floats(0, 1),
    st.sampled_from([LinkEvidence(), LinkEvidence(status=LinkStatus.FOUND, snippet='"\n漢')]),
)
@settings(max_examples=80, deadline=None)
def test_a_verdict_is_written_as_the_encoder_writes_it(
    reasons: list[Reason], chance: float, evidence: LinkEvidence
) -> None:
    decision = Decision("7", Verdict.SPAM, chance, tuple(reasons), evidence)
    form = decision_to_json(decision)
    expected = {name: form[name] for name in ("verdict", "spam_probability", "reasons", "evidence")}
    assert added_text(decision) == encode(expected)
    assert added_text(decision).endswith("}}")
    del expected["evidence"]
    assert added_text(decision, keep_evidence=True) == encode(expected)
    assert added_text(decision, keep_evidence=True).endswith("]}")


@pytest.mark.parametrize("keep", [False, True])
def test_a_held_row(keep: bool) -> None:
    form = json.loads(held_text('line 3: "bad"', keep_evidence=keep))
    assert form["error"] == 'line 3: "bad"'
    assert (form["verdict"], form["spam_probability"], form["reasons"]) == ("hold", 0.5, [])
    assert ("evidence" in form) is not keep
