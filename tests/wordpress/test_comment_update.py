"""What a change of status over REST keeps of a comment, and what it would destroy."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from moderator.wordpress.comment_update import changed_fields, comment_update, site_zone, would_lose

ROW: dict[str, Any] = {
    "id": 1,
    "author_ip": "192.0.2.1",
    "author_user_agent": "WordPress/6.1; https://a.example",
    "author_name": "Fish &amp; chips",
    "content": {"raw": "[&#8230;] words [&#8230;]"},
    "date": "2026-07-01T12:00:00",
    "date_gmt": "2026-07-01T10:00:00",
    "status": "hold",
}
BERLIN = ZoneInfo("Europe/Berlin")


def test_nothing_is_lost_of_an_ordinary_ping() -> None:
    assert would_lose(ROW, BERLIN) == ""
    update = comment_update(ROW, "spam")
    assert update.body == {
        "status": "spam",
        "author_ip": "192.0.2.1",
        "author_user_agent": "WordPress/6.1; https://a.example",
    }
    assert update.headers == {}


@pytest.mark.parametrize("agent", ["", "Odd  <agent>", "100%25 /1.0"])
def test_what_wordpress_would_clean_goes_as_the_header_that_it_takes_as_it_is(agent: str) -> None:
    row = ROW | {"author_user_agent": agent}
    assert would_lose(row, BERLIN) == ""
    update = comment_update(row, "hold")
    assert "author_user_agent" not in update.body and update.headers == {"User-Agent": agent}


LOST = [
    ({"author_ip": ""}, "sender's address is ''"),
    ({"author_ip": "fe80::1%eth0"}, "sender's address"),
    ({"author_user_agent": "Grüße  <x>"}, "User-Agent"),
    ({"date": "2026-07-01T11:00:00"}, "time zone"),
    ({"date": "-0001-11-30T00:00:00"}, "time zone"),
    ({"author_name": "Fish & chips"}, "author_name"),
    ({"content": {"raw": "a \x08 b"}}, "content"),
]


@pytest.mark.parametrize(("change", "told"), LOST)
def test_what_would_be_lost_is_told(change: dict[str, Any], told: str) -> None:
    assert told in would_lose(ROW | change, BERLIN)


def test_fields_that_the_site_hides_cannot_be_kept() -> None:
    assert "does not show" in would_lose({name: value for name, value in ROW.items() if name != "author_ip"}, None)


def test_the_site_tells_its_time_zone() -> None:
    assert site_zone({"timezone_string": "Europe/Berlin", "gmt_offset": "1"}) == BERLIN
    half = site_zone({"timezone_string": "", "gmt_offset": "-3.5"})
    assert half is not None and str(half) == "UTC-03:30"
    assert site_zone({"timezone_string": "Nowhere/City"}) is None
    assert site_zone({}) is None
    assert would_lose(ROW, None) == "" and "time zone" in would_lose(ROW, UTC)


def test_what_was_altered_is_named() -> None:
    assert changed_fields(ROW, ROW | {"status": "spam"}) == []
    assert changed_fields(ROW, ROW | {"content": {"raw": "x"}, "author_ip": "127.0.0.1"}) == ["author_ip", "content"]
