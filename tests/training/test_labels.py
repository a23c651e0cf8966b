"""Exports overlap and contradict each other; what comes out is clean, in order, and counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from moderator.errors import TrainingError
from moderator.history.base import Entry
from moderator.history.memory import MemoryHistory
from moderator.records import Case, Label, Linkback, LinkEvidence, LinkStatus, Post
from moderator.replay import keys_of_case, received
from moderator.training.labels import FEWEST, LabelCounts, gather, history_cases, require_trainable

START = datetime(2020, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def case(number=1, *, label=Label.HAM, day=0.0, labelled=None, id="", text="hello", **more):
    linkback = Linkback(
        kind="pingback",
        source_url=f"https://source{number}.example/post",
        target_url="https://blog.example/entry",
        title=text,
        received_at=None if day is None else START + day * DAY,
        id=id,
    )
    at = None if labelled is None else START + labelled * DAY
    return Case(linkback, label=label, labelled_at=at, **more)


def test_order_is_by_time_then_id_and_undated_first():
    rows = [case(1, day=2), case(2, day=1, id="b"), case(3, day=1, id="a"), case(4, day=None)]
    kept = gather({"x": rows}).cases
    assert [entry.linkback.source_url[14] for entry in kept] == ["4", "3", "2", "1"]


def test_nothing_in_nothing_out():
    assert gather({}).cases == ()
    assert gather({"x": []}).counts == LabelCounts(rows={"x": 0})


SPAM, HAM = Label.SPAM, Label.HAM


@pytest.mark.parametrize(
    ("said", "label", "settled", "contradicted"),
    [
        ([(HAM, 1), (HAM, 2)], HAM, 0, 0),
        ([(HAM, 1), (SPAM, 2)], SPAM, 1, 0),
        ([(SPAM, 3), (HAM, 2)], SPAM, 1, 0),
        ([(HAM, 2), (SPAM, 2)], None, 0, 1),
        ([(HAM, None), (SPAM, 2)], None, 0, 1),
        ([(HAM, None), (None, None)], HAM, 0, 0),
        ([(None, None), (SPAM, 1)], SPAM, 0, 0),
        ([(HAM, 1), (SPAM, 2), (HAM, 3)], HAM, 1, 0),
    ],
)
def test_the_last_word_counts(said, label, settled, contradicted):
    exports = {f"export {place}": [case(label=word, labelled=at)] for place, (word, at) in enumerate(said)}
    result = gather(exports)
    [only] = result.cases
    assert only.label is label
    assert (result.counts.settled, result.counts.contradicted) == (settled, contradicted)
    assert result.counts.repeated == len(said) - 1


def test_same_text_and_pages_are_the_same_linkback_whatever_the_id():
    result = gather({"a": [case(id="1")], "b": [case(id="comment-1")]})
    assert len(result.cases) == 1
    assert result.counts.repeated == 1


def test_a_shared_number_is_not_a_shared_linkback():
    result = gather({"a": [case(1, id="7")], "b": [case(2, id="7"), case(3, id="7")]})
    assert sorted(entry.linkback.id for entry in result.cases) == ["7", "b#7", "b#7#2"]
    assert result.counts.repeated == 0


def test_what_was_sent_again_stays_in_the_history_without_a_label():
    result = gather({"a": [case(day=0, label=SPAM), case(day=1, label=SPAM), case(day=1, label=SPAM)]})
    assert [entry.label for entry in result.cases] == [SPAM, None]
    assert (result.counts.spam, result.counts.unlabelled, result.counts.repeated) == (1, 1, 2)


def test_rows_of_one_linkback_share_what_they_know():
    evidence = LinkEvidence(status=LinkStatus.FOUND)
    post = Post("https://blog.example/entry", "Title", "text")
    [only] = gather({"a": [case(evidence=evidence)], "b": [case(post=post)]}).cases
    assert (only.evidence, only.post) == (evidence, post)


def test_equal_posts_are_kept_once():
    posts = [Post("https://blog.example/entry", "Title", "text " * 3) for _ in range(2)]
    one, other = gather({"a": [case(1, post=posts[0]), case(2, post=posts[1])]}).cases
    assert one.post is other.post


@pytest.mark.parametrize(
    ("day", "labelled", "expected", "assumed", "undated"),
    [(0, 5, 5, 0, 0), (0, None, 2, 1, 0), (None, None, None, 0, 1), (3, 1, 5, 1, 0)],
)
def test_the_delay_is_assumed_only_where_no_date_can_be_true(day, labelled, expected, assumed, undated):
    result = gather({"a": [case(day=day, labelled=labelled)]}, delay=2 * DAY)
    [only] = result.cases
    assert only.labelled_at == (None if expected is None else START + expected * DAY)
    assert (result.counts.assumed, result.counts.undated) == (assumed, undated)
    assert result.summary().card()["label_delay_seconds"] == 2 * 86400


def test_the_digest_depends_on_the_content_alone():
    rows = [case(number, day=number) for number in range(5)]
    whole = gather({"a": rows}).summary().digest
    assert gather({"b": rows[3:], "a": rows[:3]}).summary().digest == whole
    assert gather({"a": [replace(rows[0], label=SPAM), *rows[1:]]}).summary().digest != whole


@pytest.mark.parametrize(
    ("ham", "spam", "said"),
    [
        (0, 0, "has a label"),
        (900, 0, "WordPress leaves spam out"),
        (0, 900, "only spam"),
        (900, FEWEST - 1, f"at least {FEWEST} of each"),
        (FEWEST - 1, 900, f"at least {FEWEST} of each"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_plainly(ham, spam, said):
    with pytest.raises(TrainingError, match=said):
        require_trainable(LabelCounts(rows={"a": ham + spam}, ham=ham, spam=spam))


def test_enough_is_enough():
    require_trainable(LabelCounts(rows={"a": 40}, ham=FEWEST, spam=FEWEST))


def remembered(number: int, dated: bool = True) -> Case:
    at = START + timedelta(hours=number) if dated else None
    linkback = Linkback(f"https://a{number}.example/", "https://ours.example/p", received_at=at, id=str(number))
    return Case(linkback, None, LinkEvidence(status=LinkStatus.FOUND, page_text="words"))


def test_what_was_remembered_comes_back_with_labels_and_evidence() -> None:
    history = MemoryHistory()
    given = [remembered(0), remembered(1), remembered(2, dated=False)]
    for each in given:
        history.observe(Entry(each.linkback, keys_of_case(each), received(each), each.evidence))
    said = START + timedelta(days=3, seconds=0.25)
    history.label("1", Label.SPAM, said.timestamp())
    undated, first, second = history_cases(history)
    assert (undated.linkback, first, second.linkback) == (given[2].linkback, given[0], given[1].linkback)
    assert (second.label, second.labelled_at, second.evidence) == (Label.SPAM, said, given[1].evidence)

    post = Post("https://ours.example/p", "Roses", "All about roses")
    exported = Case(given[1].linkback, post, label=Label.HAM, labelled_at=said - timedelta(days=1))
    joined = gather({"export": [exported], "history": history_cases(history)})
    assert joined.counts.rows == {"export": 1, "history": 3}
    assert (joined.counts.repeated, joined.counts.settled, joined.counts.unlabelled) == (1, 1, 2)
    [only] = [each for each in joined.cases if each.label is not None]
    assert (only.label, only.labelled_at, only.post, only.evidence) == (Label.SPAM, said, post, given[1].evidence)
