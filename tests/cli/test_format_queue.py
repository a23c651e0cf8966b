"""What people read of a judged queue: some rows, the labels, what to do next."""

from dataclasses import replace

import pytest

from moderator.batch.summary import EXAMPLES, Example, Summary
from moderator.cli.format_queue import examples_text, labels_text, next_text
from moderator.records import Case, Decision, Label, Linkback, Reason, Verdict

REASON = Reason("wording.address", 0.1, 1.3, "the spelling of the source's address")


def counted(*rows: tuple[str, str, str]) -> Summary:
    """A summary of rows, each as (verdict, label, title)."""
    summary = Summary()
    for number, (verdict, label, title) in enumerate(rows):
        case = Case(
            Linkback(source_url=f"https://a.example/{number}", target_url="https://b.example/", title=title),
            label=Label(label) if label else None,
        )
        summary.count(Decision(case.linkback.id, Verdict(verdict), 0.99, (REASON,)), case)
    return summary


ROWS = [
    ("spam", "spam", ""),
    ("spam", "spam", "B"),
    ("approve", "spam", "C\x1b[31m"),
    ("spam", "", "D"),
    ("spam", "ham", "E"),
    ("hold", "ham", "F" * 99),
    ("spam", "spam", "G"),
    ("spam", "spam", "H"),
]


def test_some_rows_are_shown_and_what_contradicts_the_labels_last() -> None:
    lines = examples_text(counted(*ROWS)).splitlines()
    assert [line.split()[3] for line in lines if line[0] in "ahs" and "labels:" not in line] == [
        "F" * 33 + "...",
        "B",
        "D",
        "G",
        "C\\x1b[31m",
        "E",
    ]
    assert lines[5] == "and against the queue's labels:"
    assert lines[2].endswith("Its address is spelled like a spammer's.")
    assert lines[-1].endswith("(labelled ham)")


def test_an_address_stands_where_no_title_is_known() -> None:
    assert "  a.example/0  " in examples_text(counted(("hold", "", "")))


def test_nothing_to_show_is_nothing() -> None:
    assert examples_text(Summary()) == "" == labels_text(Summary())
    assert labels_text(counted(("hold", "", "A"))) == ""


def test_verdicts_are_told_beside_the_labels() -> None:
    assert labels_text(counted(*ROWS)).splitlines() == [
        "",
        "labelled   approve      hold      spam",
        "ham              0         1         1",
        "spam             1         0         4",
        "wrong: 1 spam approved, 1 ham called spam; what is held waits for a person",
    ]


def test_what_comes_next_depends_on_the_queue() -> None:
    assert "--output" in next_text(Summary())
    told = next_text(replace(counted(*ROWS), output="out.csv"))
    assert "of the output" in told and "moderator evaluate" in told


@pytest.mark.parametrize("cut", range(1, len(ROWS)))
def test_parts_add_up_to_the_same_examples_and_labels(cut: int) -> None:
    whole = counted(*ROWS)
    parts = Summary()
    numbered = list(enumerate(ROWS))
    for part in (numbered[:cut], numbered[cut:]):
        one = Summary()
        for number, (verdict, label, title) in part:
            linkback = Linkback(source_url=f"https://a.example/{number}", target_url="https://b.example/", title=title)
            case = Case(linkback, label=Label(label) if label else None)
            one.count(Decision(linkback.id, Verdict(verdict), 0.99, (REASON,)), case)
        parts.add(one)
    assert (parts.examples, parts.labels) == (whole.examples, whole.labels)


def test_examples_are_few_and_not_for_programs() -> None:
    summary = counted(*[("spam", "", f"T{number}") for number in range(50)])
    assert [example.title for example in summary.examples] == ["T0", "T1", "T2"]
    assert len(summary.examples) == EXAMPLES
    assert "examples" not in summary.to_json()
    assert not Example("hold", 0.5, "", "", "", "spam").wrong
