"""A background task goes on after a failure, wakes when it is told to, and ends."""

from threading import Event

import pytest

from moderator.service.background import BackgroundTask

LONG = 3600.0


class Counted(BackgroundTask):
    def __init__(self, *, fails: int = 0, wait_first: bool = False) -> None:
        super().__init__("counting", LONG, wait_first=wait_first)
        self.fails = fails
        self.steps = 0
        self.stepped = Event()

    def step(self) -> None:
        self.steps += 1
        self.stepped.set()
        if self.steps <= self.fails:
            raise OSError("no room")


def test_a_failed_step_is_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    task = Counted(fails=1)
    task.start()
    assert task.stepped.wait(20)
    task.stepped.clear()
    task.wake()
    assert task.stepped.wait(20)
    task.stop()
    assert task.steps == 2
    assert "counting failed" in caplog.text


def test_one_that_waits_first_does_nothing_before_it_is_woken() -> None:
    task = Counted(wait_first=True)
    task.start()
    task.stop()
    assert task.steps == 0


def test_one_that_never_began_can_be_stopped() -> None:
    task = Counted()
    task.stop()
    assert task.steps == 0
