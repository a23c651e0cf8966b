import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from moderator.errors import SettingsError
from moderator.linkcheck.dns_lists import KNOWN_ZONES, DnsListVerdicts, Zone

pytestmark = pytest.mark.loopback
DOMAINS, ADDRESSES, SLOW = Zone("domains.example"), Zone("addresses.example", of_addresses=True), Zone("slow.example")

LISTED = {
    "bad.com.domains.example.": "127.0.0.2",
    "refused.com.domains.example.": "127.0.0.1",
    "blocked.com.domains.example.": "127.255.255.254",
    "hijacked.com.domains.example.": "198.51.100.7",
    "4.4.8.8.addresses.example.": "127.0.0.4",
}


class Server:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.2", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                data, sender = self._socket.recvfrom(4096)
            except OSError:
                return
            question = dns.message.from_wire(data)
            name = question.question[0].name.to_text()
            self.asked.append(name)
            if name.endswith("slow.example."):
                continue
            reply = dns.message.make_response(question)
            if LISTED.get(name):
                reply.answer.append(dns.rrset.from_text(name, 60, "IN", "A", LISTED[name]))
            else:
                reply.set_rcode(dns.rcode.NXDOMAIN)
            self._socket.sendto(reply.to_wire(), sender)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def lists(server: Server, *zones: Zone, deadline: float = 2.0) -> DnsListVerdicts:
    return DnsListVerdicts(zones, nameservers=("127.0.0.2",), port=server.port, deadline=deadline)


@pytest.mark.parametrize(
    ("domain", "address", "expected"),
    [
        ("bad.com", "", ("domains.example",)),
        ("good.com", "", ()),
        ("bad.com", "8.8.4.4", ("domains.example", "addresses.example")),
        ("good.com", "8.8.4.4", ("addresses.example",)),
        ("good.com", "2a00:1450::1", ()),
        # The list refuses to answer, or something else answers in its place: that is no listing.
        ("refused.com", "", None),
        ("blocked.com", "", None),
        ("hijacked.com", "", ()),
        # Nothing to ask.
        ("", "", None),
        ("8.8.4.4", "10.0.0.1", None),
        ("local", "nonsense", None),
        ("..", "", None),
        ("a" * 200 + ".com", "", None),
    ],
)
def test_answers(server: Server, domain: str, address: str, expected: tuple[str, ...] | None) -> None:
    assert lists(server, DOMAINS, ADDRESSES).look_up(domain, address) == expected


def test_private_addresses_are_told_to_nobody(server: Server) -> None:
    lists(server, ADDRESSES).look_up("bad.com", "192.168.1.1")
    assert server.asked == []


def test_answers_are_remembered(server: Server) -> None:
    asked = lists(server, DOMAINS)
    assert [asked.look_up("bad.com", ""), asked.look_up("bad.com", "")] == [("domains.example",)] * 2
    assert server.asked == ["bad.com.domains.example."]


def test_deadline_holds_for_all_lists_together(server: Server) -> None:
    assert lists(server, DOMAINS, SLOW, SLOW, deadline=0.3).look_up("bad.com", "") == ("domains.example",)
    assert lists(server, SLOW, DOMAINS, deadline=0.3).look_up("bad.com", "") is None


def test_zones_are_checked() -> None:
    DnsListVerdicts(KNOWN_ZONES, nameservers=("127.0.0.2",))
    with pytest.raises(SettingsError, match="not a DNS zone"):
        DnsListVerdicts((Zone("no zone"),), nameservers=("127.0.0.2",))
