"""What every database of the service does: the queue, the words of the owner, what is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from threading import Barrier, Thread

import pytest

from moderator.records import Verdict
from moderator.service.records import Filter, Group, Mention, Order, Origin, OwnerLabel, Status, Volume
from moderator.service.store import Accepted, FairTurn, Store
from tests.service.service_fakes import POST, START, mention_of

LEASE = timedelta(minutes=10)


def waiting(number: int) -> Mention:
    mention = mention_of(number)
    return replace(mention, status=Status.WAITING, decision=None, due_at=START + timedelta(seconds=number))


class StoreBattery:
    """One body of tests; a class of a database's own brings the fixture ``store``."""

    def test_the_queue_is_bounded_and_in_order(self, store: Store) -> None:
        assert [store.accept(waiting(n), limit=2) for n in (2, 1, 3)] == [Accepted.NEW, Accepted.NEW, Accepted.FULL]
        assert store.accept(waiting(1), limit=2) is Accepted.AGAIN
        assert store.accept(mention_of(4), limit=2) is Accepted.NEW, "what is judged already does not wait"
        assert store.take(5, START, LEASE) == []
        later = START + timedelta(minutes=1)
        assert {each.linkback.id: each.attempts for each in store.take(5, later, LEASE)} == {"m1": 1, "m2": 1}
        assert store.take(5, later, LEASE) == [], "they are leased"
        assert [each.attempts for each in store.take(5, later + LEASE, LEASE)] == [2, 2]

    def test_a_restart_ends_leases_and_leaves_appointments(self, store: Store) -> None:
        store.accept(waiting(1))
        store.accept(waiting(2))
        now = START + timedelta(minutes=1)
        store.take(1, now, LEASE)
        store.queue("m2", now + timedelta(hours=2))
        store.release(now, LEASE)
        assert [each.linkback.id for each in store.take(5, now, LEASE)] == ["m1"]
        assert [each.linkback.id for each in store.take(5, now + timedelta(hours=2), LEASE)] == ["m1", "m2"]

    def test_nobody_takes_the_same_twice(self, store: Store) -> None:
        for number in range(40):
            store.accept(waiting(number))
        taken: list[str] = []

        def work() -> None:
            while found := store.take(1, START + timedelta(hours=1), LEASE):
                taken.extend(each.linkback.id for each in found)

        threads = [Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(taken) == sorted(f"m{number}" for number in range(40))

    def test_the_same_pair_is_kept_once(self, store: Store) -> None:
        same = [
            replace(waiting(n), linkback=replace(waiting(n).linkback, source_url="https://a.example/1")) for n in (1, 2)
        ]
        barrier, told = Barrier(2), []

        def accept(mention: Mention) -> None:
            barrier.wait()
            told.append(store.accept(mention, 10, once=True))

        threads = [Thread(target=accept, args=(each,)) for each in same]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told, key=lambda each: each.value) == [Accepted.AGAIN, Accepted.NEW]
        asked = replace(same[1], origin=Origin.API, linkback=replace(same[1].linkback, id="asked"))
        assert store.accept(asked) is Accepted.NEW, "other doors may ask as often as they like"
        known = store.find_pair("ours", "http://www.a.example/1", POST, Origin.RECEIVER)
        assert known is not None
        assert known.linkback.id != "asked"
        newest = store.find_pair("ours", "https://a.example/1", POST)
        assert newest is not None
        assert newest.linkback.id == "asked"

    def test_what_is_forgotten(self, store: Store) -> None:
        for number, verdict in enumerate((Verdict.APPROVE, Verdict.HOLD, Verdict.SPAM)):
            store.accept(mention_of(number, verdict))
        store.accept(replace(mention_of(3, Verdict.APPROVE), origin=Origin.AKISMET))
        store.accept(replace(mention_of(4, Verdict.SPAM), due_at=START))
        store.accept(replace(mention_of(5), status=Status.GONE))
        store.accept(mention_of(6, Verdict.SPAM, received_at=START + timedelta(days=9)))
        assert store.delete_old(START + timedelta(days=1)) == 3
        assert sorted(store.ids(Filter(), 10)) == ["m0", "m1", "m4", "m6"]

    def test_words_can_be_taken_back(self, store: Store) -> None:
        store.accept(mention_of(1))
        store.accept(mention_of(2))
        batch = store.label(["m1", "m2", "nobody"], OwnerLabel.SPAM, "me", START)
        assert store.label(["m1"], OwnerLabel.SPAM, "me", START) == "", "said already"
        assert store.counts(Filter())[Status.SPAM] == 2
        later = store.label(["m2"], OwnerLabel.HAM, "me", START)
        assert [action.mention for action in store.undo(batch, "me", START)] == ["m1"], "m2 was decided anew since"
        assert store.undo(batch, "me", START) == []
        assert store.counts(Filter()) == dict.fromkeys(Status, 0) | {Status.HELD: 1, Status.APPROVED: 1}
        assert [action.after for action in store.undo(later, "me", START)] == [OwnerLabel.HAM]
        assert store.counts(Filter())[Status.SPAM] == 1

    @pytest.mark.parametrize(("word", "status"), [(OwnerLabel.HAM, Status.APPROVED), (OwnerLabel.HOLD, Status.HELD)])
    def test_a_word_before_the_judging_holds_after_it(self, store: Store, word: OwnerLabel, status: Status) -> None:
        mention = waiting(1)
        store.accept(mention)
        store.label(["m1"], word, "me", START)
        decision = mention_of(1, Verdict.SPAM).decision
        assert decision is not None
        assert store.record_decision(mention, decision, START).status is status
        assert store.queue_length() == 0

    def test_text_that_cannot_be_written(self, store: Store) -> None:
        odd = mention_of(1, source="https://a.example/\ud800", title="\ud83d broken", excerpt="nul \x00 here")
        assert store.accept(odd) is Accepted.NEW
        kept = store.get("m1")
        assert kept is not None
        kept.linkback.title.encode()
        assert "\x00" in kept.linkback.excerpt

    def test_small_words(self, store: Store) -> None:
        assert store.get_value("day") == ""
        store.set_value("day", "1")
        store.set_value("day", "2")
        assert store.get_value("day") == "2"
        assert store.secret("cookie") == store.secret("cookie") != store.secret("other")

    def test_lists_come_in_every_order(self, store: Store) -> None:
        for number, probability in enumerate((0.2, 0.9, 0.45, 0.9, 0.1)):
            store.accept(mention_of(number, probability=probability, source=f"https://{'ABCDE'[-number]}.example/"))
        store.accept(replace(waiting(7), linkback=replace(waiting(7).linkback, source_url="https://z.example/7")))
        everything = Filter()

        def numbers(order: Order) -> str:
            found, before = "", 0
            while True:  # two at a time
                page = store.find(everything, 2, before, order)
                found += "".join(each.linkback.id[1:] for each in page.mentions)
                if not page.next:
                    return found
                before = page.next

        assert numbers(Order.TIME) == "743210"
        assert numbers(Order.SPAM) == "312047", "what is not judged stands last"
        assert numbers(Order.DOUBT) == "720314" or numbers(Order.DOUBT) == "720431"
        domains = [each.domain for each in store.find(everything, 50, order=Order.DOMAIN).mentions]
        assert all(one <= other for one, other in pairwise(domains))

    def test_words_are_found_in_texts_before_addresses(self, store: Store) -> None:
        store.accept(mention_of(1, title="On old Pruning & ÄPFEL"))
        store.accept(mention_of(2, source="https://PRUNING.example/100%_sure"))
        store.accept(mention_of(3, title="Tulips"))
        found = store.find(Filter(text="pruning"), 1)
        assert [each.linkback.id for each in found.mentions] == ["m1"]
        assert [each.linkback.id for each in store.find(Filter(text="pruning"), 1, found.next).mentions] == ["m2"]
        for text, ids in (("äpfel OLD", ["m1"]), ("100%_", ["m2"]), ("100_", []), ("", ["m3", "m2", "m1"])):
            assert store.ids(Filter(text=text), 9) == ids

    def test_counts_by_day_group_and_status(self, store: Store) -> None:
        for number in range(4):
            verdict = (Verdict.APPROVE, Verdict.SPAM)[number % 2]
            at = START + timedelta(days=number // 2)
            store.accept(mention_of(number, verdict, source=f"https://a{number % 2}.example/{number}", received_at=at))
        assert store.volume(Filter(), START - timedelta(days=9)) == [
            Volume("2026-03-02", 1, 0, 1),
            Volume("2026-03-03", 1, 0, 1),
        ]
        assert store.groups(Filter(), "domain") == [Group("a0.example", 2, 2, 0, 0), Group("a1.example", 2, 0, 0, 2)]
        assert store.counts(Filter(since=START + timedelta(days=1)))[Status.SPAM] == 1
        assert store.first_received(Filter()) == START
        assert store.shadow_counts(Filter()) == {}

    def test_long_and_odd_addresses_are_kept_and_found(self, store: Store) -> None:
        path = "".join(chr(0x3041 + number * 7919 % 80) for number in range(1900))
        odd = mention_of(1, source=f"https://host.example/~{path}", target=f"https://ours.example/{path}\0")
        assert store.accept(odd) is Accepted.NEW
        assert store.ids(Filter(target_url=odd.linkback.target_url, domain=odd.domain), 5) == ["m1"]
        assert store.get("no\0body") is None
        assert store.find(Filter(text="\ud800\0")).mentions == ()

    def test_what_a_dead_process_had_is_taken_over(self, store: Store) -> None:
        for number in (1, 2, 3):
            store.accept(waiting(number))
        now = START + timedelta(minutes=1)
        for name in ("one", "other"):
            store.join(name, now, LEASE)
        mine = store.take_next(now, LEASE, FairTurn(), "one")
        assert mine is not None
        store.take_next(now, LEASE, FairTurn(), "other")
        assert store.take_over("other", now, timedelta(hours=1)) == 0, "nobody is silent"
        assert store.take_over("other", now, -timedelta(hours=1)) == 1, "as if everybody else were"
        assert store.take_over("other", now, -timedelta(hours=1)) == 0
        [again] = [each for each in store.take(9, now, LEASE, "other") if each.linkback.id == mine.linkback.id]
        assert (again.crashes, again.attempts) == (1, 2)
        decision = mention_of(1, Verdict.SPAM).decision
        assert decision is not None
        assert store.record_decision(mine, decision, now).status is Status.WAITING, (
            "it was not dead, but comes too late"
        )
        held = replace(decision, verdict=Verdict.HOLD)
        assert store.record_decision(again, held, now).status is Status.HELD
        assert store.record_decision(mine, decision, now).status is Status.HELD

    def test_a_process_that_leaves_hands_back_what_it_had(self, store: Store) -> None:
        store.accept(waiting(1))
        now = START + timedelta(minutes=1)
        store.join("one", now, LEASE)
        store.take_next(now, LEASE, FairTurn(), "one")
        store.leave("one", now)
        [back] = store.take(9, now, LEASE, "other")
        assert (back.crashes, back.taken_by) == (0, "other")

    def test_what_is_sent_again_while_it_is_judged_stays_due(self, store: Store) -> None:
        store.accept(waiting(1))
        now = START + timedelta(minutes=1)
        [taken] = store.take(1, now, LEASE, "one")
        store.queue("m1", now, vouch="")
        decision = mention_of(1, Verdict.SPAM).decision
        assert decision is not None
        assert store.record_decision(taken, decision, now).status is Status.SPAM
        assert [each.linkback.id for each in store.take(1, now, LEASE, "other")] == ["m1"]

    def test_many_are_forgotten_in_pages(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("moderator.service.store.queue._PAGE", 3)
        for number in range(7):
            store.accept(mention_of(number, Verdict.SPAM))
        assert store.delete_old(START + timedelta(days=1)) == 7
        assert store.ids(Filter(), 9) == []
