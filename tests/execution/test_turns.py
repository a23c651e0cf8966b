"""All questions of a piece are answered before any of the next one."""

import random

import pytest

from moderator.execution.turns import Turns


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_asking_is_answered_in_the_order_of_the_pieces(seed: int) -> None:
    dice = random.Random(seed)
    wanted = {number: dice.randrange(4) for number in range(5, 30)}
    """How many questions each piece asks."""
    surprising = {number for number in wanted if dice.random() < 0.3}
    """Pieces that do not know which question is their last one."""
    turns, asked, waiting, answered = Turns(5), dict.fromkeys(wanted, 0), set[int](), list[tuple[int, int]]()
    unfinished = set(wanted)
    while unfinished:
        number = dice.choice(sorted(unfinished - waiting))
        if asked[number] == wanted[number]:
            turns.finish(number)
            unfinished.discard(number)
        else:
            asked[number] += 1
            turns.ask(number, asked[number], asked[number] == wanted[number] and number not in surprising)
            waiting.add(number)
        for ready, question in turns.ready():
            answered.append((ready, question))
            waiting.discard(ready)
    assert answered == [(number, place + 1) for number in wanted for place in range(wanted[number])]


def test_a_piece_that_may_still_ask_keeps_later_ones_waiting() -> None:
    turns = Turns()
    turns.ask(2, "third", True)
    assert list(turns.ready()) == []
    turns.ask(0, "first", False)
    assert list(turns.ready()) == [(0, "first")]
    turns.finish(1)
    assert list(turns.ready()) == []
    turns.finish(0)
    assert list(turns.ready()) == [(2, "third")]
