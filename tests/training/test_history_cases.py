"""The history as an export: labels with their real times, joined with what exports know."""

from datetime import UTC, datetime, timedelta

from moderator.history.base import Entry
from moderator.history.memory import MemoryHistory
from moderator.records import Case, Label, Linkback, LinkEvidence, LinkStatus, Post
from moderator.replay import keys_of_case, received
from moderator.training.history_cases import history_cases
from moderator.training.labels import gather

START = datetime(2026, 1, 1, tzinfo=UTC)


def case(number: int, dated: bool = True) -> Case:
    at = START + timedelta(hours=number) if dated else None
    linkback = Linkback(f"https://a{number}.example/", "https://ours.example/p", received_at=at, id=str(number))
    return Case(linkback, None, LinkEvidence(status=LinkStatus.FOUND, page_text="words"))


def test_what_was_remembered_comes_back_with_labels_and_evidence() -> None:
    history = MemoryHistory()
    given = [case(0), case(1), case(2, dated=False)]
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
