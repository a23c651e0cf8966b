"""The page stands alone, escapes every stranger's word, and is well-formed."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from moderator.model.folder import SCORER
from moderator.records import Label, Linkback, Reason, Verdict
from moderator.training.evaluate import evaluate
from moderator.training.evaluation import Mistake
from moderator.training.report import report_page
from moderator.training.report.markup import Markup, cleaned, tag

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e\x00"
VOID = {"meta", "br", "hr"}


class Checker(HTMLParser):
    """Every element is closed in order; what stands in it is kept."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], set(), [], []

    def handle_starttag(self, name, attributes):
        self.tags.add(name)
        self.attributes += attributes
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open.pop() == name

    def handle_data(self, data):
        self.text.append(data)


def checked(page):
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    return checker


@pytest.fixture(scope="module")
def found(sample, trained, extractor):
    made = trained.model("small")
    model = replace(made, card=replace(made.card, files={SCORER: "ab" * 32}))
    return evaluate(sample, model, extractor, against=model)


def test_the_page_is_whole_and_asks_for_nothing(found):
    page = report_page(found)
    checker = checked(page)
    assert not checker.tags & {"script", "link", "img", "iframe", "a", "form", "object", "base"}
    assert not [name for name, _ in checker.attributes if name in {"src", "href", "srcset"} or name.startswith("on")]
    assert not re.search(r"url\(|@import|https?://", (re.search(r"<style>(.*?)</style>", page, re.S) or [""])[0])
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in checker.attributes
    for heading in (
        "What to do",
        "Where ham and spam fall",
        "Won, tied, lost",
        "Has the model aged?",
        "The worst mistakes",
    ):
        assert heading in page
    assert len(page) < 400_000


def test_the_same_evaluation_gives_the_same_page(found):
    assert report_page(found) == report_page(found)


def test_strangers_words_are_escaped_everywhere(found):
    linkback = Linkback(source_url=EVIL, target_url=EVIL, title=EVIL, excerpt=EVIL * 100)
    reason = Reason(EVIL, EVIL, 1.0, EVIL)
    mistake = Mistake(linkback, Label.HAM, Verdict.SPAM, 0.99, EVIL, (reason,))
    figures = found.figures
    sites = (replace_name(figures.by_site[0]), *figures.by_site[1:])
    counts = replace(found.counts, rows={EVIL: 3})
    evil = replace(
        found, lost_ham=(mistake,), figures=replace(figures, by_site=sites), counts=counts, notes=(EVIL,), against=EVIL
    )
    page = report_page(evil)
    checker = checked(page)
    assert not checker.tags & {"script", "img"}
    assert "\u202e" not in page
    assert "\x00" not in page
    assert "<script>alert(1)</script>" in "".join(checker.text)


def replace_name(table):
    return table._replace(name=EVIL)


@pytest.mark.parametrize("label", [Label.HAM, Label.SPAM])
def test_one_class_only_still_makes_a_page(sample, trained, extractor, label):
    made = trained.model("small")
    model = replace(made, card=replace(made.card, files={SCORER: "ab" * 32}, metrics={}))
    cases = tuple(case if case.label is label else replace(case, label=None) for case in sample.cases)
    page = report_page(evaluate(replace(sample, cases=cases), model, extractor))
    checked(page)
    assert "nan" not in "".join(checked(page).text).split()


def test_pictures_have_only_numbers(found):
    for name, value in checked(report_page(found)).attributes:
        if name in {"x", "y", "x1", "x2", "y1", "y2", "width", "height", "cx", "cy", "r"}:
            assert re.fullmatch(r"-?\d+(\.\d+)?", value), (name, value)
        if name == "points":
            assert re.fullmatch(r"(-?\d+(\.\d+)?,-?\d+(\.\d+)? ?)*", value)


def test_text_is_escaped_unless_it_is_markup():
    assert tag("p", "<b>", tag("b", "&"), title='"') == '<p title="&quot;">&lt;b&gt;<b>&amp;</b></p>'
    assert tag("p", Markup("<i>")) == "<p><i></p>"


@pytest.mark.parametrize(("text", "shown"), [("a" * 500, "a" * 299 + "…"), ("a\n\tb", "a b"), ("\u200f\ufeffx", "x")])
def test_strangers_text_is_tamed(text, shown):
    assert cleaned(text) == shown
