"""Reasons as sentences: they agree with the verdict, and hold nothing that an owner would have to look up."""

import re
from math import log1p, nan

import pytest

from moderator.features.extractor import Extractor
from moderator.model import sentences
from moderator.model.sentences import persuasive, sentence_of
from moderator.records import Decision, Reason, Verdict

COPIED = Reason("link.copied_share", 0.26, 1.4, "share of our post that the page repeats")
SHOP = Reason("wording.host", 2.1, 0.9, "the spelling of the source's host name")
TINY = Reason("relevance.title_likeness", 1.47e-05, 0.8, "likeness of a part of the title (Jaccard)")
OWN_NAME = Reason("text_quality.name_is_title", 0.0, -1.1, "the blog's name is the title")
ARTICLE = Reason("link.in_article", 1.0, -0.7, "the link stands in an article")
REST = Reason("rest", 40.0, 3.0, "all weaker features together, and how many they are")
BASE = Reason("base", nan, -2.0, "where every linkback starts")


def decision(verdict: Verdict, probability: float = 0.5) -> Decision:
    reasons = (COPIED, OWN_NAME, SHOP, TINY, ARTICLE, REST, BASE)
    return Decision("1", verdict, probability, reasons)


def test_spam_is_told_by_what_speaks_for_it() -> None:
    assert persuasive(decision(Verdict.SPAM)) == (
        "The page copies 26 % of your post.",
        "Its host name reads like a shop's.",
    )


def test_ham_is_told_by_what_speaks_for_it() -> None:
    assert persuasive(decision(Verdict.APPROVE)) == (
        "Its blog has a name of its own.",
        "The link stands in the page's article.",
    )


def test_what_is_held_is_told_from_both_sides() -> None:
    likely, unlikely = persuasive(decision(Verdict.HOLD, 0.7)), persuasive(decision(Verdict.HOLD, 0.3))
    assert likely[:2] == ("The page copies 26 % of your post.", "Its blog has a name of its own.")
    assert unlikely[:2] == likely[1::-1]
    assert len(likely) == 3


def test_nothing_is_told_of_reasons_nobody_asked_for() -> None:
    assert persuasive(Decision("1", Verdict.SPAM, 0.9)) == ()


@pytest.mark.parametrize("value", [nan, float("inf"), "text"])
def test_what_is_not_known_is_no_sentence(value: float | str) -> None:
    assert sentence_of(Reason("link.copied_share", value, 1.0, "")) == ""


def test_counts_are_counts_again() -> None:
    links = Reason("link.outbound_links", log1p(120), 0.5, "")
    assert sentence_of(links) == "The page links to 120 places elsewhere."


@pytest.mark.parametrize("told", [sentences._FOR_SPAM, sentences._FOR_HAM], ids=["spam", "ham"])
def test_no_sentence_holds_a_raw_number_or_a_term_of_art(told: dict[str, sentences._Sentence]) -> None:
    for name, say in told.items():
        for value in (0.0, 1.47e-05, 0.3, 1.0, 4.2):
            sentence = say(value)
            assert not re.search(r"\d\.\d|\de-|Jaccard|log\(|splog", sentence), name
            assert not sentence.endswith("."), name
            assert sentence[:1] == sentence[:1].upper(), name


def test_sentences_are_of_features_that_exist() -> None:
    known = {*Extractor().schema.columns, "reports.spam"}
    told = {*sentences._FOR_SPAM, *sentences._FOR_HAM}
    assert told <= known
