"""Who may be connected at once, and who has to make room.

Whoever has sent a whole request is served. Whoever is still sending may be closed for a newcomer: first the
one that has taken longest, of the address that has most such. Twilio's requests come in one piece, so a
stranger who holds every place loses them one by one, and nobody else is kept out.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Protocol

from emads_voice.observability.log_throttle import strangers

from .limits import Limits


class Sender(Protocol):
    """A peer whose request is not complete."""

    def evict(self) -> None:
        """Close at once."""


class Connections:
    """The connections of one server."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._network: dict[Sender, str] = {}  # of all that are not on a WebSocket
        self._count: dict[str, int] = {}  # of those, by network
        self._sending: dict[str, dict[Sender, None]] = {}  # ordered sets, oldest first
        self._websockets: set[Sender] = set()
        self._uploading: set[Sender] = set()

    @property
    def websockets_full(self) -> bool:
        """Whether no more WebSockets are accepted."""
        return len(self._websockets) >= self._limits.websockets

    def admit(self, sender: Sender, address: str) -> bool:
        """A peer connected. Makes room for it if need be; tells whether there is any."""
        network = network_of(address)
        if network and self._count.get(network, 0) >= self._limits.per_address:
            room = self._close_oldest(network)
        elif len(self._network) >= self._limits.connections:
            room = self.make_room()
        else:
            room = True
        if room:
            self._network[sender] = network
            self._count[network] = self._count.get(network, 0) + 1
            self._sending.setdefault(network, {})[sender] = None
        return room

    def make_room(self) -> bool:
        """Close one that is still sending; tells whether there was one."""
        crowd = max(self._sending, key=lambda network: len(self._sending[network]), default=None)
        return crowd is not None and self._close_oldest(crowd)

    def upload(self, sender: Sender) -> bool:
        """It begins to send a long body, and may: nobody takes its place meanwhile. Tells whether there is room."""
        uploads = self._limits.uploads
        if uploads is None or len(self._uploading) >= uploads.at_once:
            return False
        self.complete(sender)
        self._uploading.add(sender)
        return True

    def complete(self, sender: Sender) -> None:
        """Its request is there: it may stay until it is answered."""
        self._uploading.discard(sender)
        network = self._network[sender]
        if crowd := self._sending.get(network):
            crowd.pop(sender, None)
            if not crowd:
                del self._sending[network]

    def accepted(self, sender: Sender) -> None:
        """It became a WebSocket, which those who are let in by the application hold as long as they like."""
        self.leave(sender)
        self._websockets.add(sender)

    def leave(self, sender: Sender) -> None:
        """It is gone."""
        self._websockets.discard(sender)
        if sender not in self._network:
            return
        self.complete(sender)
        network = self._network.pop(sender)
        self._count[network] -= 1
        if not self._count[network]:
            del self._count[network]

    def _close_oldest(self, network: str) -> bool:
        oldest = next(iter(self._sending.get(network, ())), None)
        if oldest is None:
            return False
        self.leave(oldest)
        oldest.evict()
        strangers.warning("A connection that had sent no whole request was closed to make room for another.")
        return True


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """Whose connection it is, as far as an address tells: "" for proxies, which everyone comes through."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:  # a UNIX socket
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if not ip.is_global:
        return ""
    if ip.version == 6:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
