"""What a client of Akismet's API is answered."""

from __future__ import annotations

from collections.abc import Callable

from moderator.records import Post, Verdict
from moderator.service.akismet.forms import AkismetQuestion, read_asked
from moderator.service.container import Container
from moderator.service.records import Origin, OwnerLabel

__all__ = ["Answer", "check", "submit"]

Answer = Callable[[Container, dict[str, str]], tuple[str, dict[str, str]]]
"""What is answered to a form's fields: the body, and headers."""
_THANKS = "Thanks for making the web a better place."
_VERDICT = "X-moderator-verdict"
_SAID = {OwnerLabel.HAM: Verdict.APPROVE, OwnerLabel.SPAM: Verdict.SPAM, OwnerLabel.HOLD: Verdict.HOLD}
MOST_CALLS = 10
"""Pingbacks in one request; who sends more is after something else."""


def check(container: Container, fields: dict[str, str]) -> tuple[str, dict[str, str]]:
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
    if not asked.is_ping and container.settings.comments == "pass":
        return "false", {_VERDICT: "pass"}
    if asked.is_early and asked.calls > MOST_CALLS:
        return "false" if container.settings.shadow else "true", {_VERDICT: Verdict.SPAM.value}
    post, looks = _post(container, asked), _looks(container, asked)
    mention = container.sync_checker.check(asked.linkback, Origin.AKISMET, post, verify=looks, keep=not asked.is_test)
    decision = mention.decision
    assert decision is not None  # noqa: S101 - it was judged just now
    said = decision.verdict
    if mention.owner_label is not None:
        said = _SAID[mention.owner_label]
    headers = {
        _VERDICT: said.value,
        "X-moderator-probability": f"{decision.spam_probability:.4f}",
        "X-akismet-guid": mention.linkback.id,
    }
    if container.settings.shadow or said is not Verdict.SPAM:
        return "false", headers
    if decision.spam_probability >= container.settings.discard_from:
        headers["X-akismet-pro-tip"] = "discard"
    return "true", headers


def submit(container: Container, fields: dict[str, str], *, label: OwnerLabel) -> tuple[str, dict[str, str]]:
    """Takes the owner's label; what was never asked about is judged first, so that there is something to label.

    Raises:
        InputError: Fields are missing.
        BusyError: Too many are being judged.
    """
    asked = read_asked(fields)
    if asked.is_test or not (asked.is_ping or container.settings.comments == "judge"):
        return _THANKS, {}
    id = asked.linkback.id
    if container.store.get(id) is None:
        container.sync_checker.check(asked.linkback, Origin.AKISMET, verify=False)
    container.decisions.label([id], label, "akismet")
    return _THANKS, {"X-akismet-guid": id}


def _looks(container: Container, asked: AkismetQuestion) -> bool:
    """Only a ping has a page that should link to us; at a pre-check the client is about to look itself."""
    return container.settings.verify and asked.is_ping and not asked.is_early


def _post(container: Container, asked: AkismetQuestion) -> Post | None:
    target = asked.linkback.target_url
    return container.targets.post(target) if asked.is_ping and container.targets.blog_of(target) else None
