"""Reasons in words: no feature's value is shown as the model's arithmetic has it."""

from __future__ import annotations

from math import inf, log1p, nan

import pytest

from moderator.records import Decision, Reason, Verdict
from moderator.service.dashboard.reasons import reason_texts


def one(meaning: str, value: float | str, contribution: float = 1.0) -> tuple[str, str]:
    [reason] = reason_texts(Decision("m1", Verdict.HOLD, 0.5, (Reason("a.b", value, contribution, meaning),)))
    return reason.meaning, reason.value


@pytest.mark.parametrize(
    ("meaning", "value", "shown"),
    [
        ("the address is https", 1.0, ("the address is https", "yes")),
        ("the link is hidden from readers", 0.0, ("the link is hidden from readers", "no")),
        ("the link says rel=nofollow", nan, ("the link says rel=nofollow", "unknown")),
        ("the blog's name is the title (1), or one begins with the other (0.5)", 0.5, (None, "0.5")),
        ("1 if an allowlist names the source's host", 1.0, ("an allowlist names the source's host", "yes")),
        ("share of small words in the title", 1 / 3, (None, "33 %")),
        ("words in the title", 1.0, (None, "1")),
        ("linkbacks from the sender's address in the last day", 12345.0, (None, "12,345")),
        ("days since this blog first heard of the source domain", 0.0, (None, "0")),
        ("the wording of the excerpt", -3.52, (None, "")),
        (
            "visible text on the page, log(1 + characters)",
            log1p(1480),
            ("visible text on the page", "1,480 characters"),
        ),
        ("links from the page to other hosts, log(1 + count)", log1p(4), ("links from the page to other hosts", "4")),
        (
            "seconds since the source domain was last seen",
            7300.0,
            ("time since the source domain was last seen", "2 hours"),
        ),
        ("seconds since the source domain was last seen", inf, (None, "inf")),
        ("how near the excerpt is to our post", -0.25, (None, "\u22120.25")),
        ("a page that vouches", "https://friend.example/\x00", (None, "https://friend.example/\u2400")),
    ],
)
def test_values_in_words(meaning: str, value: float | str, shown: tuple[str | None, str]) -> None:
    assert one(meaning, value) == (shown[0] or meaning, shown[1])


def test_the_heaviest_come_first_and_the_snippet_has_its_own_place() -> None:
    reasons = (
        Reason("base", nan, -2.8, "where every linkback starts"),
        Reason("a.b", 1.0, 0.001, "words in the title"),
        Reason("a.c", 1.0, -3.0, "words in the excerpt"),
        Reason("link.snippet", "words", 0.0, "the text around the link"),
    )
    shown = reason_texts(Decision("m1", Verdict.HOLD, 0.5, reasons))
    assert [(each.side, each.value, each.named) for each in shown] == [
        ("ham", "1", True),
        ("ham", "", False),
        ("neither", "1", True),
    ]
