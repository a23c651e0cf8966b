"""What the owner chose reaches the parts that it is for."""

import pytest

from moderator.config.settings import Settings
from moderator.linkcheck.dns_lists import Zone
from moderator.records import Linkback
from moderator.wiring import link_check_settings, make_verifier


def test_dns_lists_are_asked_about_what_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[tuple[Zone, ...], str, str]] = []

    class Lists:
        def __init__(self, zones: tuple[Zone, ...]) -> None:
            self.zones = zones

        def look_up(self, domain: str, address: str) -> tuple[str, ...]:
            asked.append((self.zones, domain, address))
            return ("lists.example",)

    monkeypatch.setattr("moderator.wiring.DnsListVerdicts", Lists)
    verifier = make_verifier(Settings(dns_lists=(Zone("lists.example"),)))
    refused = Linkback("http://127.0.0.1/page", "https://ours.example/", sender_ip="8.8.4.4")
    assert verifier.verify(refused).listed_in == ("lists.example",)
    assert asked == [((Zone("lists.example"),), "127.0.0.1", "8.8.4.4")]


def test_no_dns_list_is_asked_unless_named() -> None:
    assert make_verifier(Settings()).verify(Linkback("http://127.0.0.1/", "https://ours.example/")).listed_in is None


def test_prefixes_reach_the_guard() -> None:
    settings = link_check_settings(Settings(nat64_prefixes=("2001:db8:64::/96",)), pause=0.0)
    assert (settings.nat64_prefixes, settings.pause) == (("2001:db8:64::/96",), 0.0)
