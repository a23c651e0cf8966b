"""What people read: exactly this."""

from dataclasses import replace
from math import nan

import pytest

from moderator.batch.summary import EXAMPLES, Example, Summary
from moderator.cli.format import decision_text, examples_text, labels_text, next_text, problems_text, summary_text
from moderator.records import Case, Decision, Label, Linkback, LinkEvidence, LinkPosition, LinkStatus, Reason, Verdict

REASON = Reason("wording.address", 0.1, 1.3, "the spelling of the source's address")


def test_a_decision() -> None:
    decision = Decision(
        linkback_id="id\x1b]7",
        verdict=Verdict.SPAM,
        spam_probability=0.98765,
        reasons=(
            Reason("sending.sender_count_1h", 12.0, 2.5, "linkbacks of this sender in an hour"),
            Reason("wording.title", "b\u202eet 漢", -0.25, "what the title says"),
            Reason("base", nan, -11.0, "where every linkback starts"),
        ),
        evidence=LinkEvidence(
            status=LinkStatus.FOUND,
            position=LinkPosition.FOOTER,
            hidden=True,
            nofollow=False,
            outbound_links=90,
            final_url="https://a.example/\n",
        ),
        rule="the owner's blocklist names the source",
    )
    assert decision_text(decision).splitlines() == [
        "spam   spam probability 0.9877",
        "rule   the owner's blocklist names the source",
        "",
        "log-odds  feature                  value        meaning",
        "  +2.500  sending.sender_count_1h  12           linkbacks of this sender in an hour",
        "  -0.250  wording.title            b\\u202eet 漢  what the title says",
        " -11.000  base                     unknown      where every linkback starts",
        "",
        "page   found, link in footer, hidden, 90 links to other hosts, https://a.example/\\n",
        "id     id\\x1b]7   (correct it: moderator label id\\x1b]7 ham|spam)",
    ]


def test_a_summary() -> None:
    summary = Summary(
        rows=2000,
        verdicts={"approve": 100, "hold": 400, "spam": 1500},
        unreadable=25,
        failed=3,
        problems=[f"line {number}: bad" for number in range(25)],
        seconds=4.0,
        output="out.csv",
    )
    assert summary_text(summary).splitlines() == [
        "2,000 rows in 4.0 s, 500 a second",
        "approve         100    5.0 %",
        "hold            400   20.0 %",
        "spam          1,500   75.0 %",
        "25 of the held rows could not be read",
        "3 of the held rows could not be judged: the engine failed inside; run it again",
        "no page was looked at: words and history decide (--verify looks before anything is approved)",
        "written to out.csv",
    ]
    told = problems_text(summary).splitlines()
    assert told[19:] == ["line 19: bad", "... and 5 more rows that could not be read"]
    assert problems_text(Summary()) == ""


def test_a_summary_says_what_the_verdicts_rest_on() -> None:
    assert "; 7 rows bring what their page showed" in summary_text(Summary(seen=7))
    told = summary_text(Summary(verified=True, seen=1200))
    assert "1,200 rows rest on what their page shows" in told
    assert "were not looked at" not in told
    told = summary_text(Summary(verified=True, seen=5000, unlooked=1500, seconds_needed=900.0))
    assert "1,500 source pages were not looked at, and their rows are held" in told
    assert "about 15 min more" in told


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
