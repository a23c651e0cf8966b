"""When a campaign's linkbacks are sent."""

from __future__ import annotations

from random import Random

from datasets.blogosphere.sent import Plan

__all__ = ["drip", "rush", "spread"]


def spread(rng: Random, plan: Plan, *, days: float) -> list[float]:
    """Anyhow over some days."""
    length = days * 86400 * (0.05 + 0.95 * rng.random())
    return sorted(plan.start + length * rng.random() for _ in range(plan.size))


def rush(rng: Random, plan: Plan, *, hourly: float) -> list[float]:
    """One after the other, so many an hour."""
    at, times = plan.start, []
    for _ in range(plan.size):
        times.append(at)
        at += rng.expovariate(hourly / 3600)
    return times


def drip(rng: Random, plan: Plan, *, days: float) -> list[float]:
    """One at a time, about so many days apart."""
    at, times = plan.start, []
    for _ in range(plan.size):
        times.append(at)
        at += 86400 * days * (0.6 + 0.8 * rng.random())
    return times
