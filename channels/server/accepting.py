"""Accepts connections one at a time, and survives running out of file descriptors."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from emads_voice.error_text import reason_of
from emads_voice.observability.log_throttle import ThrottleFilter, strangers
from emads_voice.tasks import Tasks

from .connection import Connection, answer
from .connections import Connections
from .descriptors import EXHAUSTED
from .request import RequestError

_log = logging.getLogger(__name__)
_log.addFilter(ThrottleFilter(10.0))

CLOSED_S = 0.005
"""Pause after closing a connection, until its descriptor is free."""
RETRY_S = 0.1
"""Pause where there was no connection to close."""


async def accept(
    listener: socket.socket, make_connection: Callable[[], Connection], connections: Connections
) -> None:
    """Accept peers until cancelled.

    Args:
        listener: listens.
        make_connection: what serves one peer.
        connections: decide who has to leave for whom.
    """
    loop = asyncio.get_running_loop()
    listener.setblocking(False)
    opening = Tasks()
    while True:
        try:
            peer, address = await loop.sock_accept(listener)
        except OSError as error:
            if error.errno in EXHAUSTED:
                _log.error(
                    "No connection can be accepted (%s): raise the limit (ulimit -n).", reason_of(error)
                )
                await asyncio.sleep(CLOSED_S if connections.make_room() else RETRY_S)
        else:
            opening.start(_open(peer, str(address[0]), make_connection(), connections))
        await asyncio.sleep(0)  # one in each round of the loop: a flood waits its turn, calls do not


async def _open(peer: socket.socket, address: str, connection: Connection, connections: Connections) -> None:
    if not connections.admit(connection, address):
        strangers.warning("A connection was refused: as many as may be are being answered.")
        with peer, suppress(OSError):
            peer.send(answer(RequestError(HTTPStatus.SERVICE_UNAVAILABLE, "too many connections")))
        return
    try:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # uvloop does, asyncio does not
        await asyncio.get_running_loop().connect_accepted_socket(lambda: connection, peer)
    except OSError:  # it is gone already
        connections.leave(connection)
        peer.close()
