"""What a client of Akismet's API is answered."""

from __future__ import annotations

from collections.abc import Callable

from moderator.records import Post, Verdict
from moderator.service.akismet.forms import Asked, read_asked
from moderator.service.container import Parts
from moderator.service.records import Origin, Word

__all__ = ["Answer", "check", "submit"]

Answer = Callable[[Parts, dict[str, str]], tuple[str, dict[str, str]]]
"""What is answered to a form's fields: the body, and headers."""
_THANKS = "Thanks for making the web a better place."
_VERDICT = "X-moderator-verdict"
_SAID = {Word.HAM: Verdict.APPROVE, Word.SPAM: Verdict.SPAM, Word.HOLD: Verdict.HOLD}
MOST_CALLS = 10
"""Pingbacks in one request; who sends more is after something else."""


def check(parts: Parts, fields: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Judges; see `Answer`.

    A comment that is no ping is answered by what the owner chose: ``pass`` means never spam, ``judge`` that its
    wording, its author's address and the sender are judged as a linkback's would be.

    Raises:
        InputError: Fields are missing.
        BusyError: Too many are being judged.
    """
    asked = read_asked(fields)
    if asked.surely_spam:
        return "true", {_VERDICT: Verdict.SPAM.value}
    if asked.surely_ham:
        return "false", {_VERDICT: Verdict.APPROVE.value}
    if not asked.is_ping and parts.settings.comments == "pass":
        return "false", {_VERDICT: "pass"}
    if asked.is_early and asked.calls > MOST_CALLS:
        return "false" if parts.settings.shadow else "true", {_VERDICT: Verdict.SPAM.value}
    post, looks = _post(parts, asked), _looks(parts, asked)
    mention = parts.asking.check(asked.linkback, Origin.AKISMET, post, verify=looks, keep=not asked.is_test)
    decision = mention.decision
    assert decision is not None  # noqa: S101 - it was judged just now
    said = decision.verdict
    if mention.word is not None:
        said = _SAID[mention.word]
    headers = {
        _VERDICT: said.value,
        "X-moderator-probability": f"{decision.spam_probability:.4f}",
        "X-akismet-guid": mention.linkback.id,
    }
    if parts.settings.shadow or said is not Verdict.SPAM:
        return "false", headers
    if decision.spam_probability >= parts.settings.discard_from:
        headers["X-akismet-pro-tip"] = "discard"
    return "true", headers


def submit(parts: Parts, fields: dict[str, str], *, word: Word) -> tuple[str, dict[str, str]]:
    """Takes the owner's word; what was never asked about is judged first, so that there is something to label.

    Raises:
        InputError: Fields are missing.
        BusyError: Too many are being judged.
    """
    asked = read_asked(fields)
    if asked.is_test or not (asked.is_ping or parts.settings.comments == "judge"):
        return _THANKS, {}
    id = asked.linkback.id
    if parts.store.get(id) is None:
        parts.asking.check(asked.linkback, Origin.AKISMET, verify=False)
    parts.desk.say([id], word, "akismet")
    return _THANKS, {"X-akismet-guid": id}


def _looks(parts: Parts, asked: Asked) -> bool:
    """Only a ping has a page that should link to us; at a pre-check the client is about to look itself."""
    return parts.settings.verify and asked.is_ping and not asked.is_early


def _post(parts: Parts, asked: Asked) -> Post | None:
    target = asked.linkback.target_url
    return parts.targets.post(target) if asked.is_ping and parts.targets.blog_of(target) else None
