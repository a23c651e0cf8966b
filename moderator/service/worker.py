"""Processes the mentions that wait, with the same engine as everywhere.

A pingback and a webmention bring no title and no excerpt. As in WordPress, the page's title and the text around the
link take their place once the page was read; the wording features were trained on such texts. So these linkbacks are
scored twice: first as sent, then, if the page was read and does link, with the page's words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from moderator.config.service import ServiceSettings
from moderator.engine import Moderator
from moderator.linkcheck.base import LinkVerifier, is_answer
from moderator.model.policy import Rule
from moderator.records import Decision, Kind, Linkback, LinkEvidence, LinkStatus, Post, Reason, Verdict
from moderator.service.accept import new_mention
from moderator.service.metrics import Metrics
from moderator.service.records import Filter, Mention, Origin, Status, is_verified, status_of
from moderator.service.store import Store
from moderator.service.targets import Targets
from moderator.service.worker_pool import LEASE, STUCK, WorkerPool
from moderator.urls import parse_url

__all__ = ["LEASE", "STUCK", "Worker", "WorkerPool", "log_line"]

_log = logging.getLogger(__name__)
_AGAIN = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=12))
"""When a source that could not be reached is looked at again, as long as it is held."""
_SOON = 0.1
"""Seconds for which a thread waits for its turn at a host."""
_STEP_BACK = timedelta(seconds=3)
"""For how long others pass at first; longer, the longer it has waited."""
_PATIENCE = timedelta(minutes=15)
"""After this it is judged by what is known, and looked at later if it is held."""
_LOST = (LinkStatus.GONE, LinkStatus.MISSING)
_UNSEEN = (LinkStatus.UNREACHABLE, LinkStatus.NOT_CHECKED)
_NEVER_SEEN = (*_UNSEEN, LinkStatus.GONE)
_BY_OTHERS = ("host budget spent", "address budget spent", "host busy")
"""Why nobody looked: others had asked the same host too often."""
_NEXT_MINUTE = timedelta(seconds=70)
"""After this a host's budget is fresh."""
_WORDLESS = (Kind.PINGBACK, Kind.WEBMENTION)
"""Protocols that send addresses alone."""


class Worker:
    """Judges one mention after the other; safe to share among threads.

    Args:
        settings: What the owner chose.
        store: Keeps the mentions.
        moderator: The engine.
        verifier: Looks at pages that vouch, and again at what was judged before.
        targets: Knows our posts.
        metrics: Counts.
        wake_outbox: Called when something may have to be updated to the outside.
        clock: The time of day.
        forget_page: Lets the verifier forget a page, so that the next look is a new one.
        turn_in: Seconds until the host of a source may be asked; inf: it is being asked.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        store: Store,
        moderator: Moderator,
        verifier: LinkVerifier,
        targets: Targets,
        metrics: Metrics,
        wake_outbox: Callable[[], None],
        clock: Callable[[], datetime],
        forget_page: Callable[[str], None] = lambda source_url: None,
        turn_in: Callable[[str], float] = lambda source_url: 0.0,
    ) -> None:
        self._settings = settings
        self._store = store
        self._moderator = moderator
        self._verifier = verifier
        self._targets = targets
        self._metrics = metrics
        self._wake_outbox = wake_outbox
        self._clock = clock
        self._forget_page = forget_page
        self._turn_in = turn_in

    def deferral(self, mention: Mention) -> timedelta | None:
        """How long a mention steps back, since its host may not be asked now; None: it is its turn.

        So a flood from one host lets others pass, and the thread does not wait.
        """
        assert mention.linkback.received_at is not None  # noqa: S101 - a mention always has a date
        waited = self._clock() - mention.linkback.received_at
        if mention.decision is not None or not self._settings.verify or waited > _PATIENCE:
            return None
        if self._turn_in(mention.linkback.source_url) <= _SOON:
            return None
        return max(_STEP_BACK, waited / 4)

    def process(self, mention: Mention) -> Mention:
        """Judges a mention and writes it down.

        Raises:
            StoreError: It could not be written; it stays in the queue.
        """
        linkback, began = mention.linkback, monotonic()
        post = self._targets.post(linkback.target_url) if self._targets.blog_of(linkback.target_url) else None
        updated, decision, seen = self._checked(mention, post)
        decision = self._vouched(mention, self._by_blog(linkback, decision))
        self._metrics.judged(mention.origin, linkback.kind, decision, monotonic() - began)
        _log.info("%s", log_line(mention, decision, monotonic() - began))
        gone = _is_withdrawn(mention, decision.evidence) or self._is_refused(mention, decision)
        settled = self._store.record_decision(
            mention if updated == linkback else _updated(mention, updated),
            decision,
            self._clock(),
            again_at=self._again_at(mention, decision, seen),
            shadow=self._settings.shadow,
            gone=gone,
            post_title=post.title if post else "",
        )
        self._replace_unverified(settled)
        self._wake_outbox()
        return settled

    def _is_refused(self, mention: Mention, decision: Decision) -> bool:
        """Whether a protocol that promises a link has brought a page, just now, that was read whole and has none."""
        first = mention.decision is None and mention.owner_label is None and mention.origin is Origin.RECEIVER
        if not first or self._settings.shadow or mention.linkback.kind not in _WORDLESS:
            return False
        # what sends its readers on (meta refresh) may link where it sends them
        return decision.evidence.status is LinkStatus.MISSING and not decision.evidence.detail

    def _replace_unverified(self, settled: Mention) -> None:
        """Takes back what anybody could have sent in this page's name, now that the page was seen to link."""
        if settled.origin is not Origin.RECEIVER or not is_verified(settled) or self._settings.shadow:
            return
        others = [each for each in self._store.all_of_pair(settled) if each.linkback.id != settled.linkback.id]
        forged = [each.linkback.id for each in others if each.due_at is None and not is_verified(each)]
        if forged:
            self._store.withdraw(forged, self._clock())

    def rescore(self, mention: Mention) -> Mention:
        """Judges a mention anew by what was seen of its page then; it stays in the queue if it is there.

        Raises:
            StoreError: It could not be written; what was decided stays.
        """
        linkback = mention.linkback
        seen = LinkEvidence() if mention.decision is None else mention.decision.evidence
        post = self._targets.post(linkback.target_url) if self._targets.blog_of(linkback.target_url) else None
        decision = self._moderator.check(linkback, post, evidence=seen, verify=False)
        unseen = self._settings.verify and not is_answer(seen, linkback.received_at)
        if unseen and decision.verdict is Verdict.APPROVE:
            decision = replace(decision, verdict=Verdict.HOLD, rule=Rule.UNSEEN_PAGE.value)
        if mention.vouch and decision.verdict is Verdict.SPAM and mention.status is Status.HELD:
            decision = replace(decision, verdict=Verdict.HOLD)
        settled = self._store.record_decision(
            mention,
            self._by_blog(linkback, decision),
            self._clock(),
            again_at=mention.due_at,
            shadow=self._settings.shadow,
        )
        self._wake_outbox()
        return settled

    def hold_failed(self, mention: Mention) -> None:
        """Holds a mention whose judging fails again and again."""
        held = Decision(
            mention.linkback.id,
            Verdict.HOLD,
            0.5,
            (Reason("failure", "judging failed", 0.0, Rule.FAILURE.value),),
            rule=Rule.FAILURE.value,
            decided_at=mention.linkback.received_at,
        )
        self._store.record_decision(mention, held, self._clock(), shadow=self._settings.shadow)
        self._wake_outbox()

    def _checked(self, mention: Mention, post: Post | None) -> tuple[Linkback, Decision, LinkEvidence]:
        """What is updated of a linkback now, what is decided about it, and what its page shows at this moment."""
        linkback = mention.linkback
        if mention.decision is None or not self._settings.verify:
            decision = self._moderator.check(linkback, post, verify=self._settings.verify)
            seen = decision.evidence
            updated = _with_words(linkback, seen)
            if updated == linkback:
                return linkback, decision, seen
        else:
            # judged before: what was seen then is no answer any more
            self._forget_page(linkback.source_url)
            seen = self._verifier.verify(linkback, post)
            if seen.status in _UNSEEN:
                return linkback, mention.decision, seen  # which stands until its page can be seen
            updated = _with_words(linkback, seen)
        return updated, self._moderator.check(updated, post, evidence=seen, verify=False), seen

    def _by_blog(self, linkback: Linkback, decision: Decision) -> Decision:
        """Lets a blog's own word on self-pings win over the engine's."""
        blog = self._targets.blog_of(linkback.target_url)
        if blog is None or blog.self_pings is None or decision.rule != Rule.SELF_PING:
            return decision
        return replace(decision, verdict=blog.self_pings)

    def _vouched(self, mention: Mention, decision: Decision) -> Decision:
        """Keeps a webmention that is vouched for from being called spam unseen; it never approves one."""
        if not mention.vouch or decision.verdict is not Verdict.SPAM or not self._settings.verify:
            return decision
        voucher = parse_url(mention.vouch)
        friends = self._store.counts(Filter(blog=mention.blog, domain=voucher.author))[Status.APPROVED]
        if not friends or not self._vouches(mention.vouch, mention.linkback.source_url):
            return decision
        reason = Reason("vouch", mention.vouch, 0.0, "a page of a domain that you have approved vouches for it")
        return replace(decision, verdict=Verdict.HOLD, reasons=(reason, *decision.reasons))

    def _vouches(self, vouch: str, source_url: str) -> bool:
        """Whether a page links to the source, or to the home page of its host, without nofollow."""
        source = parse_url(source_url)
        port = "" if source.port is None else f":{source.port}"
        for wanted in (source_url, f"{source.scheme}://{source.host}{port}/"):
            evidence = self._verifier.verify(Linkback(vouch, wanted))
            if evidence.status is LinkStatus.FOUND and not evidence.nofollow:
                return True
        return False

    def _again_at(self, mention: Mention, decision: Decision, seen: LinkEvidence) -> datetime | None:
        """When a page that could not be seen now is looked at again; None: not by itself."""
        status = status_of(decision, mention.owner_label, shadow=self._settings.shadow)
        matters = status is Status.HELD or mention.decision is not None
        if not _may_come_back(seen) or not matters or mention.attempts > len(_AGAIN):
            return None
        if seen.detail in _BY_OTHERS and mention.attempts < len(_AGAIN):
            return self._clock() + _NEXT_MINUTE
        return self._clock() + _AGAIN[max(0, mention.attempts - 1)]


def log_line(mention: Mention, decision: Decision, seconds: float) -> str:
    """What was decided of a linkback, as key=value; what a stranger sent is in it as a host, which holds no blank."""
    return (
        f"judged id={mention.linkback.id} kind={mention.linkback.kind.value} blog={mention.blog or '-'} "
        f"source={parse_url(mention.linkback.source_url).host or '-'} verdict={decision.verdict.value} "
        f"spam_probability={decision.spam_probability:.4f} page={decision.evidence.status.value} seconds={seconds:.2f}"
    )


def _updated(mention: Mention, updated: Linkback) -> Mention:
    """A mention whose linkback has other words now."""
    assert updated.received_at is not None  # noqa: S101 - a mention always has a date
    return replace(new_mention(updated, mention.blog, mention.origin, updated.received_at), due_at=mention.due_at)


def _with_words(linkback: Linkback, seen: LinkEvidence) -> Linkback:
    """The linkback with its page's words where its protocol brings none, and its page was read and links."""
    if seen.status is not LinkStatus.FOUND or linkback.kind not in _WORDLESS:
        return linkback
    return replace(linkback, title=seen.page_title, excerpt=seen.snippet, blog_name=seen.page_blog_name)


def _may_come_back(seen: LinkEvidence) -> bool:
    """Whether a page could not be seen now, though somebody looked; one that is not there may not be public yet."""
    return seen.status in (LinkStatus.UNREACHABLE, LinkStatus.GONE) or (
        seen.status is LinkStatus.NOT_CHECKED and seen.detail != ""
    )


def _is_withdrawn(mention: Mention, seen: LinkEvidence) -> bool:
    """Whether a page that was good enough once does not link any more, or has gone."""
    if mention.decision is None or seen.status not in _LOST:
        return False
    return mention.status in (Status.APPROVED, Status.GONE) or mention.decision.evidence.status not in _NEVER_SEEN
