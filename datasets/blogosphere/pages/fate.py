"""What becomes of a page between the ping and the look: it stays, moves, loses the link, dies, or cannot be reached.

The shares are guesses informed by what bloggers report; they are not measurements. Classes overlap on purpose.
"""

from __future__ import annotations

from random import Random
from typing import Final, NamedTuple

from datasets.blogosphere.dice import Loaded

__all__ = ["DYING", "ELSEWHERE", "HONEST", "LINKLESS", "STEADY", "Answer", "Fate", "answer"]


class Fate(NamedTuple):
    """How often what happens, 0 to 1."""

    unlinked: float
    """The link has gone, or never was."""
    gone: float
    """404 or 410."""
    unreachable: float
    unreadable: float
    """No HTML, or too large."""
    moved: float
    """A redirect leads to the page, at the same host or from http to https."""


HONEST: Final = Fate(0.035, 0.02, 0.03, 0.005, 0.12)
"""Pages of people."""
STEADY: Final = Fate(0.06, 0.03, 0.05, 0.005, 0.12)
"""Pages of spammers who really link."""
LINKLESS: Final = Fate(0.97, 0.04, 0.06, 0.01, 0.15)
"""Pages that know nothing of us."""
DYING: Final = Fate(0.3, 0.55, 0.3, 0.02, 0.05)
"""Pages that are taken away once the ping is sent."""
ELSEWHERE: Final = Fate(0.4, 0.1, 0.08, 0.01, 0.6)
"""Pages put onto other people's sites."""


class Answer(NamedTuple):
    """What the page's server answers."""

    status: int = 200
    failure: str = ""
    """Why there is no answer: ``dns``, ``timeout``, ``connect``, ``tls``; empty: there is one."""
    media_type: str = "text/html; charset=utf-8"
    padded: bool = False
    """Whether the page is larger than is read."""
    redirects: tuple[str, ...] = ()
    """Addresses that the source leads through; the last one is the page's."""


_FAILURES: Final = Loaded({"dns": 35, "timeout": 25, "connect": 18, "tls": 10, "http 503": 8, "http 500": 4})
_TYPES: Final = Loaded({"application/pdf": 2, "image/jpeg": 2, "application/octet-stream": 1})


def answer(rng: Random, fate: Fate, url: str) -> tuple[Answer, bool]:
    """Rolls what becomes of a page.

    Returns:
        How its server answers, and whether it still has the link to us.
    """
    at = rng.random()
    linked = rng.random() >= fate.unlinked
    redirects = (_moved(url),) if rng.random() < fate.moved else ()
    failure, kind, odd = _FAILURES.roll(rng), _TYPES.roll(rng), rng.random()
    if at < fate.gone:
        return Answer(404 if odd < 0.85 else 410, redirects=redirects), linked
    if at < fate.gone + fate.unreachable:
        if failure.startswith("http"):
            return Answer(int(failure[5:]), redirects=redirects), linked
        return Answer(failure=failure), linked
    if at < fate.gone + fate.unreachable + fate.unreadable:
        return (Answer(padded=True), linked) if odd < 0.6 else (Answer(media_type=kind), linked)
    return Answer(redirects=redirects), linked


def _moved(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"https://{rest}" if scheme == "http" else f"{url.rstrip('/')}/index.html"
