"""Live, batch and training see the same features, row for row, ties and late labels included."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderator.engine import Moderator
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.history.sqlite import SqliteHistory
from moderator.model.policy import Cutoffs, Policy
from moderator.model.runs import hashed_runs
from moderator.records import Case, Label, Linkback, LinkEvidence, LinkStatus, Post
from moderator.replay import Replay, with_evidence
from moderator.training.build import build_frame
from tests.small_model import small_model

EXTRACTOR = Extractor()
START = datetime(2026, 1, 1, tzinfo=UTC)


@st.composite
def streams(draw):
    """Cases in order of receipt: few senders, domains and targets, many ties, labels that arrive late."""
    count = draw(st.integers(1, 12))
    cases = []
    for number in range(count):
        hours = draw(st.sampled_from([0, 0, 1, 2, 25, 200]))
        at = START + timedelta(hours=hours) if draw(st.integers(0, 9)) else None
        label = draw(st.sampled_from([None, Label.HAM, Label.SPAM]))
        delay = draw(st.sampled_from([0, 1, 24]))
        cases.append(
            Case(
                Linkback(
                    source_url=f"https://d{draw(st.integers(0, 2))}.example/{number}",
                    target_url=f"https://blog.example/{draw(st.integers(0, 2))}",
                    kind=draw(st.sampled_from(["pingback", "trackback", "webmention"])),
                    title=draw(st.sampled_from(["", "cheap shoes...", "On tulips"])),
                    excerpt=draw(st.sampled_from(["", "[...] I read about tulips today [...]", "buy now 1234"])),
                    blog_name=draw(st.sampled_from(["", "cheap shoes", "A garden"])),
                    sender_ip=draw(st.sampled_from(["", "198.51.100.7", "198.51.100.8", "2001:db8::1", "x"])),
                    received_at=at,
                    id=f"{draw(st.integers(0, 99)):02}-{number}",
                ),
                post=Post("https://blog.example/0", "Tulips", "I wrote about tulips in the garden.")
                if draw(st.booleans())
                else None,
                label=label,
                labelled_at=None if label is None or at is None else at + timedelta(hours=delay),
            )
        )
    return sorted(
        cases, key=lambda case: (case.linkback.received_at or START.min.replace(tzinfo=UTC), case.linkback.id)
    )


def rows(history, cases):
    replay = Replay(history, EXTRACTOR)
    return [replay.extract_and_record(case).row for case in cases]


def same(one, other):
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(np.array(a.numbers), np.array(b.numbers), equal_nan=True)
        assert a.wording == b.wording


class Recording(Extractor):
    """Keeps the first row that is made of each linkback; a rule may ask for another, without its reputation."""

    def __init__(self):
        super().__init__()
        self._made = {}

    @property
    def made(self):
        return [*self._made.values()]

    def extract(self, material):
        row = super().extract(material)
        self._made.setdefault(material.linkback.id, row)
        return row


def engine(history, extractor):
    model = small_model(extractor.schema, {"link.found": (0.5, 0.0, -3.0)})
    return Moderator(model=model, policy=Policy(Cutoffs(0.3, 0.7)), history=history, extractor=extractor)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases=streams())
def test_live_batch_and_training_see_the_same(cases, tmp_path_factory):
    expected = rows(MemoryHistory(), cases)
    same(expected, rows(SqliteHistory(tmp_path_factory.mktemp("h") / "h.sqlite3"), cases))
    # batch
    for chunk in (1, 5):
        batch = Recording()
        list(engine(MemoryHistory(), batch).check_many(cases, chunk=chunk))
        same(expected, batch.made)
    # live: labels are revealed by hand at the moment at which they arrive
    live = Recording()
    store = MemoryHistory()
    moderator = engine(store, live)
    waiting = []
    dated = [case for case in cases if case.linkback.received_at is not None]
    for case in dated:
        waiting.sort(key=lambda label: label[:2])
        while waiting and waiting[0][0] <= case.linkback.received_at:
            at, id, label = waiting.pop(0)
            store.label(id, label, at.timestamp())
        moderator.check(case.linkback, case.post)
        if case.label is not None and case.labelled_at is not None:
            waiting.append((case.labelled_at, case.linkback.id, case.label))
    same(rows(MemoryHistory(), dated), live.made)
    # training
    labelled = [row for row, case in zip(expected, cases, strict=True) if case.label is not None]
    frame = build_frame(cases, EXTRACTOR)
    assert np.array_equal(
        frame.numbers, np.array([row.numbers for row in labelled]).reshape(frame.numbers.shape), equal_nan=True
    )
    buckets = [hashed_runs([row.wording.title], shortest=3).buckets for row in labelled]
    assert all(np.array_equal(a, b) for a, b in zip(frame.wording[:, 0], buckets, strict=True))


@pytest.mark.parametrize("label", list(Label))
def test_a_good_or_bad_name_is_no_other_row(label):
    """What a verdict would be without the past is asked too, and that is no row of the case."""
    cases = [
        Case(
            Linkback(
                source_url=f"https://shop.example/{number}",
                target_url="https://blog.example/1",
                received_at=START + timedelta(hours=number),
                id=str(number),
            ),
            evidence=LinkEvidence(status=LinkStatus.FOUND),
            label=label,
            labelled_at=START + timedelta(hours=number),
        )
        for number in range(6)
    ]
    batch = Recording()
    list(engine(MemoryHistory(), batch).check_many(cases))
    same(rows(MemoryHistory(), cases), batch.made)


def test_a_label_with_the_very_second_of_the_next_linkback_has_arrived():
    def case(number, **fields):
        return Case(
            Linkback(
                source_url=f"https://shop.example/{number}",
                target_url="https://blog.example/1",
                received_at=START + timedelta(hours=number),
                id=str(number),
            ),
            evidence=LinkEvidence(status=LinkStatus.FOUND),
            **fields,
        )

    label = {"label": Label.SPAM, "labelled_at": START + timedelta(hours=1)}
    names = EXTRACTOR.schema.numbers
    place = names.index("reputation.site_spam")
    seen = [row.numbers[place] for row in rows(MemoryHistory(), [case(0, **label), case(1), case(2)])]
    assert seen[0] == pytest.approx(0.0, nan_ok=True)
    assert seen[1] == pytest.approx(1.0)


def test_a_look_at_the_page_changes_only_what_the_page_shows():
    replay = Replay(MemoryHistory(), EXTRACTOR)
    case = Case(Linkback(source_url="https://a.example/1", target_url="https://b.example/2", received_at=START))
    reading = replay.extract(case)
    evidence = LinkEvidence(status=LinkStatus.FOUND, hidden=False, title_on_page=1.0, copied_share=0.0)
    again = with_evidence(reading, evidence, EXTRACTOR)
    changed = {
        name
        for name, one, other in zip(EXTRACTOR.schema.numbers, reading.row.numbers, again.row.numbers, strict=True)
        if one != other and not (one != one and other != other)
    }
    assert changed
    assert all(name.startswith("link.") for name in changed)
    assert with_evidence(again, case.evidence, EXTRACTOR).row.numbers == pytest.approx(reading.row.numbers, nan_ok=True)
