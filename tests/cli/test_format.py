"""What people read: exactly this."""

from math import nan

from moderator.batch.summary import Summary
from moderator.cli.format import decision_text, problems_text, summary_text
from moderator.records import Decision, LinkEvidence, LinkPosition, LinkStatus, Reason, Verdict


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
