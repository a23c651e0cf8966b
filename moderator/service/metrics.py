"""The service's metrics in Prometheus's text format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from moderator.records import Decision, Kind
from moderator.service.records import Filter, Origin, Status
from moderator.service.store import Store

__all__ = ["Metrics"]


class Metrics:
    """Counters of one application; safe to share among threads.

    Args:
        store: Tells how many wait and how many are held.
    """

    def __init__(self, store: Store) -> None:
        self._registry = CollectorRegistry()
        self._decisions = Counter(
            "moderator_decisions",
            "Linkbacks judged, by the engine's verdict.",
            ("origin", "kind", "verdict"),
            registry=self._registry,
        )
        self._failures = Counter(
            "moderator_failures", "Linkbacks held because the engine failed inside.", registry=self._registry
        )
        self._seconds = Histogram(
            "moderator_judging_seconds",
            "Seconds from taking a linkback out of the queue to its verdict, looking at pages included.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30),
            registry=self._registry,
        )
        self._answers = Counter(
            "moderator_http_answers", "Answers by door and HTTP status.", ("door", "status"), registry=self._registry
        )
        waiting = Gauge("moderator_waiting", "Linkbacks that wait to be judged.", registry=self._registry)
        waiting.set_function(store.queue_length)
        held = Gauge("moderator_held", "Linkbacks that wait for the owner.", registry=self._registry)
        held.set_function(lambda: store.counts(Filter(status=Status.HELD))[Status.HELD])

    def judged(self, origin: Origin, kind: Kind, decision: Decision, seconds: float) -> None:
        """Counts a decision."""
        self._decisions.labels(origin.value, kind.value, decision.verdict.value).inc()
        self._seconds.observe(seconds)
        if not decision.model:
            self._failures.inc()

    def answered(self, door: str, status: int) -> None:
        """Counts an answer."""
        self._answers.labels(door, str(status)).inc()

    def text(self) -> bytes:
        """All of it, for Prometheus."""
        return generate_latest(self._registry)
