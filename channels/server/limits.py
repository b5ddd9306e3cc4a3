"""What a peer may cost us before we know that it is Twilio, in one place."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

_log = logging.getLogger(__name__)

RESERVED_DESCRIPTORS = 256
"""Files and sockets of everything else: models, checkpoints, the audit file, Twilio's REST API, providers."""
FEWEST_CONNECTIONS = 32
"""Below this many, health checks and webhooks would push each other out."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """What those may send whom an API knows: more than a form, and for longer. It is held in memory until it is whole.

    Attributes:
        path: addresses that begin with it take uploads.
        known: whether the header ``Authorization`` is that of somebody who may.
        max_bytes: of one body.
        body_s: seconds from the last header to the end of the body.
        at_once: uploads that are being received.
    """

    path: str
    known: Callable[[str], bool]
    max_bytes: int
    body_s: float = 120.0
    at_once: int = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """Twilio needs a small part of each: a webhook is about 2 kB in 20 lines, sent at once.

    Attributes:
        head_bytes: the request line and the headers.
        head_lines: the same, in lines.
        target_bytes: path and query.
        body_bytes: a form; it must come with its length.
        head_s: seconds from the connection to the last header.
        body_s: seconds from there to the end of the body.
        linger_s: seconds in which a refused peer may finish sending, so that it can read why it was refused.
        connections: peers at once that are not on a call.
        per_address: how many of those may come from one public address (for IPv6, one /64 network). Private
            and loopback addresses are proxies, behind which everyone comes from the same address.
        websockets: sockets at once that were accepted.
        fragments: pieces of one WebSocket message; Twilio's come in one.
        control_frames: pings, pongs and frames after the end that a WebSocket may send at once.
        control_frames_per_s: and how fast they are forgiven; keep-alive takes one in 20 s.
        uploads: who may send more, if anybody may.
        messages: address → bytes of one WebSocket message there, once the application has let its peer in; elsewhere,
            and before, it is what the server's configuration says.
    """

    head_bytes: int = 16_384
    head_lines: int = 100
    target_bytes: int = 4_096
    body_bytes: int = 65_536
    head_s: float = 10.0
    body_s: float = 10.0
    linger_s: float = 1.0
    connections: int = 512
    per_address: int = 64
    websockets: int = 144
    fragments: int = 64
    control_frames: int = 100
    control_frames_per_s: float = 10.0
    uploads: Uploads | None = None
    messages: Mapping[str, int] = field(default_factory=dict)

    def fitted(self, calls: int, descriptors: int | None) -> Limits:
        """These limits for a server of so many calls in a process of so many file descriptors.

        Args:
            calls: at once. Each may have a second socket while its broken one is replaced.
            descriptors: that the process may open; None where the system does not say.
        """
        websockets = 2 * calls + 64
        connections = self.connections
        if descriptors is not None:
            connections = min(connections, descriptors - RESERVED_DESCRIPTORS - websockets)
            if connections < FEWEST_CONNECTIONS:
                needed = FEWEST_CONNECTIONS + RESERVED_DESCRIPTORS + websockets
                _log.warning(
                    "Only %d file descriptors are allowed, and %d calls need %d: raise the limit (ulimit -n) "
                    "or lower EMADS_PHONE_MAX_CALLS.",
                    descriptors,
                    calls,
                    needed,
                )
                connections = FEWEST_CONNECTIONS
        return replace(self, websockets=websockets, connections=connections)
