"""Families: together they ask for all that a snapshot holds, once; keys that share a bucket belong together."""

import struct
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.batch.cluster.key_families import COLUMNS, FAMILIES
from moderator.history.base import UNKNOWN_SNAPSHOT, Keys, Snapshot
from moderator.history.keys import keys_of
from moderator.history.snapshot_bytes import packed, unpacked
from moderator.records import Kind, Linkback
from moderator.urls import parse_url


def test_every_key_is_asked_for_and_every_part_comes_of_one_family() -> None:
    assert {key for family in FAMILIES for key in family.keys} == set(Keys._fields)
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    assert Counter(part for family in FAMILIES for part in family.parts) == Counter(Snapshot._fields)


def test_columns_are_those_of_a_packed_snapshot() -> None:
    count = len(packed([UNKNOWN_SNAPSHOT])) // 8
    numbers = [float(number) for number in range(count)]
    [snapshot] = unpacked(struct.pack(f"{count}d", *numbers))
    for part, columns in COLUMNS.items():
        assert list(getattr(snapshot, part)) == numbers[columns]
    assert max(columns.stop for columns in COLUMNS.values()) == count


addresses = st.one_of(st.ip_addresses().map(str), st.sampled_from(["", "10.0.0.1", "203.0.113.9", "nonsense"]))
urls = st.sampled_from(["", "https://a.example/x", "https://me.wordpress.com/p", "no url", "http://192.0.2.1/"])


@settings(max_examples=100)
@given(addresses, urls, urls, st.sampled_from(["", "blog.example"]))
def test_keys_of_a_family_come_together(address: str, source: str, target: str, site: str) -> None:
    linkback = Linkback(source_url=source, target_url=target, kind=Kind.TRACKBACK, sender_ip=address, site=site)
    keys = keys_of(linkback, parse_url(source), parse_url(target))
    for family in FAMILIES:
        if getattr(keys, family.name) is None:
            asked = [part for part in family.parts if part.removesuffix("_reputation") in Keys._fields]
            asked += [part for part in family.parts if part.endswith("_copies")]
            names = {part.removesuffix("_reputation").removesuffix("_copies") for part in asked}
            assert all(getattr(keys, name) is None for name in names), "nothing of it would be asked for"
