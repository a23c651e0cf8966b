"""What strangers can do to the queue: stall it, fill it, squat in it, speak in another's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import pytest
from starlette.testclient import TestClient

from moderator.errors import HistoryError, ProtocolError
from moderator.records import Kind, Label, Linkback, LinkStatus
from moderator.service import worker as worker_module
from moderator.service.accept import BusyError
from moderator.service.events import display_text, event_of
from moderator.service.records import Mention, OwnerLabel, Status
from moderator.service.worker import LEASE
from tests.service.service_fakes import POST, World, seen

SOURCE = "https://honest.example/roses"
FORGER, HONEST = "203.0.113.66", "198.51.100.7"


def arrive(
    world: World, kind: Kind = Kind.TRACKBACK, sender: str = FORGER, source: str = SOURCE, **texts: str
) -> Mention:
    """A linkback at the door."""
    return world.container.acceptor.accept(
        Linkback(source, POST, kind=kind, sender_ip=sender, received_at=world.clock(), **texts)
    )


def kept(world: World, mention: Mention) -> Mention:
    found = world.container.store.get(mention.linkback.id)
    assert found is not None
    return found


# --- finding 1: a poison linkback


def test_a_thread_that_does_not_come_back_is_replaced(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(workers=1)
    pool, stuck, free, now = world.container.workers, Event(), Event(), [0.0]
    monkeypatch.setattr(pool, "_elapsed", lambda: now[0])
    process = pool._worker.process

    def poisoned(mention: Mention) -> Mention:
        if mention.linkback.title == "poison":
            stuck.set()
            free.wait(30)
        return process(mention)

    monkeypatch.setattr(pool._worker, "process", poisoned)
    poison = arrive(world, title="poison")
    pool._start_one()
    assert stuck.wait(10)
    honest = arrive(world, sender=HONEST, source="https://other.example/1")
    pool.wake()
    assert pool.give_up_stuck() == 0
    now[0] = worker_module.STUCK + 1
    assert pool.give_up_stuck() == 1
    for _ in range(200):
        if kept(world, honest).decision is not None:
            break
        Event().wait(0.05)
    assert kept(world, honest).decision is not None
    assert kept(world, poison).status is Status.HELD
    assert pool.stuck == 1
    free.set()
    pool.stop(10)


def test_what_ended_the_process_twice_is_held_at_the_third_start(world: World) -> None:
    poison = arrive(world)
    store = world.container.store
    for _ in range(2):
        assert store.take(1, world.clock(), LEASE)  # and the process dies
        store.release(world.clock(), LEASE)
    world.process_all()
    assert kept(world, poison).status is Status.HELD
    assert kept(world, poison).crashes == 2
    assert world.pages.looked == []


# --- finding 2: a stranger's words in an honest page's name


def test_words_that_do_not_stand_on_the_page_are_neither_approved_nor_handed_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slander = "The author stole these pictures"
    world.pages.evidence[SOURCE] = seen(title_on_page=0.2, excerpt_on_page=0.0)
    mention = arrive(world, title=slander, excerpt=slander, blog_name=slander)
    world.process_all()
    judged = kept(world, mention)
    assert judged.status is not Status.APPROVED
    world.container.decisions.label([mention.linkback.id], OwnerLabel.HAM, "me")
    approved = kept(world, mention)
    words = display_text(approved)
    assert (words.title, words.blog_name, words.from_page) == ("Pruning my roses", "A garden diary", True)
    event = event_of(approved)
    assert event is not None
    assert event["mention"]["words"]["title"] == "Pruning my roses"
    html = TestClient(world.app).get(
        "/api/v1/mentions", params={"target": POST}, headers={"Authorization": "Bearer token-for-tests"}
    )
    assert slander not in html.text


# --- finding 3: squatting


def test_a_forged_trackback_does_not_keep_an_honest_pingback_out(world: World) -> None:
    forged = arrive(world, title="Cheap pills", excerpt="nothing that stands there")
    world.pages.evidence[SOURCE] = seen(LinkStatus.UNREACHABLE, detail="dns")
    world.process_all()
    world.clock.go(seconds=5)
    world.pages.evidence[SOURCE] = seen(title_on_page=0.0, excerpt_on_page=0.0)
    honest = arrive(world, Kind.PINGBACK, HONEST)
    assert honest.linkback.id != forged.linkback.id
    world.container.store.requeue(forged.linkback.id, world.clock() + timedelta(days=2))
    world.container.store._change(forged.linkback.id, due_at=None)
    world.process_all()
    assert kept(world, honest).status in (Status.APPROVED, Status.HELD)
    assert kept(world, forged).status is Status.GONE


def test_the_owner_s_word_on_a_forged_trackback_does_not_keep_an_honest_pingback_out(world: World) -> None:
    world.pages.evidence[SOURCE] = seen(LinkStatus.UNREACHABLE, detail="dns")
    forged = arrive(world, title="Cheap pills", excerpt="nothing that stands there")
    world.process_all()
    world.container.decisions.label([forged.linkback.id], OwnerLabel.SPAM, "me")
    world.clock.go(seconds=5)
    with pytest.raises(ProtocolError, match="registered"):
        arrive(world, Kind.TRACKBACK, HONEST, SOURCE)
    world.pages.evidence[SOURCE] = seen()
    honest = arrive(world, Kind.PINGBACK, HONEST)
    assert honest.linkback.id != forged.linkback.id
    world.process_all()
    assert kept(world, honest).status in (Status.APPROVED, Status.HELD)
    assert kept(world, forged).status is Status.SPAM


def test_an_honest_webmention_gets_a_record_of_its_own(world: World) -> None:
    forged = arrive(world, title="Cheap pills")
    world.clock.go(seconds=5)
    honest = arrive(world, Kind.WEBMENTION, HONEST)
    assert honest.linkback.id != forged.linkback.id
    assert (honest.linkback.kind, honest.linkback.sender_ip) == (Kind.WEBMENTION, HONEST)


def test_one_sender_is_known_by_kind_and_what_is_verified_by_everybody(world: World) -> None:
    arrive(world)
    with pytest.raises(ProtocolError, match="registered"):
        arrive(world, title="once more")
    source = "https://second.example/1"
    world.pages.evidence[source] = seen()
    arrive(world, Kind.PINGBACK, HONEST, source)
    world.process_all()
    with pytest.raises(ProtocolError, match="registered"):
        arrive(world, Kind.TRACKBACK, FORGER, source)


# --- finding 5: disk and memory


def test_texts_are_cut_and_long_addresses_refused_at_the_door(world: World) -> None:
    mention = arrive(world, title="t" * 100_000, excerpt="e" * 200_000, blog_name="b" * 100_000)
    linkback = kept(world, mention).linkback
    assert len(linkback.title) + len(linkback.excerpt) + len(linkback.blog_name) <= 6_500
    with pytest.raises(ProtocolError, match="longer than 2048"):
        arrive(world, source=SOURCE + "?" + "x" * 3000)


def test_one_sender_fills_only_its_share_of_the_queue(make_world: Callable[..., World]) -> None:
    world = make_world(queue_limit=20)
    for number in range(2):
        arrive(world, source=f"https://a{number}.example/")
    with pytest.raises(BusyError):
        arrive(world, source="https://a9.example/")
    arrive(world, sender=HONEST, source="https://b.example/")


# --- finding 6: fair turns


def test_a_flood_of_one_sender_lets_others_through(make_world: Callable[..., World]) -> None:
    world = make_world(workers=4)
    for number in range(28):
        arrive(world, source=f"https://drips{number}.example/")
    honest = arrive(world, sender=HONEST, source="https://honest.example/")
    pool = world.container.workers
    taken = [pool._take() for _ in range(2)]
    assert honest.linkback.id in [each.linkback.id for each in taken if each is not None]


def test_threads_are_not_all_one_senders_or_one_authors(make_world: Callable[..., World]) -> None:
    world = make_world(workers=4)
    pool = world.container.workers
    for number in range(8):
        arrive(world, source=f"https://drips{number}.example/")
        arrive(world, sender=f"198.51.100.{number}", source=f"https://same.example/{number}")
    senders, authors = [], []
    for _ in range(8):
        thread = Thread()
        pool._jobs[thread] = None
        mention = pool._take(thread)
        if mention is None:
            break
        senders.append(mention.linkback.sender_ip)
        authors.append(mention.domain)
    assert senders.count(FORGER) <= 3
    assert authors.count("same.example") <= 1


def test_a_budget_that_others_spent_is_no_failure_of_the_source(world: World) -> None:
    world.pages.evidence[SOURCE] = seen(LinkStatus.NOT_CHECKED, detail="host budget spent")
    mention = arrive(world, Kind.PINGBACK, HONEST)
    world.process_all()
    due = kept(world, mention).due_at
    assert due is not None
    assert due - world.clock() < timedelta(minutes=2)


# --- finding 9: the owner's labels


def test_a_label_said_while_the_history_is_busy_arrives_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mention = arrive(world)
    world.process_all()
    moderator = world.container.moderator
    learned: list[tuple[str, Label | None]] = []
    busy = [True]

    def label(id: str, said: Label | None) -> None:
        if busy[0]:
            raise HistoryError("the history is busy")
        learned.append((id, said))

    monkeypatch.setattr(moderator, "label", label)
    world.container.decisions.label([mention.linkback.id], OwnerLabel.HAM, "me")
    assert learned == []
    busy[0] = False
    world.clock.go(minutes=1)
    world.container.decisions.update_history()
    assert learned == [(mention.linkback.id, Label.HAM)]


def test_a_label_for_what_still_waits_arrives_when_it_is_judged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mention = arrive(world)
    world.container.decisions.label([mention.linkback.id], OwnerLabel.SPAM, "me")
    learned: list[Label | None] = []
    monkeypatch.setattr(world.container.moderator, "label", lambda id, said: learned.append(said))
    world.process_all()
    world.container.decisions.update_history()
    assert learned == [Label.SPAM]


def test_two_labels_at_once_leave_one_mind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mention = arrive(world)
    world.process_all()
    store, id = world.container.store, mention.linkback.id
    learned: list[Label | None] = []
    monkeypatch.setattr(world.container.moderator, "label", lambda _id, said: learned.append(said))
    store.label([id], OwnerLabel.HAM, "one", world.clock())
    store.label([id], OwnerLabel.SPAM, "two", world.clock())
    world.container.decisions.update_history()
    assert learned[-1] is Label.SPAM
    assert kept(world, mention).label is Label.SPAM


# --- finding 11: the clock


def test_a_clock_set_back_does_not_make_accepted_work_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    pool, elapsed = world.container.workers, [0.0]
    monkeypatch.setattr(pool, "_elapsed", lambda: elapsed[0])
    pool.move_with_clock()
    mention = arrive(world)
    world.clock.go(hours=-2)
    elapsed[0] = 10.0
    assert pool._take() is None
    pool.move_with_clock()
    taken = pool._take()
    assert taken is not None
    assert taken.linkback.id == mention.linkback.id


def test_a_clock_set_back_while_the_service_was_down(world: World) -> None:
    arrive(world)
    world.clock.go(hours=-2)
    world.container.store.release(world.clock(), LEASE)
    assert world.container.workers._take() is not None
