"""``moderator label``: the owner's word reaches the history."""

import json

import pytest

from tests.cli.conftest import Run

URLS = ("--source-url", "https://a.example/1", "--target-url", "https://b.example/2")


@pytest.mark.parametrize("label", ["ham", "spam"])
def test_a_checked_linkback_can_be_labelled(run: Run, label: str) -> None:
    linkback_id = json.loads(run("check", *URLS, "--json").out)["linkback_id"]
    outcome = run("label", linkback_id, label)
    assert (outcome.code, outcome.out) == (0, f"{linkback_id} is {label}\n")


def test_an_unknown_id_is_told(run: Run) -> None:
    outcome = run("label", "nobody", "ham")
    assert outcome.code == 1
    assert "nobody" in outcome.err


def test_an_unknown_label_is_wrong_usage(run: Run) -> None:
    assert run("label", "nobody", "perhaps").code == 2
