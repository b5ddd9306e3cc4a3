from dataclasses import dataclass, field

import pytest

from emads_voice.channels.server.connections import Connections, network_of
from emads_voice.channels.server.limits import FEWEST_CONNECTIONS, RESERVED_DESCRIPTORS, Limits, Uploads

PROXY = "127.0.0.1"
PUBLIC, OTHER = "8.8.8.8", "9.9.9.9"


@dataclass(eq=False)
class Peer:
    evicted: bool = field(default=False)

    def evict(self) -> None:
        self.evicted = True


def admitted(connections: Connections, address: str, count: int) -> list[Peer]:
    peers = [Peer() for _ in range(count)]
    for peer in peers:
        assert connections.admit(peer, address)
    return peers


def test_who_has_sent_nothing_for_longest_makes_room() -> None:
    connections = Connections(Limits(connections=3))
    peers = admitted(connections, PROXY, 5)
    assert [peer.evicted for peer in peers] == [True, True, False, False, False]


def test_who_is_being_answered_stays_and_only_then_is_somebody_refused() -> None:
    connections = Connections(Limits(connections=2))
    first, second = admitted(connections, PROXY, 2)
    connections.complete(first)
    (third,) = admitted(connections, PROXY, 1)
    assert (first.evicted, second.evicted) == (False, True)
    connections.complete(third)
    assert not connections.admit(Peer(), PROXY)
    connections.leave(first)
    assert connections.admit(Peer(), PROXY)


def test_one_address_pushes_out_its_own_only() -> None:
    connections = Connections(Limits(connections=100, per_address=2))
    (other,) = admitted(connections, OTHER, 1)
    peers = admitted(connections, PUBLIC, 5)
    assert not other.evicted
    assert [peer.evicted for peer in peers] == [True, True, True, False, False]


def test_when_all_places_are_taken_the_address_that_has_most_gives_one() -> None:
    connections = Connections(Limits(connections=5, per_address=10))
    (oldest,) = admitted(connections, OTHER, 1)
    crowd = admitted(connections, PUBLIC, 4)
    admitted(connections, OTHER, 1)
    assert not oldest.evicted
    assert [peer.evicted for peer in crowd] == [True, False, False, False]


def test_a_proxy_has_as_many_as_all_together() -> None:
    connections = Connections(Limits(connections=100, per_address=2))
    assert not any(peer.evicted for peer in admitted(connections, PROXY, 100))


def test_calls_take_no_place_from_requests_nor_requests_from_calls() -> None:
    connections = Connections(Limits(connections=2, per_address=2, websockets=3))
    for call in admitted(connections, PUBLIC, 2):
        connections.accepted(call)
    (last,) = admitted(connections, PUBLIC, 1)
    assert not connections.websockets_full
    connections.accepted(last)
    assert connections.websockets_full
    assert not any(peer.evicted for peer in admitted(connections, PUBLIC, 2))
    connections.leave(last)
    assert not connections.websockets_full


def test_leaving_twice_is_leaving_once() -> None:
    connections = Connections(Limits(connections=1))
    (peer,) = admitted(connections, PUBLIC, 1)
    connections.leave(peer)
    connections.leave(peer)
    (second,) = admitted(connections, PUBLIC, 1)
    assert connections.make_room()
    assert second.evicted
    assert not connections.make_room()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("127.0.0.1", ""),
        ("::1", ""),
        ("10.1.2.3", ""),
        ("172.17.0.1", ""),
        ("100.64.1.1", ""),
        ("fe80::1%eth0", ""),
        ("::ffff:127.0.0.1", ""),
        ("", ""),
        ("8.8.8.8", "8.8.8.8"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("2606:4700:1:2:3:4:5:6", "2606:4700:1:2::/64"),
    ],
)
def test_private_addresses_are_proxies_and_a_network_of_ipv6_is_one_address(
    address: str, network: str
) -> None:
    assert network_of(address) == network


def test_limits_fit_the_calls_and_the_descriptors(caplog: pytest.LogCaptureFixture) -> None:
    fitted = Limits().fitted(40, 1_048_576)
    assert (fitted.websockets, fitted.connections) == (144, 512)
    assert Limits().fitted(40, None) == fitted
    tight = Limits().fitted(40, 600)
    assert tight.connections + tight.websockets + RESERVED_DESCRIPTORS == 600
    assert not caplog.messages
    assert Limits().fitted(40, 300).connections == FEWEST_CONNECTIONS
    assert caplog.messages == [
        "Only 300 file descriptors are allowed, and 40 calls need 432: raise the limit (ulimit -n) or lower "
        "EMADS_PHONE_MAX_CALLS."
    ]


def test_whoever_uploads_keeps_the_place_and_so_many_may_at_once() -> None:
    uploads = Uploads("/v1/", lambda _: True, max_bytes=1, at_once=1)
    connections = Connections(Limits(connections=2, uploads=uploads))
    first, second = admitted(connections, PROXY, 2)
    assert connections.upload(first)
    assert not connections.upload(second)
    admitted(connections, PROXY, 1)
    assert (first.evicted, second.evicted) == (False, True)
    connections.leave(first)
    (third,) = admitted(connections, PROXY, 1)
    assert connections.upload(third)
    connections.complete(third)
    (fourth,) = admitted(connections, PROXY, 1)
    assert connections.upload(fourth), "what is whole is no longer being received"
