"""Snapshots survive the way to other processes bit by bit."""

import random
import struct
from math import inf, nan

from moderator.history.base import UNKNOWN_SNAPSHOT, Activity, Copies, Reputation, Snapshot
from moderator.history.snapshot_bytes import packed, unpacked


def bits(snapshot: Snapshot) -> bytes:
    return b"".join(struct.pack("d", number) for part in snapshot for number in part)


def test_every_bit_and_every_type_comes_back() -> None:
    source = random.Random(3)
    odd = [0.0, -0.0, nan, inf, 1e-310, 0.1, 64.0]
    snapshots = [UNKNOWN_SNAPSHOT]
    for _ in range(20):
        activities = [Activity._make(source.choice([*odd, source.random()]) for _ in range(9)) for _ in range(6)]
        reputations = [Reputation._make(source.choice(odd) for _ in range(3)) for _ in range(5)]
        copies = [Copies._make(source.choice(odd) for _ in range(2)) for _ in range(5)]
        snapshots.append(Snapshot._make([*activities, *reputations, *copies]))
    back = unpacked(packed(snapshots))
    assert [bits(one) for one in back] == [bits(one) for one in snapshots]
    assert [[type(part) for part in one] for one in back] == [[type(part) for part in one] for one in snapshots]
    assert unpacked(packed([])) == []
